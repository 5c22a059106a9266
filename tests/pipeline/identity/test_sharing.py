"""Projects that keep their bugs in one project of a tracker share its limits, also when they work at one moment."""

from __future__ import annotations

import attrs

from covbot.core.policy import Policy
from covbot.pipeline import passes
from support.crashes.failing_tracker import HookedTracker
from support.strategies import LOOSE_POLICY
from support.world import World

PICTURES = {f"m{number}.py": ".x" for number in range(6)}


def make_world(policy: Policy) -> World:
    """Return a world with two builds that agree."""
    world = World(policy=policy)
    for number in (1, 2):
        world.add_build(number, PICTURES)
    return world


def test_law_24_caps_hold_if_another_project_files_in_the_middle_of_a_pass() -> None:
    world = make_world(Policy(new_per_day=3))
    first, second = (
        world.project(),
        attrs.evolve(world.project(), name="second", siblings={"pictured": "local:pictured"}),
    )
    ran: list[object] = []

    def run_second() -> None:
        if not ran:
            ran.append(None)
            ran.append(passes.run(second))

    tracker = HookedTracker(first.tracker, before=run_second)
    passes.run(attrs.evolve(first, tracker=tracker, siblings={"second": "local:pictured"}))
    assert len(world.bugs()) <= 4  # the write that was under way is the only one too many


def test_a_line_is_filed_once_for_all_projects_in_a_tracker_project() -> None:
    world = make_world(LOOSE_POLICY)
    world.run()
    second = attrs.evolve(world.project(), name="second", siblings={"pictured": "local:pictured"})
    result = passes.run(second)
    assert result.receipts == ()
    assert {skipped.why for skipped in result.plan.skipped} == {
        f"bug {number} of pictured lists statements of it already, and is New" for number in range(1, 7)
    }
    assert len({bug.title for bug in world.bugs()}) == len(world.bugs()) == 6
