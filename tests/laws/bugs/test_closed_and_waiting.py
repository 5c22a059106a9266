"""States in which nothing can be decided yet: a closed bug that waits for a cap, and changes that are not confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from support.strategies import list_statuses, make_agreed_world

if TYPE_CHECKING:
    from support.world import World

pytestmark = pytest.mark.usefixtures("site")

ANCHOR = ".|here = True"
MISSING = ".|def f(x):\nx|    y = eins(x)\nx|    z = zwei(y)\nx|    return drei(z)"
COVERED = MISSING.replace("x|", ".|")
EXCLUDED = MISSING.replace("x|", "-|")
FEWER = MISSING.replace("x|    return", ".|    return")
MORE = MISSING.replace("x|    return", "x|    w = vier(z)\nx|    return")
REWRITTEN = ".|def f(x):\nx|    while fuenf(x):\nx|        x = sechs(x)\nx|    del x"
OTHER = ".|def other():\n.|    return 1"


def take_builds(world: World, files: dict[str, str], times: int = 2) -> None:
    """Commit builds an hour apart, with a pass after each; where writes are allowed, nothing is left to do then."""
    for _ in range(times):
        world.advance_clock(hours=1)
        world.commit_build(len(world.source.stored) + 1, {"anchor.py": ANCHOR, **files})
        assert not world.run().plan.refused
    assert not world.policy.writes_per_run or world.run().plan.actions == ()


@pytest.fixture
def closed(world: World) -> World:
    """Return a world in which bug 1 was closed, and its lines are missing again while no write may be made."""
    world.policy = Policy(comment_days=0, edit_days=0)
    take_builds(world, {"m.py": MISSING})
    take_builds(world, {"m.py": COVERED})
    assert list_statuses(world) == [Status.FIX_RELEASED]
    world.advance_clock(days=1)
    world.policy = attrs.evolve(world.policy, writes_per_run=0)
    take_builds(world, {"m.py": MISSING})
    assert list_statuses(world) == [Status.FIX_RELEASED]
    return world


OUTCOMES: list[tuple[dict[str, str], Status]] = [
    ({"m.py": OTHER}, Status.FIX_RELEASED),
    ({"m.py": MORE}, Status.NEW),
    ({"m.py": MISSING}, Status.NEW),
    ({"m.py": FEWER}, Status.NEW),
    ({"n.py": MISSING}, Status.NEW),
    ({"m.py": COVERED}, Status.FIX_RELEASED),
    ({"m.py": EXCLUDED}, Status.FIX_RELEASED),
    ({}, Status.FIX_RELEASED),
]


@pytest.mark.parametrize(
    ("files", "status"),
    [*OUTCOMES[:2], *(pytest.param(*outcome, marks=pytest.mark.heavy) for outcome in OUTCOMES[2:])],
)
def test_a_closed_bug_that_waits_for_a_cap_is_decided_by_what_is_so_at_last(
    closed: World, files: dict[str, str], status: Status
) -> None:
    take_builds(closed, files)
    assert list_statuses(closed) == [Status.FIX_RELEASED]
    closed.policy = attrs.evolve(closed.policy, writes_per_run=60)
    assert not closed.run().plan.refused
    assert list_statuses(closed) == [status]
    assert closed.run().plan.actions == ()


STATUSES = [Status.NEW, Status.CONFIRMED, Status.IN_PROGRESS, Status.INCOMPLETE, Status.FIX_RELEASED, Status.EXPIRED]
CELLS = [
    pytest.param(status, {"m.py": page}, marks=() if (column - row) % 4 == 0 else pytest.mark.heavy)
    for row, status in enumerate(STATUSES)
    for column, page in enumerate((FEWER, COVERED, OTHER, REWRITTEN))
]


@pytest.mark.parametrize(("status", "files"), CELLS)
def test_what_one_build_shows_changes_no_bug(world: World, status: Status, files: dict[str, str]) -> None:
    take_builds(world, {"m.py": MISSING})
    if status is not Status.NEW:
        world.person().set_status(1, status)
    before = world.bugs_without_times()
    take_builds(world, files, times=1)
    assert world.bugs_without_times() == before


@pytest.mark.parametrize("once", ["....", "......", "......."])
def test_a_fix_is_not_verified_by_what_one_build_shows_of_changed_code(once: str) -> None:
    world = make_agreed_world({"a.py": ".xxx", "b.py": ".."})
    world.person().set_status(1, Status.FIX_RELEASED)
    for number, picture in enumerate((once, ".xxx.x", ".xxx.x"), start=3):
        world.add_build(number, {"a.py": picture, "b.py": ".."})
        world.advance_clock(hours=6)
        world.run()
    assert list_statuses(world) == [Status.FIX_RELEASED]
