"""A bug of a tracker with its comments: `Bug` and `Comment`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.statuses import Status


@frozen(kw_only=True)
class Comment:
    """One comment on a bug; `mine` if covbot's own account wrote it."""

    text: str
    at: datetime
    mine: bool


@frozen(kw_only=True)
class Bug:
    """A bug that covbot's account filed, as the tracker shows it now.

    `status_mine` is whether the last change of the status (or the filing) was covbot's, `status_at` its time.
    `closed_at` is when covbot closed it, if covbot did not set its status since, whatever people did.
    `on_project` is False once the project was removed from the bug. `sealed` is the reason to leave a bug alone that
    can be read: it is private or locked. `comments` are present if the single bug was read, not in a listing.
    `filed_text` is the description that the bug was filed with, if a person removed the footer from it since.
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
    closed_at: datetime | None = None
    assignee: str | None = None
    duplicate_of: int | None = None
    on_project: bool = True
    sealed: str | None = None
    comments: tuple[Comment, ...] = ()
    filed_text: str = ""
