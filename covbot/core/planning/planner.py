"""The planner of a pass, pure and deterministic: ordered and capped actions, and a reason for each skipped task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, frozen

from covbot.core import display
from covbot.core.bugs import footers
from covbot.core.bugs.actions import FileBug, Plan, Skipped
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.planning import beginners, caps, duplicates, life_table
from covbot.core.planning.caps import DueBurst
from covbot.core.planning.proposal import NOTHING_MISSING, find_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.life_table import Burst
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy


@frozen(kw_only=True)
class Planner:
    """The inputs of a plan besides its proposals: the project's bugs by number, the policy and the present moment.

    `others` are the bugs of covbot's other projects in the same tracker project, which count against the caps, and
    `claimed` are the holds, by key, of tasks whose statements one of them lists. `accepted` is True if a person
    accepted the newest build: then no plan is too large. `written` counts the writes that the run made before, to
    finish what an earlier run began. `hidden` is how many bugs of covbot's the tracker counts and does not show, beyond
    those whose numbers are known: any task without a bug may have one of them.
    """

    bugs: Mapping[int, Bug]
    others: Mapping[int, Bug] = Factory(dict)
    claimed: Mapping[str, Hold] = Factory(dict)
    policy: Policy
    now: datetime
    accepted: bool = False
    written: int = 0
    hidden: int = 0

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
        unreadable = [
            each.entry.record for each in ordered if each.state is BugState.UNREADABLE and each.entry.record is not None
        ]
        fault = caps.find_account_fault(states)
        refused = fault or (None if self.accepted else caps.find_refusal(due, self.bugs, self.policy))
        if refused:
            hold = Hold(kind=HoldKind.REFUSED_PLAN, text=f"the plan was refused: {refused}")
            skipped += [_make_skipped(item.proposal, hold) for item in due]
            numbers = tuple(sorted(record.bug for record in unreadable)) if fault else ()
            return Plan(skipped=_sort_skipped(skipped), refused=refused, unreadable=numbers)
        fitting, capped = caps.apply_caps(
            due,
            states,
            self.all_bugs,
            self.policy,
            now=self.now,
            written=self.written,
            unreadable=[record.filed_at for record in unreadable],
        )
        skipped += [_make_skipped(item.proposal, hold) for item, hold in capped]
        bursts = [item.burst for item in beginners.tag_beginner_bugs(fitting, self.all_bugs, self.policy)]
        held = any(proposal.held for proposal in ordered)
        doubles = () if held else duplicates.mark_duplicates(ordered, self.bugs)
        superseded = () if held else duplicates.mark_superseded(ordered, self.bugs)
        actions = (*doubles, *superseded, *(action for burst in bursts for action in burst))
        return Plan(actions=actions, skipped=_sort_skipped(skipped))

    def _decide_all(self, proposals: Sequence[Proposal]) -> tuple[list[DueBurst], list[Skipped]]:
        """Return the bursts that are due, before any cap, and the tasks that are skipped."""
        followed = _find_followed_bugs(proposals, self.bugs)
        known = {
            (footer.key, footer.generation): bug.number
            for bug in self.bugs.values()
            if (footer := footers.identify(bug)) is not None
        }
        due: list[DueBurst] = []
        skipped: list[Skipped] = []
        for proposal in proposals:
            decision = self._decide_proposal(proposal)
            record = proposal.entry.record
            if not isinstance(decision, Hold) and record and record.bug in followed:
                text = "a duplicate of its bug still has missing statements"
                decision = Hold(kind=HoldKind.DUPLICATE, text=text)
            number = known.get((proposal.footer.key, proposal.footer.generation))
            if not isinstance(decision, Hold) and isinstance(decision[0], FileBug) and number is not None:
                text = f"bug {number} already is this task's, though covbot does not remember it"
                decision = Hold(kind=HoldKind.ALREADY_FILED, text=text)
            if not isinstance(decision, Hold) and isinstance(decision[0], FileBug):
                decision = self.claimed.get(proposal.footer.key, decision)
                decision = _hold_hidden(self.hidden) if self.hidden else decision
            if isinstance(decision, Hold):
                skipped.append(_make_skipped(proposal, decision))
            else:
                due.append(DueBurst(proposal=proposal, burst=decision))
        return due, skipped

    def _decide_proposal(self, proposal: Proposal) -> Burst | Hold:
        record = proposal.entry.record
        if proposal.state in {BugState.UNREADABLE, BugState.GIVEN_UP}:
            return Hold(kind=HoldKind.BUG_STATE, text=proposal.state.value)
        if proposal.state is BugState.DECLINED_ELSEWHERE:
            return Hold(kind=HoldKind.BUG_STATE, text=proposal.entry.declined)
        if proposal.held:
            return proposal.held
        if record is None:
            return life_table.decide_filing(proposal)
        bug = self.bugs[record.bug]
        cell = life_table.Cell(
            proposal=proposal, state=proposal.state, bug=bug, record=record, policy=self.policy, now=self.now
        )
        return life_table.decide_burst(cell)


def _hold_hidden(hidden: int) -> Hold:
    """Return the hold of every filing while so many bugs of covbot's are hidden and nobody knows which."""
    counted = f"{display.format_count(hidden, 'bug')} of covbot's"
    text = f"{counted} cannot be seen by its account, as private bugs cannot: one of them may be this task's"
    return Hold(kind=HoldKind.HIDDEN_BUG, text=text)


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
