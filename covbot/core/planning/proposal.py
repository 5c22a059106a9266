"""The proposals that a plan chooses from: tasks with the texts that can be written for them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.bugs.state import BugState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.bugs.actions import About
    from covbot.core.bugs.footers import Footer
    from covbot.core.bugs.holds import Hold
    from covbot.core.tasks.task import Entry


class CoverageChange(enum.Enum):
    """The change of a task's coverage since its bug was last written, a column of the decision table."""

    SAME = "nothing changed"
    FEWER = "fewer statements are missing"
    MORE = "more statements are missing"
    RENAMED = "its code is in another file"
    COVERED = "all statements run"
    GONE = "the code is gone or excluded"


NOTHING_MISSING = frozenset({CoverageChange.COVERED, CoverageChange.GONE})


@frozen(kw_only=True)
class Proposal:
    """An entry of the ledger, ready to be planned.

    `title` and `description` (with the footer) are the texts that its bug should have now, under `footer`. `comments`
    are those that may be due, and `state` is the state of its bug. `reasons` explain its place in the queue. `held` is
    the reason if nothing may be written for it now. `fresh` is True if the task is new in this pass, on a ledger that
    had tasks before. `builds_since` counts the trusted builds since a person closed its bug.
    """

    entry: Entry
    state: BugState = BugState.UNFILED
    footer: Footer
    title: str
    description: str
    comments: Mapping[About, str]
    tags: tuple[str, ...] = ()
    reasons: str = ""
    held: Hold | None = None
    fresh: bool = False
    builds_since: int = 0


def find_change(entry: Entry) -> CoverageChange:
    """Return the change of an entry with a bug; without one, or while it is not clear what is missing, it is SAME."""
    if entry.record is None or entry.unconfirmed or entry.ambiguous or entry.superseded_by is not None:
        return CoverageChange.SAME
    if not entry.task.lines:
        return CoverageChange.GONE if entry.gone else CoverageChange.COVERED
    if entry.is_same_size:
        return CoverageChange.RENAMED if entry.record.renamed else CoverageChange.SAME
    return CoverageChange.MORE if entry.has_others else CoverageChange.FEWER
