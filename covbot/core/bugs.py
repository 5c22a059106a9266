"""What a tracker holds: `Bug`, its `Status`, its comments, and the footer by which covbot knows its own."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime


class Status(enum.StrEnum):
    """Launchpad's statuses, in its own spelling (facts/LAUNCHPAD.md §2)."""

    NEW = "New"
    INCOMPLETE = "Incomplete"
    OPINION = "Opinion"
    INVALID = "Invalid"
    WONT_FIX = "Won't Fix"
    EXPIRED = "Expired"
    CONFIRMED = "Confirmed"
    TRIAGED = "Triaged"
    IN_PROGRESS = "In Progress"
    DEFERRED = "Deferred"
    FIX_COMMITTED = "Fix Committed"
    FIX_RELEASED = "Fix Released"
    DOES_NOT_EXIST = "Does Not Exist"
    UNKNOWN = "Unknown"


WAITING = frozenset({Status.NEW, Status.CONFIRMED, Status.TRIAGED, Status.UNKNOWN})
"""Open, and nobody said that they work on it."""

WORKED_ON = frozenset({Status.IN_PROGRESS, Status.FIX_COMMITTED})
"""Open, and somebody works on it."""

OPEN = WAITING | WORKED_ON | {Status.INCOMPLETE}
"""Counts against the cap of open bugs."""

DECLINED = frozenset({Status.INVALID, Status.OPINION, Status.WONT_FIX, Status.DEFERRED, Status.DOES_NOT_EXIST})
"""A person's verdict that no test is wanted."""


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


@frozen(kw_only=True, order=True)
class Footer:
    """The visible line by which covbot knows its bug: `covbot: <project>/<key>/<generation>`."""

    project: str
    key: str
    generation: int

    def __str__(self) -> str:
        return f"covbot: {self.project}/{self.key}/{self.generation}"


_FOOTER = re.compile(r"^covbot: ([a-z0-9][a-z0-9+.-]*)/([0-9a-f]{8,16})/([1-9][0-9]{0,5})[ \t]*$", re.MULTILINE)


def footer_of(description: str) -> Footer | None:
    """The last footer line in a description, None without one."""
    found = _FOOTER.findall(description)
    if not found:
        return None
    project, key, generation = found[-1]
    return Footer(project=project, key=key, generation=int(generation))


def identity(bug: Bug) -> Footer | None:
    """The footer of a bug: of its description, or where a person cut it out there, of the text it was filed with."""
    return footer_of(bug.description) or footer_of(bug.filed_text)
