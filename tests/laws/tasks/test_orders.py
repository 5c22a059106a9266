"""The order of a policy decides only what is filed first, as if every task had been analyzed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covbot.core.advice.analysis import analyze_task, assess_task
from covbot.core.advice.suites import SuiteIndex
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Order, Policy
from covbot.core.tasks import ranking
from covbot.pipeline.builds import build_views

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from covbot.core.comparison.view import BuildView
    from covbot.core.tasks.task import Entry
    from support.world import World

GENEROUS = Policy(new_per_day=30, create_factor=100)
few_examples = settings(
    max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def make_module(functions: Sequence[tuple[int, int, str]]) -> tuple[str, str]:
    """Return the page of a module and the text of its tests.

    A function is its number of statements under each condition, its number of conditions, and the name on which its
    test calls it: the module, something else, or empty for no test.
    """
    page, tests = "", "from pkg import m\n"
    for number, (size, conditions, called) in enumerate(functions):
        page += f".|def f{number}(a):\n"
        for condition in range(conditions):
            page += f".|    if a == {condition}:\n" + "".join(f"x|        a += {part}\n" for part in range(size))
        page += ".|    return a\n"
        if called:
            tests += f"def test_{number}(x):\n    {called}.f{number}(1)\n"
    return page, tests


def find_filed_functions(world: World) -> set[str]:
    """Return the functions of which a bug was filed."""
    return {region for entry in world.ledger().entries.values() if entry.record for region in entry.task.regions}


def commit_builds(world: World, page: str, tests: str, *, number: int = 0) -> None:
    """Add two builds of a module with one more module that imports it; `number` is that of the build before."""
    for build in (number + 1, number + 2):
        pages = {"pkg/m.py": page, "pkg/n.py": ".|from pkg import m", "pkg/o.py": "x|z = 1\n.|y = 1"}
        world.commit_build(build, pages, beside={"tests/test_m.py": tests})


def assess_all_tasks(world: World) -> list[Entry]:
    """Return all tasks with their assessments, without risks."""
    project, ledger = world.project(), world.ledger()
    newest = build_views.load_view(project, ledger.as_of)
    assert newest
    view: BuildView = newest.placed.view
    assert view.paths is not None
    suites = SuiteIndex(paths=view.paths, source=view.source)
    return [
        attrs.evolve(
            entry,
            assessment=assess_task(
                analyze_task(entry.task, view, suites, project.context), ranking.find_assessment(entry)
            ),
        )
        for entry in ledger.entries.values()
    ]


@pytest.mark.heavy
@few_examples
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 3), st.sampled_from(["", "m", "x"])), min_size=30, max_size=60
    ),
    st.sampled_from([Order.EASY, Order.BALANCED]),
)
def test_what_is_filed_is_what_comes_first_of_all(
    new_world: Callable[[], World], functions: list[tuple[int, int, str]], order: Order
) -> None:
    world = new_world()
    world.policy, world.tests = attrs.evolve(GENEROUS, new_per_day=5, order=order), ("tests/test_{name}.py",)
    commit_builds(world, *make_module(functions))
    world.run()
    entries = assess_all_tasks(world)
    best = sorted(entries, key=lambda entry: ranking.rank_entry(entry, world.policy))[:5]
    assert {entry.task.key for entry in best} == {entry.task.key for entry in entries if entry.record}
    studied = [entry for entry in world.ledger().entries.values() if entry.assessment and entry.assessment.studied]
    assert {entry.task.key for entry in best} <= {entry.task.key for entry in studied}


EASY, HARD = (3, 1, "m"), (4, 3, "")


@pytest.mark.parametrize(
    ("order", "first", "reason"),
    [
        (Order.EASY, "f1", "3 statements in one place, 1 condition to meet, test_1 already calls f1"),
        (Order.RISK, "f0", "12 statements in one place, complexity 4 with 12 of 16 statements missing"),
        (Order.BALANCED, "f0", "12 statements in one place, 3 conditions to meet, there is a test file, complexity 4"),
    ],
)
def test_each_order_files_its_own_first_and_says_why(order: Order, first: str, reason: str, world: World) -> None:
    world.policy = Policy(new_per_day=1, order=order)
    commit_builds(world, *make_module([HARD, EASY]))
    (action,) = world.run().plan.actions
    assert find_filed_functions(world) == {first}
    assert action.why.startswith(f"two trusted builds agree that nothing runs them: {reason}")
    risk = " lines of the file changed in 180 days, imported by 1 module"
    assert action.why.endswith(risk) is (order is not Order.EASY)


@pytest.mark.parametrize("order", Order)
def test_a_change_of_the_order_changes_nothing_that_is_filed(order: Order, world: World) -> None:
    world.policy = Policy(new_per_day=2)
    commit_builds(world, *make_module([HARD, EASY, EASY, HARD]))
    world.run()
    before = world.bugs()
    world.policy = Policy(new_per_day=2, order=order)
    assert world.run().plan.actions == ()
    commit_builds(world, *make_module([HARD, EASY, EASY, HARD]), number=2)
    world.advance_clock(days=9)
    world.run()
    assert world.bugs()[:2] == before
    assert len(world.bugs()) == 4


def test_the_assessment_of_a_queued_task_is_kept_until_its_size_changes(world: World) -> None:
    world.policy = Policy(new_per_day=1, max_open=1, order=Order.RISK)
    commit_builds(world, *make_module([HARD, EASY]))
    world.run()
    world.run()
    waiting = [entry for entry in world.ledger().entries.values() if entry.record is None]
    assert [ranking.find_assessment(entry).risk is None for entry in waiting] == [False] * 2
    commit_builds(world, *make_module([(5, 3, ""), (2, 1, "m")]), number=2)
    world.run()
    changed = [entry for entry in world.ledger().entries.values() if entry.task.regions == ("f1",)]
    assert [ranking.find_assessment(entry).risk is None for entry in changed] == [True]


def test_a_task_that_is_due_to_be_filed_again_is_queued_like_others(world: World) -> None:
    world.policy, world.tests = Policy(new_per_day=1), ("tests/test_{name}.py",)
    commit_builds(world, *make_module([EASY, EASY]))
    world.run()
    assert find_filed_functions(world) == {"f0"}
    world.person().set_status(1, Status.EXPIRED)
    page, tests = make_module([EASY, EASY])
    commit_builds(world, page, tests.replace("m.f0(1)", "pass"), number=2)
    world.advance_clock(days=200)
    world.run()
    assert find_filed_functions(world) == {"f0", "f1"}
    assert "already calls f1" in world.store.outbox.receipts("pictured")[0].action.why
