"""A plan does not depend on the order of its proposals, may be refused whole, and has a reason for all it skips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.planning.sample_proposals import (
    make_bug,
    make_covered,
    make_entry,
    make_footer,
    make_record,
    make_text,
    propose,
    spell_actions,
)
from covbot.core.bugs.actions import FileBug, Plan, Skipped
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines
from covbot.core.planning.planner import Planner
from covbot.core.policy import Policy
from covbot.core.tasks.assessment import Assessment, NearbyTest
from support.filed_bug import NOW

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.proposal import Proposal

SUSPECT = Hold(kind=HoldKind.SUSPECT_BUILD, text="the newest build is suspect")


def _plan(proposals: Iterable[Proposal], bugs: Iterable[Bug] = (), *, accepted: bool = False, **limits: Any) -> Plan:  # noqa: ANN401 -- the fields of a Policy
    known = {bug.number: bug for bug in bugs}
    return Planner(bugs=known, policy=Policy(**limits), now=NOW, accepted=accepted).plan(proposals)


def _spell(plan: Plan) -> list[str]:
    """Return each action with the number of its task: `file 7`."""
    return [f"{spell_actions([action])} {int(action.footer.key, 16)}" for action in plan.actions]


def _skip(number: int, hold: Hold) -> Skipped:
    return Skipped(key=f"{number:08x}", title=f"m{number}", why=hold.text, kind=hold.kind)


def _cover(count: int) -> tuple[list[Proposal], list[Bug]]:
    """Return so many tasks whose statements all run, and their bugs."""
    numbers = range(1, count + 1)
    return [propose(make_covered(number)) for number in numbers], [make_bug(number) for number in numbers]


def test_nothing_is_planned_for_nothing() -> None:
    assert _plan([]) == Plan()


def test_bugs_are_closed_before_others_are_edited_and_edited_before_new_ones_are_filed() -> None:
    fewer = make_entry(2, record=make_record(2, listed_lines=Lines.of([2, 3, 4, 5])))
    plan = _plan([propose(make_entry(1)), propose(fewer), propose(make_covered(3))], [make_bug(2), make_bug(3)])
    assert _spell(plan) == ["say 3", "fixed 3", "edit 2", "file 1"]


def test_duplicates_are_marked_before_everything_else() -> None:
    plan = _plan([propose(make_covered(1))], [make_bug(1), make_bug(5, description=make_text(1))])
    assert _spell(plan) == ["mark 1", "say 1", "fixed 1"]


def test_what_is_left_out_has_its_reason_sorted_by_title() -> None:
    same = propose(make_entry(2, record=make_record(2)))
    plan = _plan([*(propose(make_entry(number)) for number in (3, 1)), same], [make_bug(2)], max_open=2)
    assert _spell(plan) == ["file 1"]
    assert plan.skipped == (
        _skip(2, Hold(kind=HoldKind.UNCHANGED, text="nothing changed")),
        _skip(3, Hold(kind=HoldKind.CAP, text="cap of 2 open bugs reached")),
    )


def test_a_plan_that_would_close_too_many_bugs_is_refused_whole() -> None:
    covered, bugs = _cover(6)
    plan = _plan([*covered, propose(make_entry(9))], [*bugs, make_bug(7, description=make_text(1))])
    why = "it would close 6 bugs at once, 5 at most are normal"
    refusal = Hold(kind=HoldKind.REFUSED_PLAN, text=f"the plan was refused: {why}")
    assert plan == Plan(refused=why, skipped=tuple(_skip(number, refusal) for number in (1, 2, 3, 4, 5, 6, 9)))


def test_a_plan_that_would_close_as_many_as_are_normal_is_not_refused() -> None:
    plan = _plan(*_cover(5))
    assert plan.refused is None
    assert len(plan.actions) == 10


def test_a_plan_is_refused_by_its_size_before_any_cap() -> None:
    plan = _plan([propose(make_entry(number), fresh=True) for number in range(1, 5)], max_open=1, new_per_day=1)
    assert (plan.actions, plan.refused) == ((), "4 new tasks appeared at once, 3 at most are normal")


def test_no_plan_is_too_large_once_a_person_accepted_the_build() -> None:
    covered, bugs = _cover(6)
    assert len(_plan(covered, bugs, accepted=True).actions) == 12


def test_an_account_in_trouble_refuses_the_plan_even_of_an_accepted_build() -> None:
    unreadable = [
        propose(make_entry(number, record=make_record(number)), state=BugState.UNREADABLE) for number in (1, 2)
    ]
    plan = _plan([*unreadable, propose(make_entry(3))], accepted=True)
    assert plan.refused == "2 of 2 bugs cannot be read: covbot's account or the tracker is in trouble"
    assert plan.actions == ()


def test_one_bug_of_many_that_cannot_be_read_is_left_alone() -> None:
    unreadable = propose(make_covered(1), state=BugState.UNREADABLE, held=SUSPECT)
    filed = [propose(make_entry(number, record=make_record(number))) for number in range(2, 21)]
    plan = _plan(
        [unreadable, *filed, propose(make_entry(21))], [make_bug(number) for number in range(2, 21)], max_open=21
    )
    assert _spell(plan) == ["file 21"]
    assert plan.skipped[0] == _skip(1, Hold(kind=HoldKind.BUG_STATE, text="its bug cannot be read"))


def test_a_held_task_is_skipped_with_its_reason_and_no_duplicate_is_marked_meanwhile() -> None:
    bugs = [make_bug(1), make_bug(5, description=make_text(1))]
    plan = _plan([propose(make_covered(1), held=SUSPECT), propose(make_entry(2))], bugs)
    assert (_spell(plan), plan.skipped) == (["file 2"], (_skip(1, SUSPECT),))


@pytest.mark.parametrize("changes", [{}, {"description": "by ada", "filed_text": make_text(1)}])
def test_a_bug_that_covbot_does_not_remember_is_not_filed_again(changes: dict[str, str]) -> None:
    plan = _plan([propose(make_entry(1))], [make_bug(7, **{"description": make_text(1)} | changes)])
    text = "bug 7 already is this task's, though covbot does not remember it"
    assert plan == Plan(skipped=(_skip(1, Hold(kind=HoldKind.ALREADY_FILED, text=text)),))


def test_the_next_bug_of_a_task_is_filed_beside_the_one_before() -> None:
    fixed = propose(make_entry(1, record=make_record(1, verified=True)), state=BugState.FIXED, footer=make_footer(1, 2))
    assert _spell(_plan([fixed], [make_bug(1, status=Status.FIX_RELEASED)])) == ["file 1"]


@pytest.mark.parametrize(
    ("of", "state", "planned"),
    [
        (1, BugState.DUPLICATE_OF_OURS, []),
        (1, BugState.DUPLICATE_OF_OTHER, ["say 1", "fixed 1"]),
        (8, BugState.DUPLICATE_OF_OURS, ["say 1", "fixed 1"]),
    ],
)
def test_a_covered_bug_stays_open_while_statements_of_its_duplicate_are_missing(
    of: int, state: BugState, planned: list[str]
) -> None:
    duplicate = propose(make_entry(2, record=make_record(2)), state=state)
    plan = _plan([propose(make_covered(1)), duplicate], [make_bug(1), make_bug(2, duplicate_of=of)])
    assert _spell(plan) == planned


def test_a_bug_of_which_less_is_missing_is_edited_whatever_its_duplicate_lacks() -> None:
    fewer = make_entry(1, record=make_record(1, listed_lines=Lines.of([2, 3, 4, 5])))
    duplicate = propose(make_entry(2, record=make_record(2)), state=BugState.DUPLICATE_OF_OURS)
    assert _spell(_plan([propose(fewer), duplicate], [make_bug(1), make_bug(2, duplicate_of=1)])) == ["edit 1"]


def test_a_covered_bug_is_closed_once_its_duplicate_is_covered_too() -> None:
    duplicate = propose(make_covered(2), state=BugState.DUPLICATE_OF_OURS)
    plan = _plan([propose(make_covered(1)), duplicate], [make_bug(1), make_bug(2, duplicate_of=1)])
    assert _spell(plan) == ["say 1", "fixed 1"]


@pytest.mark.parametrize(("most", "tags"), [(0, ("covbot",)), (1, ("covbot", "low-hanging-fruit"))])
def test_an_easy_new_bug_is_tagged_for_beginners_if_the_policy_allows_some(most: int, tags: tuple[str, ...]) -> None:
    easy = Assessment(statements=3, studied=True, nearby_test=NearbyTest.CALLS)
    (action,) = _plan([propose(make_entry(1, assessment=easy))], low_hanging_fruit=most).actions
    assert isinstance(action, FileBug)
    assert action.tags == tags


TASKS = st.lists(
    st.tuples(st.integers(1, 30), st.sampled_from([make_entry, make_covered]), st.booleans()),
    max_size=8,
    unique_by=lambda task: task[0],
)


@given(TASKS, st.randoms())
def test_the_order_of_proposals_does_not_matter(tasks: list[tuple[int, Any, bool]], chance: random.Random) -> None:
    proposals = [propose(make(number), held=SUSPECT if held else None) for number, make, held in tasks]
    bugs = [make_bug(number) for number, make, _ in tasks if make is make_covered]
    plan = _plan(proposals, bugs, max_open=3, writes_per_run=7)
    shuffled = _plan(
        chance.sample(proposals, len(proposals)), chance.sample(bugs, len(bugs)), max_open=3, writes_per_run=7
    )
    assert shuffled == plan
    planned = {action.footer.key for action in plan.actions} | {item.key for item in plan.skipped}
    assert planned == {proposal.footer.key for proposal in proposals}
    assert plan.refused is None or plan.actions == ()
