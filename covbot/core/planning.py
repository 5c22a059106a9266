"""The plan of a pass: ordered, capped actions, and a reason for everything left alone. Pure and deterministic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import bugs, capping, deciding, fruits, standing, twins
from covbot.core.actions import FileBug, Left, Plan
from covbot.core.capping import Due
from covbot.core.proposals import Change, change
from covbot.core.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs import Bug
    from covbot.core.deciding import Burst
    from covbot.core.policy import Policy
    from covbot.core.proposals import Proposal

COVERED = frozenset({Change.COVERED, Change.GONE})


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
    present = {bugs.identity(bug): bug.number for bug in known.values()}
    due: list[Due] = []
    left: list[Left] = []
    for proposal, row in zip(ordered, rows, strict=True):
        decision = _decide(proposal, row, known, policy, now)
        if not isinstance(decision, str) and proposal.entry.filed and proposal.entry.filed.bug in followed:
            decision = "a duplicate of its bug still has missing statements"
        if not isinstance(decision, str) and isinstance(decision[0], FileBug) and proposal.footer in present:
            decision = f"bug {present[proposal.footer]} already is this task's, though covbot does not remember it"
        if isinstance(decision, str):
            left.append(_left(proposal, decision))
        else:
            due.append(Due(proposal=proposal, burst=decision))
    refused = None if accepted else capping.refusal(due, known, policy)
    refused = capping.trouble(rows) or refused
    if refused:
        left.extend(_left(item.proposal, f"the plan was refused: {refused}") for item in due)
        return Plan(left=_sorted(left), refused=refused)
    done, capped = capping.cap(due, rows, known, policy, now)
    left.extend(_left(item.proposal, why) for item, why in capped)
    tagged = fruits.tag(done, known, policy)
    doubles = () if any(proposal.held for proposal in ordered) else tuple(twins.twins(ordered, known))
    return Plan(actions=(*doubles, *(action for item in tagged for action in item.burst)), left=_sorted(left))


def _row(proposal: Proposal, known: Mapping[int, Bug], policy: Policy, now: datetime) -> Standing:
    filed = proposal.entry.filed
    bug = known.get(filed.bug) if filed else None
    return standing.standing(filed, bug, ours=known, policy=policy, now=now)


def _decide(proposal: Proposal, row: Standing, known: Mapping[int, Bug], policy: Policy, now: datetime) -> Burst | str:
    filed = proposal.entry.filed
    if row is Standing.UNREADABLE:
        return str(row.value)
    if proposal.held:
        return proposal.held
    if filed is None:
        return deciding.file(proposal)
    case = deciding.Case(proposal=proposal, row=row, bug=known[filed.bug], filed=filed, policy=policy, now=now)
    return deciding.decide(case)


def _waiting_for_followers(
    proposals: Sequence[Proposal], rows: Sequence[Standing], known: Mapping[int, Bug]
) -> frozenset[int]:
    """Numbers of covered bugs that have a duplicate of covbot's whose statements are still missing."""
    unfinished: set[int] = set()
    for proposal, row in zip(proposals, rows, strict=True):
        filed = proposal.entry.filed
        if filed and row is Standing.FOLLOWS and change(proposal.entry) not in COVERED:
            canonical = known[filed.bug].duplicate_of
            if canonical is not None:
                unfinished.add(canonical)
    covered = {
        proposal.entry.filed.bug for proposal in proposals if proposal.entry.filed and change(proposal.entry) in COVERED
    }
    return frozenset(unfinished & covered)


def _left(proposal: Proposal, why: str) -> Left:
    return Left(key=proposal.footer.key, title=proposal.title, why=why)


def _sorted(left: Iterable[Left]) -> tuple[Left, ...]:
    return tuple(sorted(left, key=lambda item: (item.title, item.key)))
