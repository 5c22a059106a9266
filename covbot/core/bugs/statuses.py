"""The statuses that a bug can have, and what each of them means to covbot."""

from __future__ import annotations

import enum


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
