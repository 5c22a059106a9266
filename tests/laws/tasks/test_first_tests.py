"""A module almost without tests gets one task first; the others wait until it is done or a test file exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.core.tasks.task import TaskKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.world import Page, World

LONG = "".join(f"x|    line_{number} = {number}\n" for number in range(30))
PAGE = f"""
x|import os
x|def _make(a):
x|    b = a
x|    c = b
x|    d = c
x|    return os
x|def begin(a):
x|    if a:
x|        return 1
x|    return 2
x|def long():
{LONG}
"""
SHORT = "\n".join(PAGE.split("\n")[:11])
OTHER = """
x|def stop(it, now):
x|    while it:
x|        it.halt(now)
x|        it = it.next
"""
HERE = {"other.py": ".|y = 1"}
PATTERNS = ("tests/{dir}/test_{name}.py", "tests/test_{dir}_{name}.py")
WAITING_REASON = "its module has no test file yet: task"


@pytest.fixture
def world(world: World) -> World:
    world.tests, world.policy = PATTERNS, Policy(new_per_day=20)
    return world


def run_builds(world: World, page: str, beside: Mapping[str, str] | None = None, *, builds: int = 2) -> None:
    """Add so many builds of this page, and run a pass over them nine days later."""
    pages: dict[str, Page] = {"pkg/m.py": page, **HERE}
    for _ in range(builds):
        world.commit_build(len(world.source.stored) + 1, pages, beside=beside)
    world.advance_clock(days=9)
    world.run()


def find_kinds(world: World) -> dict[str, tuple[TaskKind, bool]]:
    """Return the kind of each task, by its first function, and whether it has a bug."""
    return {entry.task.regions[0]: (entry.task.kind, bool(entry.record)) for entry in world.ledger().entries.values()}


def count_waiting_tasks(world: World) -> int:
    """Return the number of tasks that wait for the first one of their module."""
    return sum(WAITING_REASON in skipped.why for skipped in world.store.outbox.skipped("pictured").values())


def test_one_task_begins_a_module_and_names_the_test_file_to_create(world: World) -> None:
    run_builds(world, PAGE)
    assert find_kinds(world) == {
        "begin": (TaskKind.FIRST_TEST, True),
        "_make": (TaskKind.FUNCTION, False),
        "long": (TaskKind.FUNCTION, False),
    }
    assert count_waiting_tasks(world) == 2
    (bug,) = world.bugs()
    assert bug.title == "pkg/m.py: no test file yet; a first test can run begin"
    assert "Create: tests/pkg/test_m.py" in bug.description
    assert "in job none of its 41 statements runs" in " ".join(bug.description.split())
    assert "The file lacks 34 statements more" in " ".join(bug.description.split())
    assert "Done when lines 1-2 and 7-11 run" in " ".join(bug.description.split())


def test_a_module_that_fits_one_evening_is_one_task(world: World) -> None:
    run_builds(world, SHORT)
    assert find_kinds(world) == {"begin": (TaskKind.FIRST_TEST, True)}
    assert "The file lacks" not in world.bugs()[0].description


@pytest.mark.parametrize(
    ("page", "beside"),
    [
        (PAGE, {"tests/pkg/test_m.py": ""}),
        (PAGE, {"tests/test_pkg_m.py": ""}),
        (PAGE.replace("x|def _make(a):\nx|    b", ".|def _make(a):\nx|    b"), {"tests/test_any.py": "import pkg.m"}),
        (
            PAGE.replace("x|import", ".|import")
            .replace("x|def", ".|def")
            .replace("x|    return os", ".|    return os"),
            {},
        ),
    ],
)
def test_the_rest_follows_once_a_test_is_there(page: str, beside: dict[str, str], world: World) -> None:
    run_builds(world, PAGE)
    world.policy = Policy(new_per_day=20, swing_share=1.0)
    run_builds(world, page.replace("x|import", ".|import"), {**beside})
    run_builds(world, page.replace("x|import", ".|import"), {**beside})
    assert count_waiting_tasks(world) == 0
    assert all(filed for _, filed in find_kinds(world).values())
    assert [kind for kind, _ in find_kinds(world).values()].count(TaskKind.FIRST_TEST) == 1


def test_the_rest_follows_once_the_first_task_is_done(world: World) -> None:
    run_builds(world, PAGE)
    done = PAGE.replace(
        "x|    if a:\nx|        return 1\nx|    return 2", ".|    if a:\n.|        return 1\n.|    return 2"
    )
    run_builds(world, done.replace("x|import", ".|import").replace("x|def", ".|def"))
    assert world.bugs()[0].status is Status.FIX_RELEASED
    assert count_waiting_tasks(world) == 0
    assert [filed for _, filed in find_kinds(world).values()] == [True] * 3


def test_nothing_else_is_filed_once_a_person_declined_the_first_task(world: World) -> None:
    run_builds(world, PAGE)
    world.person().set_status(world.bugs()[0].number, Status.WONT_FIX)
    run_builds(world, PAGE)
    assert (len(world.bugs()), count_waiting_tasks(world)) == (1, 2)


def test_another_function_begins_once_the_code_of_the_first_task_is_gone(world: World) -> None:
    run_builds(world, PAGE)
    run_builds(world, OTHER)
    run_builds(world, OTHER, builds=1)
    assert [bug.status for bug in world.bugs()] == [Status.INVALID, Status.NEW]
    assert "a first test can run stop" in world.bugs()[1].title


def test_with_a_share_of_0_a_module_is_like_others(world: World) -> None:
    world.policy = Policy(new_per_day=20, first_test_share=0.0)
    run_builds(world, PAGE)
    assert {kind for kind, _ in find_kinds(world).values()} == {TaskKind.FUNCTION, TaskKind.MODULE}


@pytest.mark.parametrize("statement", ["import pkg.m", "from pkg import n"])
def test_a_module_whose_tests_were_not_run_is_not_filed(statement: str, world: World) -> None:
    for number in (1, 2):
        pages: dict[str, Page] = {"pkg/__init__.py": "x|z = 1", "pkg/m.py": PAGE, **HERE}
        world.commit_build(number, pages, beside={"tests/test_any.py": statement})
    skipped = world.run().plan.skipped
    assert world.bugs() == []
    assert all("imports it" in one.why or "imports its package" in one.why for one in skipped)


def test_the_rest_waits_for_whatever_task_of_the_module_was_filed_first(world: World) -> None:
    world.policy = Policy(new_per_day=1, first_test_share=0.0)
    run_builds(world, PAGE)
    before = world.bugs()
    world.policy = Policy(new_per_day=20)
    world.advance_clock(days=2)
    world.run()
    assert world.bugs() == before
    assert TaskKind.FIRST_TEST not in {kind for kind, _ in find_kinds(world).values()}
    assert count_waiting_tasks(world) == len(find_kinds(world)) - 1
