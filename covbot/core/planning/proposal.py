"""A task with the words that would be sent for it: what planning chooses from."""

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
    from covbot.core.bugs.record import BugRecord
    from covbot.core.lines import Lines
    from covbot.core.tasks.task import Entry


class CoverageChange(enum.Enum):
    """A column of the table: what coverage did to a task since its bug was last written."""

    SAME = "nothing changed"
    FEWER = "fewer statements are missing"
    MORE = "more statements are missing"
    RENAMED = "its file has another name"
    COVERED = "all statements run"
    GONE = "the code is gone or excluded"


@frozen(kw_only=True)
class Proposal:
    """An entry of the ledger, ready to be planned.

    `title` and `description` (footer included) are the bug's as it should read now, under `footer`; `comments` those
    that may be due. `state` is that of its bug. `reasons` say why it has its place in the queue. `held` if nothing may
    be written for it now. `fresh` if the task is new in this pass, on a ledger that had tasks before. `builds_since`
    counts the trusted builds since a person closed its bug.
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
    """The column for an entry with a bug."""
    if entry.record is None or entry.unconfirmed or entry.ambiguous:
        return CoverageChange.SAME
    if not entry.task.lines:
        return CoverageChange.GONE if entry.gone else CoverageChange.COVERED
    size = _compare_size(entry.task.lines, entry.record)
    return CoverageChange.RENAMED if size is CoverageChange.SAME and entry.record.renamed else size


def _compare_size(now: Lines, record: BugRecord) -> CoverageChange:
    if now == record.listed_lines if record.carried else len(now) == len(record.listed_lines):
        return CoverageChange.SAME
    fewer = now <= record.listed_lines if record.carried else len(now) < len(record.listed_lines)
    return CoverageChange.FEWER if fewer else CoverageChange.MORE
