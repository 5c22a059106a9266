"""The decision table of a bug's life: for each state and change, the burst that is due, or the reason that none is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias, assert_never

import attrs
from attrs import frozen

from covbot.core.bugs import bug_tags
from covbot.core.bugs.actions import About, Action, CommentOnBug, EditBug, FileBug, SetStatus
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.record import digest_text
from covbot.core.bugs.state import BugState
from covbot.core.bugs.statuses import Status
from covbot.core.planning import reasons
from covbot.core.planning.proposal import NOTHING_MISSING, CoverageChange, find_change
from covbot.core.planning.reasons import Reason

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.footers import Footer
    from covbot.core.bugs.record import BugRecord
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy
    from covbot.core.tasks.task import Entry

Burst: TypeAlias = tuple[Action, ...]
"""All writes to one bug, which are sent together."""


@frozen(kw_only=True)
class Cell:
    """One cell of the decision table: a proposal with its bug, and everything else that the decision depends on."""

    proposal: Proposal
    state: BugState
    bug: Bug
    record: BugRecord
    policy: Policy
    now: datetime

    @property
    def change(self) -> CoverageChange:
        """The change of coverage since the bug was last written."""
        return find_change(self.proposal.entry)

    @property
    def footer(self) -> Footer:
        """The footer of the existing bug; that of the proposal may already be of the next generation."""
        return attrs.evolve(self.proposal.footer, generation=self.record.generation)


def hold_unclear(entry: Entry) -> Hold | None:
    """Return why it is not clear what is missing of a task now, None if it is."""
    if entry.unconfirmed:
        return Hold(kind=HoldKind.UNCONFIRMED, text="it changed in the newest build: a second trusted build must agree")
    if entry.ambiguous:
        text = "its code changed, and without the repository its lines cannot be told from another task's"
        return Hold(kind=HoldKind.AMBIGUOUS, text=text)
    if entry.superseded_by is not None:
        text = f"bug {entry.superseded_by}, which is older, asks for the same statements"
        return Hold(kind=HoldKind.DUPLICATE, text=text)
    return None


def decide_filing(proposal: Proposal) -> Burst | Hold:
    """Return the burst that files a new bug, or the reason why it has to wait."""
    return hold_unclear(proposal.entry) or (
        FileBug(
            footer=proposal.footer,
            title=proposal.title,
            description=proposal.description,
            tags=tuple(sorted({bug_tags.COVBOT, *proposal.tags})),
            lines=proposal.entry.task.lines,
            why=f"two trusted builds agree that nothing runs them{proposal.reasons and f': {proposal.reasons}'}",
        ),
    )


def decide_burst(cell: Cell) -> Burst | Hold:
    """Return the burst that is due for a task with a bug, or the reason that none is."""
    match cell.state:
        case BugState.EXPIRED_LONG_AGO | BugState.CLOSED if cell.change in NOTHING_MISSING:
            return Hold(kind=HoldKind.NOTHING_MISSING, text=f"{cell.state.value}, and nothing is missing")
        case BugState.EXPIRED_LONG_AGO:
            return decide_filing(cell.proposal)
        case BugState.CLOSED:
            return hold_unclear(cell.proposal.entry) or _decide_reopening(cell)
        case BugState.FIXED:
            return hold_unclear(cell.proposal.entry) or _decide_after_fix(cell)
        case BugState.WAITING:
            return hold_unclear(cell.proposal.entry) or _decide_waiting(cell)
        case BugState.EDITED | BugState.INCOMPLETE:
            return _make_closing(cell) or _hold_by_state(f"{cell.state.value}: left as it is")
        case BugState.WORKED_ON:
            return _decide_worked_on(cell)
        case (
            BugState.UNFILED
            | BugState.UNREADABLE
            | BugState.GIVEN_UP
            | BugState.PRIVATE_OR_LOCKED
            | BugState.OPTED_OUT
            | BugState.DUPLICATE_OF_OURS
            | BugState.DUPLICATE_OF_OTHER
            | BugState.DECLINED
            | BugState.DECLINED_ELSEWHERE
            | BugState.EXPIRED
            | BugState.REOPENED
        ):
            return _hold_by_state(cell.state.value)
        case _:
            assert_never(cell.state)


def _decide_waiting(cell: Cell) -> Burst | Hold:
    match cell.change:
        case CoverageChange.COVERED | CoverageChange.GONE:
            return _make_closing(cell)
        case CoverageChange.SAME:
            listed = cell.record.carried and cell.record.listed_lines == cell.proposal.entry.task.lines
            text = CoverageChange.SAME.value if listed else "as many statements are missing as its text lists"
            return Hold(kind=HoldKind.UNCHANGED, text=text)
        case CoverageChange.RENAMED:
            return (_make_edit(cell, reasons.explain_edit(cell.change, cell.proposal.entry)),)
        case CoverageChange.FEWER | CoverageChange.MORE:
            return _decide_edit(cell, reasons.explain_edit(cell.change, cell.proposal.entry))
        case _:
            assert_never(cell.change)


def _decide_edit(cell: Cell, reason: Reason) -> Burst | Hold:
    if cell.change is CoverageChange.MORE and len(cell.proposal.entry.task.lines) > cell.policy.max_statements:
        text = f"{reason.value}, and more than fit one evening: its text is left as it is"
        return Hold(kind=HoldKind.TOO_LARGE, text=text)
    if _is_recent(cell.record.edited_at, cell.policy.edit_days, cell.now):
        text = f"{reason.value}, but its text was edited less than {cell.policy.edit_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    return (_make_edit(cell, reason),)


def _make_edit(cell: Cell, reason: Reason) -> EditBug:
    untouched = digest_text(cell.bug.title) == cell.record.title
    return EditBug(
        footer=cell.footer,
        bug=cell.bug.number,
        title=cell.proposal.title if untouched else cell.bug.title,
        description=cell.proposal.description,
        replaces=cell.bug.description,
        replaces_title=cell.bug.title,
        lines=cell.proposal.entry.task.lines,
        why=reason.value,
    )


def _make_closing(cell: Cell) -> Burst:
    """Return the comment and the status that close a bug, in this order, so that no status is left unexplained.

    The comment is left out if it was made before, by a run in which the status could not be set.
    """
    if cell.change not in NOTHING_MISSING:
        return ()
    reason = reasons.explain_closing(cell.change)
    closed = Status.FIX_RELEASED if cell.change is CoverageChange.COVERED else Status.INVALID
    status = _make_status(cell, closed, reason)
    if _is_recent(cell.record.announced_at, cell.policy.comment_days, cell.now):
        return (status,)
    return _make_comment(cell, About.CLOSING, reason), status


def _decide_worked_on(cell: Cell) -> Burst | Hold:
    bug, record = cell.bug, cell.record
    if cell.change not in NOTHING_MISSING:
        return _hold_by_state(f"{cell.state.value}: left as it is")
    if record.done_at is None and _is_recent(record.commented_at, cell.policy.comment_days, cell.now):
        text = f"{cell.state.value}; covbot commented on it less than {cell.policy.comment_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    if record.done_at is None:
        return (_make_comment(cell, About.DONE, reasons.explain_closing(cell.change)),)
    if cell.change is CoverageChange.GONE:
        return _hold_by_state(f"{cell.state.value}; they were told that the code is gone")
    if _is_recent(max(record.done_at, bug.updated_at), cell.policy.quiet_days, cell.now):
        return _hold_by_state(
            f"{cell.state.value}; they were told that all lines run, and have {cell.policy.quiet_days} days to close it"
        )
    return (_make_status(cell, Status.FIX_RELEASED, Reason.LEFT_OPEN),)


def is_reopenable(record: BugRecord, policy: Policy, now: datetime) -> bool:
    """Whether covbot closed a bug so recently that lines missing again belong to it, and not to a new bug."""
    return _is_recent(record.closed_at, policy.quiet_days, now)


def _decide_reopening(cell: Cell) -> Burst | Hold:
    record = cell.record
    if not is_reopenable(record, cell.policy, cell.now):
        return decide_filing(cell.proposal)
    if record.reopened_at is not None:
        text = f"missing again, reopened once before: filed anew {cell.policy.quiet_days} days after its bug was closed"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    if _is_recent(record.commented_at, cell.policy.comment_days, cell.now):
        text = f"missing again, but covbot commented on its bug less than {cell.policy.comment_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    reason = reasons.explain_reopening(cell.bug.status)
    reopening = _make_comment(cell, About.AGAIN, reason), _make_status(cell, Status.NEW, reason)
    is_edited = digest_text(cell.bug.description) != record.description
    unchanged = is_edited or cell.change is CoverageChange.SAME
    return reopening if unchanged else (*reopening, _make_edit(cell, reason))


def _decide_after_fix(cell: Cell) -> Burst | Hold:
    bug, record, fixed = cell.bug, cell.record, BugState.FIXED.value
    if cell.change in NOTHING_MISSING:
        return Hold(kind=HoldKind.NOTHING_MISSING, text=f"{fixed}, and nothing is missing")
    if record.verified:
        return decide_filing(cell.proposal)
    policy, since = cell.policy, cell.proposal.builds_since
    if record.asked_at is not None:
        return _hold_by_state(f"{fixed}; covbot said once that statements are still missing")
    if _is_recent(bug.status_at, policy.fix_days, cell.now) or since < policy.fix_builds:
        return _hold_by_state(f"{fixed}; {policy.fix_days} days and {policy.fix_builds} trusted builds must pass first")
    if _is_recent(record.commented_at, policy.comment_days, cell.now):
        text = f"{fixed}; covbot commented on it less than {policy.comment_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    return (_make_comment(cell, About.STILL_MISSING, Reason.STILL_MISSING),)


def _hold_by_state(text: str) -> Hold:
    return Hold(kind=HoldKind.BUG_STATE, text=text)


def _make_comment(cell: Cell, about: About, reason: Reason) -> CommentOnBug:
    comments = cell.proposal.comments
    otherwise = comments[About.WITHDRAWN] if about in {About.CLOSING, About.AGAIN} else ""
    return CommentOnBug(
        footer=cell.footer,
        bug=cell.bug.number,
        about=about,
        text=comments[about],
        why=reason.value,
        otherwise=otherwise,
    )


def _make_status(cell: Cell, status: Status, reason: Reason) -> SetStatus:
    return SetStatus(footer=cell.footer, bug=cell.bug.number, status=status, replaces=cell.bug.status, why=reason.value)


def _is_recent(moment: datetime | None, days: int, now: datetime) -> bool:
    return moment is not None and now - moment < timedelta(days=days)
