"""The laws of comparing along the source, held over programs of real modules that move and change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import programs
import tales
from covbot.core.actions import EditBug
from covbot.core.policy import Policy
from programs import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from covbot.core.actions import Action
    from world import World

    NewWorld = Callable[[], World]

GENEROUS = Policy(max_open=500, new_per_day=500, writes_per_run=1000, create_factor=100)
few = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
journeys = st.lists(st.lists(programs.moves, min_size=1, max_size=3), min_size=1, max_size=3)


def agreed(new_world: NewWorld, program: Program) -> World:
    """A world in which two builds agreed on a program, and every gap was filed."""
    world = new_world()
    world.policy = GENEROUS
    for number in (1, 2):
        world.commit(number, program.pages)
    world.run()
    return world


def go_on(world: World, pages: Mapping[str, str]) -> list[Action]:
    """One more build, nine days later: what the pass over it did."""
    world.commit(len(world.shelf.lying) + 1, pages)
    world.after(days=9)
    return [receipt.action for receipt in world.run().receipts]


@few
@given(program=programs.programs, journey=journeys)
def test_law_7_what_moves_and_changes_its_name_is_neither_filed_nor_closed(
    new_world: NewWorld, program: Program, journey: list[list[tuple[str, int, int]]]
) -> None:
    world = agreed(new_world, program)
    filed, missing = tales.keys(world), sum(page.count("x|") for page in program.pages.values())
    done = []
    for legs in journey:
        for leg in legs:
            program = programs.move(program, leg)
        done += go_on(world, program.pages)
    done += go_on(world, program.pages)
    done += go_on(world, program.pages)
    assert not [action for action in done if not isinstance(action, EditBug)]
    assert not done or any(kind.endswith(("file", "files")) for legs in journey for kind, _, _ in legs)
    assert tales.keys(world) == filed
    gaps = [gap for gap in world.ledger().gaps.values() if gap.lines]
    assert sum(len(gap.lines) for gap in gaps) == missing
    assert {gap.since for gap in gaps} == {2}
