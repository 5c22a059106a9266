"""The life of a bug: for each standing and change, the burst of actions that is due, or the reason that none is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias, assert_never

import attrs
from attrs import frozen

from covbot.core.bugs import bug_tags
from covbot.core.bugs.actions import About, Action, CommentOnBug, EditBug, FileBug, SetStatus
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
    row: BugState
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


def decide_filing(proposal: Proposal) -> Burst | str:
    """The filing of a new bug, or why it has to wait."""
    if proposal.entry.unconfirmed:
        return "it changed in the newest build: a second trusted build must agree"
    if proposal.entry.ambiguous:
        return "its code changed, and without the repository its lines cannot be told from another task's"
    return (
        FileBug(
            footer=proposal.footer,
            title=proposal.title,
            description=proposal.description,
            tags=tuple(sorted({bug_tags.TAG, *proposal.tags})),
            lines=proposal.entry.task.lines,
            why=f"two trusted builds agree that nothing runs them{proposal.reasons and f': {proposal.reasons}'}",
        ),
    )


def decide_burst(case: Cell) -> Burst | str:
    """The burst that is due for a task with a bug, or the reason that there is none."""
    match case.row:
        case BugState.LAPSED | BugState.CLOSED if case.column in {CoverageChange.COVERED, CoverageChange.GONE}:
            return f"{case.row.value}, and nothing is missing"
        case BugState.LAPSED:
            return decide_filing(case.proposal)
        case BugState.CLOSED:
            return _again(case)
        case BugState.FIXED:
            return _after_fix(case)
        case BugState.WAITING:
            return _waiting(case)
        case BugState.EDITED | BugState.INCOMPLETE:
            return _close(case) or f"{case.row.value}: left as it is"
        case BugState.WORKED_ON:
            return _worked_on(case)
        case _:
            return str(case.row.value)


def _waiting(case: Cell) -> Burst | str:
    match case.column:
        case CoverageChange.COVERED | CoverageChange.GONE:
            status, comment = _close(case)
            return (status, _edit(case), comment) if case.column is CoverageChange.COVERED else (status, comment)
        case CoverageChange.SAME:
            return CoverageChange.SAME.value
        case CoverageChange.MORE if len(case.proposal.entry.task.lines) > case.policy.max_statements:
            return f"{case.column.value}, and more than fit one evening: its text is left as it is"
        case CoverageChange.RENAMED:
            return (_edit(case),)
        case CoverageChange.FEWER | CoverageChange.MORE:
            if _recent(case.record.edited_at, case.policy.edit_days, case.now):
                return f"{case.column.value}, but its text was edited less than {case.policy.edit_days} days ago"
            return (_edit(case),)
        case _:
            assert_never(case.column)


def _edit(case: Cell) -> EditBug:
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


def _close(case: Cell) -> Burst:
    if case.column not in {CoverageChange.COVERED, CoverageChange.GONE}:
        return ()
    status = Status.FIX_RELEASED if case.column is CoverageChange.COVERED else Status.INVALID
    return _status(case, status), _comment(case, About.CLOSING)


def _worked_on(case: Cell) -> Burst | str:
    bug, record = case.bug, case.record
    if case.column not in {CoverageChange.COVERED, CoverageChange.GONE}:
        return f"{case.row.value}: left as it is"
    if record.done_at is None and _recent(record.commented_at, case.policy.comment_days, case.now):
        return f"{case.row.value}; covbot commented on it less than {case.policy.comment_days} days ago"
    if record.done_at is None:
        return (_comment(case, About.DONE),)
    if case.column is CoverageChange.GONE:
        return f"{case.row.value}; they were told that the code is gone"
    if _recent(max(record.done_at, bug.updated_at), case.policy.quiet_days, case.now):
        return (
            f"{case.row.value}; they were told that all lines run, and have {case.policy.quiet_days} days to close it"
        )
    return (_status(case, Status.FIX_RELEASED),)


def is_reopenable(record: BugRecord, policy: Policy, now: datetime) -> bool:
    """Whether covbot closed a bug so lately that what is missing again belongs to it, and not to a new one."""
    return _recent(record.closed_at, policy.quiet_days, now)


def _again(case: Cell) -> Burst | str:
    record = case.record
    if not is_reopenable(record, case.policy, case.now):
        return decide_filing(case.proposal)
    if record.reopened_at is not None:
        return f"missing again, reopened once before: filed anew {case.policy.quiet_days} days after its bug was closed"
    if _recent(record.commented_at, case.policy.comment_days, case.now):
        return f"missing again, but covbot commented on its bug less than {case.policy.comment_days} days ago"
    reopening = _status(case, Status.NEW), _comment(case, About.AGAIN)
    if digest_text(case.bug.description) != record.description:
        return reopening
    return reopening[0], _edit(case), reopening[1]


def _after_fix(case: Cell) -> Burst | str:
    bug, record, row = case.bug, case.record, BugState.FIXED.value
    if case.column in {CoverageChange.COVERED, CoverageChange.GONE}:
        return f"{row}, and nothing is missing"
    if record.verified:
        return decide_filing(case.proposal)
    policy, since = case.policy, case.proposal.builds_since
    if record.asked_at is not None:
        return f"{row}; covbot said once that statements are still missing"
    if _recent(bug.status_at, policy.fix_days, case.now) or since < policy.fix_builds:
        return f"{row}; {policy.fix_days} days and {policy.fix_builds} trusted builds must pass first"
    if _recent(record.commented_at, policy.comment_days, case.now):
        return f"{row}; covbot commented on it less than {policy.comment_days} days ago"
    return (_comment(case, About.STILL_MISSING),)


def _comment(case: Cell, about: About) -> CommentOnBug:
    text = case.proposal.comments[about]
    return CommentOnBug(footer=case.footer, bug=case.bug.number, about=about, text=text, why=case.column.value)


def _status(case: Cell, status: Status) -> SetStatus:
    return SetStatus(
        footer=case.footer, bug=case.bug.number, status=status, replaces=case.bug.status, why=case.column.value
    )


def _recent(moment: datetime | None, days: int, now: datetime) -> bool:
    return moment is not None and now - moment < timedelta(days=days)
