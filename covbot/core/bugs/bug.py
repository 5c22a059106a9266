"""What a tracker holds: `Bug`, its `Status`, its comments, and the footer by which covbot knows its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.statuses import Status


@frozen(kw_only=True)
class Comment:
    """One comment on a bug; `mine` when covbot's own account wrote it."""

    text: str
    at: datetime
    mine: bool


@frozen(kw_only=True)
class Bug:
    """A bug that covbot's account filed, as the tracker shows it now.

    `status_mine` tells whether the last change of status (or the filing) was covbot's; `status_at` is when.
    `on_project` is False once the project was taken off it. `sealed` says why it is to be left alone though it can be
    read: it is private or locked. `comments` is filled by a look at the single bug, not by a listing. `filed_text` is
    the description that it was filed with, where a person cut the footer out of it since.
    """

    number: int
    url: str
    status: Status
    title: str
    description: str
    tags: frozenset[str]
    created_at: datetime
    updated_at: datetime
    status_at: datetime
    status_mine: bool
    assignee: str | None = None
    duplicate_of: int | None = None
    on_project: bool = True
    sealed: str | None = None
    comments: tuple[Comment, ...] = ()
    filed_text: str = ""
