"""A reason is the one that decided: of every write to a bug, and of every task that is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.actions import CommentOnBug, EditBug, SetStatus
from covbot.core.bugs.statuses import Status

if TYPE_CHECKING:
    from support.world import World

KEEP = ".|def keep():\n.|    return 1\n"
DUMP = """\
.|def dump(items):
.|    if not items:
x|        a = 1
x|        b = 2
x|        return a + b
.|    return 0
"""
BOTH, TESTED = KEEP + DUMP, KEEP + DUMP.replace("x|", ".|")
EXCLUDED = KEEP + DUMP.replace("items:\nx|", "items:  # pragma: no cover\n-|").replace("x|", "-|").replace(
    ".|    if", "-|    if"
)


def _run_twice(world: World, page: str) -> list[str]:
    """Return the reasons of the writes after two builds of a page, which end on a later day."""
    first = len(world.source.stored) + 1
    for number in (first, first + 1):
        world.commit_build(number, {"m.py": page})
    world.advance_clock(days=1)
    actions = [receipt.action for receipt in world.run().receipts]
    assert all(isinstance(action, SetStatus | CommentOnBug | EditBug) for action in actions) or first == 1
    return [action.why for action in actions]


@pytest.mark.parametrize(
    ("page", "closed", "again"),
    [
        pytest.param(KEEP, "the code is gone or excluded", "its code is there again, and no test runs it", id="gone"),
        pytest.param(
            EXCLUDED, "the code is gone or excluded", "its code is there again, and no test runs it", id="pragma"
        ),
        pytest.param(TESTED, "all statements run", "its statements are missing again", id="covered"),
    ],
)
def test_a_bug_is_reopened_because_of_what_came_back(world: World, page: str, closed: str, again: str) -> None:
    _run_twice(world, BOTH)
    assert set(_run_twice(world, page)) == {closed}
    assert set(_run_twice(world, BOTH)) == {again}
    assert world.bugs()[0].status is Status.NEW


@pytest.mark.parametrize(
    ("page", "why"),
    [
        pytest.param(TESTED, "the newest build ran some of its statements", id="ran"),
        pytest.param(EXCLUDED, "the newest build does not count some of its statements", id="excluded"),
        pytest.param(KEEP, "it changed in the newest build", id="deleted"),
        pytest.param(BOTH.replace("a = 1", "a = 7"), "it changed in the newest build", id="edited"),
        pytest.param(BOTH, "nothing changed", id="the same"),
    ],
)
def test_a_task_is_left_alone_for_what_the_newest_build_shows(world: World, page: str, why: str) -> None:
    _run_twice(world, BOTH)
    world.commit_build(3, {"m.py": page})
    result = world.run()
    assert result.receipts == ()
    [skipped] = result.plan.skipped
    agree = "" if why == "nothing changed" else ": a second trusted build must agree"
    assert skipped.why == why + agree
