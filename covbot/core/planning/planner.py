"""The planner of a pass, pure and deterministic: ordered and capped actions, and a reason for each skipped task."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from attrs import Factory, frozen

from covbot.core.bugs import footers
from covbot.core.bugs.actions import FileBug, Plan, Skipped
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.planning import beginners, caps, decisions, duplicates
from covbot.core.planning.caps import DueBurst
from covbot.core.planning.proposal import CoverageChange, find_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.decisions import Burst
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy

NOTHING_MISSING = frozenset({CoverageChange.COVERED, CoverageChange.GONE})


@frozen(kw_only=True)
class Planner:
    """The inputs of a plan besides its proposals: the project's bugs by number, the policy and the present moment.

    `others` are the bugs of covbot's other projects in the same tracker project, which count against the caps, and
    `claimed` are the holds, by key, of tasks whose statements one of them lists. `accepted` is True if a person
    accepted the newest build: then no plan is too large. `written` counts the writes that the run made before, to
    finish what an earlier run began.
    """

    bugs: Mapping[int, Bug]
    others: Mapping[int, Bug] = Factory(dict)
    claimed: Mapping[str, Hold] = Factory(dict)
    policy: Policy
    now: datetime
    accepted: bool = False
    written: int = 0

    @property
    def all_bugs(self) -> Mapping[int, Bug]:
        """All bugs of covbot in the tracker project."""
        return {**self.others, **self.bugs}

    def plan(self, proposals: Iterable[Proposal]) -> Plan:
        """Return the plan for these proposals, which does not depend on their order.

        A plan that closes or creates abnormally many bugs is refused as a whole.
        """
        ordered = sorted(proposals, key=lambda proposal: proposal.footer)
        due, skipped = self._decide_all(ordered)
        states = [proposal.state for proposal in ordered]
        refused = caps.find_account_fault(states) or (
            None if self.accepted else caps.find_refusal(due, self.bugs, self.policy)
        )
        if refused:
            hold = Hold(kind=HoldKind.REFUSED_PLAN, text=f"the plan was refused: {refused}")
            skipped += [_make_skipped(item.proposal, hold) for item in due]
            return Plan(skipped=_sort_skipped(skipped), refused=refused)
        fitting, capped = caps.apply_caps(due, states, self.all_bugs, self.policy, now=self.now, written=self.written)
        skipped += [_make_skipped(item.proposal, hold) for item, hold in capped]
        bursts = [item.burst for item in beginners.tag_beginner_bugs(fitting, self.all_bugs, self.policy)]
        held = any(proposal.held for proposal in ordered)
        duplicate_marks = () if held else self._mark_duplicates(ordered)
        actions = (*duplicate_marks, *(action for burst in bursts for action in burst))
        return Plan(actions=actions, skipped=_sort_skipped(skipped))

    def _mark_duplicates(self, proposals: Sequence[Proposal]) -> tuple[Action, ...]:
        marks = duplicates.mark_duplicates(proposals, self.bugs), duplicates.mark_superseded(proposals, self.bugs)
        return tuple(itertools.chain(*marks))

    def _decide_all(self, proposals: Sequence[Proposal]) -> tuple[list[DueBurst], list[Skipped]]:
        """Return the bursts that are due, before any cap, and the tasks that are skipped."""
        followed = _find_followed_bugs(proposals, self.bugs)
        known = {footers.identify(bug): bug.number for bug in self.bugs.values()}
        due: list[DueBurst] = []
        skipped: list[Skipped] = []
        for proposal in proposals:
            decision = self._decide_proposal(proposal)
            record = proposal.entry.record
            if not isinstance(decision, Hold) and record and record.bug in followed:
                text = "a duplicate of its bug still has missing statements"
                decision = Hold(kind=HoldKind.DUPLICATE, text=text)
            if not isinstance(decision, Hold) and isinstance(decision[0], FileBug) and proposal.footer in known:
                text = f"bug {known[proposal.footer]} already is this task's, though covbot does not remember it"
                decision = Hold(kind=HoldKind.ALREADY_FILED, text=text)
            if not isinstance(decision, Hold) and isinstance(decision[0], FileBug):
                decision = self.claimed.get(proposal.footer.key, decision)
            if isinstance(decision, Hold):
                skipped.append(_make_skipped(proposal, decision))
            else:
                due.append(DueBurst(proposal=proposal, burst=decision))
        return due, skipped

    def _decide_proposal(self, proposal: Proposal) -> Burst | Hold:
        record = proposal.entry.record
        if proposal.state is BugState.UNREADABLE:
            return Hold(kind=HoldKind.BUG_STATE, text=proposal.state.value)
        if proposal.state is BugState.DECLINED_ELSEWHERE:
            return Hold(kind=HoldKind.BUG_STATE, text=proposal.entry.declined)
        if proposal.held:
            return proposal.held
        if record is None:
            return decisions.decide_filing(proposal)
        bug = self.bugs[record.bug]
        cell = decisions.Cell(
            proposal=proposal, state=proposal.state, bug=bug, record=record, policy=self.policy, now=self.now
        )
        return decisions.decide_burst(cell)


def _find_followed_bugs(proposals: Sequence[Proposal], bugs: Mapping[int, Bug]) -> frozenset[int]:
    """Return the numbers of covered bugs that have a duplicate of covbot's whose statements are still missing."""
    unfinished: set[int] = set()
    covered: set[int] = set()
    for proposal in proposals:
        record = proposal.entry.record
        if record is None:
            continue
        if find_change(proposal.entry) in NOTHING_MISSING:
            covered.add(record.bug)
        elif proposal.state is BugState.DUPLICATE_OF_OURS:
            canonical = bugs[record.bug].duplicate_of
            if canonical is not None:
                unfinished.add(canonical)
    return frozenset(unfinished & covered)


def _make_skipped(proposal: Proposal, hold: Hold) -> Skipped:
    return Skipped(key=proposal.footer.key, title=proposal.title, why=hold.text, kind=hold.kind)


def _sort_skipped(skipped: Iterable[Skipped]) -> tuple[Skipped, ...]:
    return tuple(sorted(skipped, key=lambda item: (item.title, item.key)))
