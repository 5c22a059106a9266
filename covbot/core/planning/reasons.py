"""The reasons for which a bug is written to: each is what really decided, and its value the sentence about it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from covbot.core.bugs.statuses import Status
from covbot.core.planning.proposal import CoverageChange

if TYPE_CHECKING:
    from covbot.core.tasks.task import Entry


class Reason(enum.Enum):
    """The reason for a write to a bug."""

    FEWER = "fewer statements are missing"
    MORE = "more statements are missing"
    OTHERS = "other statements are missing than its text lists"
    MOVED = "its code is in another file"
    COVERED = "all statements run"
    GONE = "the code is gone or excluded"
    LEFT_OPEN = "all statements run, and nobody closed it since covbot said so"
    MISSING_AGAIN = "its statements are missing again"
    BACK = "its code is there again, and no test runs it"
    STILL_MISSING = "a person closed it as fixed, but its statements are still missing"


def explain_edit(change: CoverageChange, entry: Entry) -> Reason:
    """Return the reason for which the text of a bug is edited while statements are missing."""
    if change is CoverageChange.RENAMED:
        return Reason.MOVED
    if change is CoverageChange.FEWER:
        return Reason.FEWER
    grown = entry.record is None or len(entry.task.lines) > entry.record.statements
    return Reason.MORE if grown else Reason.OTHERS


def explain_closing(change: CoverageChange) -> Reason:
    """Return the reason for which a bug is closed, or its end commented on."""
    return Reason.COVERED if change is CoverageChange.COVERED else Reason.GONE


def explain_reopening(closed_as: Status) -> Reason:
    """Return the reason for which covbot reopens a bug that it closed with this status."""
    return Reason.BACK if closed_as is Status.INVALID else Reason.MISSING_AGAIN
