"""The life of a bug: for each standing and change, the burst of actions that is due, or the reason that none is."""

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
from covbot.core.planning.proposal import CoverageChange, find_change

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.footers import Footer
    from covbot.core.bugs.record import BugRecord
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy

Burst: TypeAlias = tuple[Action, ...]
"""All writes to one bug, to go out together."""


@frozen(kw_only=True)
class Cell:
    """One cell of the table: a proposal with its bug, and all else that the decision depends on."""

    proposal: Proposal
    state: BugState
    bug: Bug
    record: BugRecord
    policy: Policy
    now: datetime

    @property
    def column(self) -> CoverageChange:
        """What coverage did since the bug was last written."""
        return find_change(self.proposal.entry)

    @property
    def footer(self) -> Footer:
        """The footer of the bug as it is (that of the proposal may already be the next generation's)."""
        return attrs.evolve(self.proposal.footer, generation=self.record.generation)


def decide_filing(proposal: Proposal) -> Burst | Hold:
    """The filing of a new bug, or why it has to wait."""
    if proposal.entry.unconfirmed:
        return Hold(kind=HoldKind.UNCONFIRMED, text="it changed in the newest build: a second trusted build must agree")
    if proposal.entry.ambiguous:
        text = "its code changed, and without the repository its lines cannot be told from another task's"
        return Hold(kind=HoldKind.AMBIGUOUS, text=text)
    return (
        FileBug(
            footer=proposal.footer,
            title=proposal.title,
            description=proposal.description,
            tags=tuple(sorted({bug_tags.COVBOT, *proposal.tags})),
            lines=proposal.entry.task.lines,
            why=f"two trusted builds agree that nothing runs them{proposal.reasons and f': {proposal.reasons}'}",
        ),
    )


def decide_burst(case: Cell) -> Burst | Hold:
    """The burst that is due for a task with a bug, or the reason that there is none."""
    match case.state:
        case BugState.EXPIRED_LONG_AGO | BugState.CLOSED if case.column in {
            CoverageChange.COVERED,
            CoverageChange.GONE,
        }:
            return Hold(kind=HoldKind.NOTHING_MISSING, text=f"{case.state.value}, and nothing is missing")
        case BugState.EXPIRED_LONG_AGO:
            return decide_filing(case.proposal)
        case BugState.CLOSED:
            return _decide_reopening(case)
        case BugState.FIXED:
            return _decide_after_fix(case)
        case BugState.WAITING:
            return _decide_waiting(case)
        case BugState.EDITED | BugState.INCOMPLETE:
            return _make_closing(case) or _hold_by_state(f"{case.state.value}: left as it is")
        case BugState.WORKED_ON:
            return _decide_worked_on(case)
        case _:
            return _hold_by_state(case.state.value)


def _decide_waiting(case: Cell) -> Burst | Hold:
    match case.column:
        case CoverageChange.COVERED | CoverageChange.GONE:
            status, comment = _make_closing(case)
            return (status, _make_edit(case), comment) if case.column is CoverageChange.COVERED else (status, comment)
        case CoverageChange.SAME:
            return Hold(kind=HoldKind.UNCHANGED, text=CoverageChange.SAME.value)
        case CoverageChange.MORE if len(case.proposal.entry.task.lines) > case.policy.max_statements:
            text = f"{case.column.value}, and more than fit one evening: its text is left as it is"
            return Hold(kind=HoldKind.TOO_LARGE, text=text)
        case CoverageChange.RENAMED:
            return (_make_edit(case),)
        case CoverageChange.FEWER | CoverageChange.MORE:
            if _is_recent(case.record.edited_at, case.policy.edit_days, case.now):
                text = f"{case.column.value}, but its text was edited less than {case.policy.edit_days} days ago"
                return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
            return (_make_edit(case),)
        case _:
            assert_never(case.column)


def _make_edit(case: Cell) -> EditBug:
    untouched = digest_text(case.bug.title) == case.record.title
    return EditBug(
        footer=case.footer,
        bug=case.bug.number,
        title=case.proposal.title if untouched else case.bug.title,
        description=case.proposal.description,
        replaces=case.bug.description,
        replaces_title=case.bug.title,
        lines=case.proposal.entry.task.lines,
        why=case.column.value,
    )


def _make_closing(case: Cell) -> Burst:
    if case.column not in {CoverageChange.COVERED, CoverageChange.GONE}:
        return ()
    status = Status.FIX_RELEASED if case.column is CoverageChange.COVERED else Status.INVALID
    return _make_status(case, status), _make_comment(case, About.CLOSING)


def _decide_worked_on(case: Cell) -> Burst | Hold:
    bug, record = case.bug, case.record
    if case.column not in {CoverageChange.COVERED, CoverageChange.GONE}:
        return _hold_by_state(f"{case.state.value}: left as it is")
    if record.done_at is None and _is_recent(record.commented_at, case.policy.comment_days, case.now):
        text = f"{case.state.value}; covbot commented on it less than {case.policy.comment_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    if record.done_at is None:
        return (_make_comment(case, About.DONE),)
    if case.column is CoverageChange.GONE:
        return _hold_by_state(f"{case.state.value}; they were told that the code is gone")
    if _is_recent(max(record.done_at, bug.updated_at), case.policy.quiet_days, case.now):
        return _hold_by_state(
            f"{case.state.value}; they were told that all lines run, and have {case.policy.quiet_days} days to close it"
        )
    return (_make_status(case, Status.FIX_RELEASED),)


def is_reopenable(record: BugRecord, policy: Policy, now: datetime) -> bool:
    """Whether covbot closed a bug so lately that what is missing again belongs to it, and not to a new one."""
    return _is_recent(record.closed_at, policy.quiet_days, now)


def _decide_reopening(case: Cell) -> Burst | Hold:
    record = case.record
    if not is_reopenable(record, case.policy, case.now):
        return decide_filing(case.proposal)
    if record.reopened_at is not None:
        text = f"missing again, reopened once before: filed anew {case.policy.quiet_days} days after its bug was closed"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    if _is_recent(record.commented_at, case.policy.comment_days, case.now):
        text = f"missing again, but covbot commented on its bug less than {case.policy.comment_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    reopening = _make_status(case, Status.NEW), _make_comment(case, About.AGAIN)
    if digest_text(case.bug.description) != record.description:
        return reopening
    return reopening[0], _make_edit(case), reopening[1]


def _decide_after_fix(case: Cell) -> Burst | Hold:
    bug, record, fixed = case.bug, case.record, BugState.FIXED.value
    if case.column in {CoverageChange.COVERED, CoverageChange.GONE}:
        return Hold(kind=HoldKind.NOTHING_MISSING, text=f"{fixed}, and nothing is missing")
    if record.verified:
        return decide_filing(case.proposal)
    policy, since = case.policy, case.proposal.builds_since
    if record.asked_at is not None:
        return _hold_by_state(f"{fixed}; covbot said once that statements are still missing")
    if _is_recent(bug.status_at, policy.fix_days, case.now) or since < policy.fix_builds:
        return _hold_by_state(f"{fixed}; {policy.fix_days} days and {policy.fix_builds} trusted builds must pass first")
    if _is_recent(record.commented_at, policy.comment_days, case.now):
        text = f"{fixed}; covbot commented on it less than {policy.comment_days} days ago"
        return Hold(kind=HoldKind.WRITTEN_RECENTLY, text=text)
    return (_make_comment(case, About.STILL_MISSING),)


def _hold_by_state(text: str) -> Hold:
    return Hold(kind=HoldKind.BUG_STATE, text=text)


def _make_comment(case: Cell, about: About) -> CommentOnBug:
    text = case.proposal.comments[about]
    return CommentOnBug(footer=case.footer, bug=case.bug.number, about=about, text=text, why=case.column.value)


def _make_status(case: Cell, status: Status) -> SetStatus:
    return SetStatus(
        footer=case.footer, bug=case.bug.number, status=status, replaces=case.bug.status, why=case.column.value
    )


def _is_recent(moment: datetime | None, days: int, now: datetime) -> bool:
    return moment is not None and now - moment < timedelta(days=days)
