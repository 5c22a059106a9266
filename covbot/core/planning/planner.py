"""The plan of a pass: ordered, capped actions, and a reason for everything left alone. Pure and deterministic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.bugs import footers
from covbot.core.bugs.actions import FileBug, Plan, Skipped
from covbot.core.bugs.state import BugState, find_state
from covbot.core.planning import beginners, caps, decisions, duplicates
from covbot.core.planning.caps import DueBurst
from covbot.core.planning.proposal import CoverageChange, find_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.decisions import Burst
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy

NOTHING_MISSING = frozenset({CoverageChange.COVERED, CoverageChange.GONE})


def plan(
    proposals: Iterable[Proposal],
    known: Mapping[int, Bug],
    policy: Policy,
    now: datetime,
    *,
    accepted: bool = False,
) -> Plan:
    """What to do for these proposals, given covbot's bugs by number; the order of neither matters.

    A plan that closes or creates abnormally many bugs is refused whole, unless a person `accepted` the newest build.
    """
    ordered = sorted(proposals, key=lambda proposal: proposal.footer)
    rows = [_row(proposal, known, policy, now) for proposal in ordered]
    followed = _waiting_for_followers(ordered, rows, known)
    present = {footers.identify(bug): bug.number for bug in known.values()}
    due: list[DueBurst] = []
    left: list[Skipped] = []
    for proposal, row in zip(ordered, rows, strict=True):
        decision = _decide(proposal, row, known, policy, now)
        if not isinstance(decision, str) and proposal.entry.record and proposal.entry.record.bug in followed:
            decision = "a duplicate of its bug still has missing statements"
        if not isinstance(decision, str) and isinstance(decision[0], FileBug) and proposal.footer in present:
            decision = f"bug {present[proposal.footer]} already is this task's, though covbot does not remember it"
        if isinstance(decision, str):
            left.append(_left(proposal, decision))
        else:
            due.append(DueBurst(proposal=proposal, burst=decision))
    refused = None if accepted else caps.find_refusal(due, known, policy)
    refused = caps.find_account_trouble(rows) or refused
    if refused:
        left.extend(_left(item.proposal, f"the plan was refused: {refused}") for item in due)
        return Plan(left=_sorted(left), refused=refused)
    done, capped = caps.apply_caps(due, rows, known, policy, now)
    left.extend(_left(item.proposal, why) for item, why in capped)
    tagged = beginners.tag_beginner_bugs(done, known, policy)
    doubles = () if any(proposal.held for proposal in ordered) else tuple(duplicates.mark_duplicates(ordered, known))
    return Plan(actions=(*doubles, *(action for item in tagged for action in item.burst)), left=_sorted(left))


def _row(proposal: Proposal, known: Mapping[int, Bug], policy: Policy, now: datetime) -> BugState:
    record = proposal.entry.record
    bug = known.get(record.bug) if record else None
    return find_state(record, bug, ours=known, policy=policy, now=now)


def _decide(proposal: Proposal, row: BugState, known: Mapping[int, Bug], policy: Policy, now: datetime) -> Burst | str:
    record = proposal.entry.record
    if row is BugState.UNREADABLE:
        return str(row.value)
    if proposal.held:
        return proposal.held
    if record is None:
        return decisions.decide_filing(proposal)
    case = decisions.Cell(proposal=proposal, row=row, bug=known[record.bug], record=record, policy=policy, now=now)
    return decisions.decide_burst(case)


def _waiting_for_followers(
    proposals: Sequence[Proposal], rows: Sequence[BugState], known: Mapping[int, Bug]
) -> frozenset[int]:
    """Numbers of covered bugs that have a duplicate of covbot's whose statements are still missing."""
    unfinished: set[int] = set()
    for proposal, row in zip(proposals, rows, strict=True):
        record = proposal.entry.record
        if record and row is BugState.FOLLOWS and find_change(proposal.entry) not in NOTHING_MISSING:
            canonical = known[record.bug].duplicate_of
            if canonical is not None:
                unfinished.add(canonical)
    covered = {
        proposal.entry.record.bug
        for proposal in proposals
        if proposal.entry.record and find_change(proposal.entry) in NOTHING_MISSING
    }
    return frozenset(unfinished & covered)


def _left(proposal: Proposal, why: str) -> Skipped:
    return Skipped(key=proposal.footer.key, title=proposal.title, why=why)


def _sorted(left: Iterable[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(left, key=lambda item: (item.title, item.key)))
