"""The statuses of bugs, and what each of them means to covbot."""

from __future__ import annotations

import enum


class Status(enum.StrEnum):
    """The statuses of Launchpad, in its own spelling (docs/facts/launchpad.md §2)."""

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
"""The statuses of an open bug that nobody works on."""


WORKED_ON = frozenset({Status.IN_PROGRESS, Status.FIX_COMMITTED})
"""The statuses of an open bug that somebody works on."""


OPEN = WAITING | WORKED_ON | {Status.INCOMPLETE}
"""The statuses that count against the cap of open bugs."""


CLOSED = frozenset({Status.FIX_RELEASED, Status.INVALID})
"""The statuses by which covbot closes a bug."""


DECLINED = frozenset({Status.INVALID, Status.OPINION, Status.WONT_FIX, Status.DEFERRED, Status.DOES_NOT_EXIST})
"""The statuses by which a person decides that no test is wanted."""
