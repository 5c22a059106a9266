"""Draw refactorings of a program of real modules, and run covbot on the builds after each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from covbot.core.policy import Policy
from support.programs import sample_programs
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.bugs.actions import Action
    from support.programs.sample_programs import Program

Refactoring: TypeAlias = list[list[tuple[str, int, int]]]
NewWorld: TypeAlias = Callable[[], World]

GENEROUS_POLICY = Policy(max_open=500, new_per_day=500, writes_per_run=1000, create_factor=100)
few_examples = settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
"""Few examples, since each of them commits a program several times."""


def draw_refactorings(most: int) -> st.SearchStrategy[Refactoring]:
    """Return a strategy of refactorings, of at most so many builds, with at most so many moves before each."""
    return st.lists(st.lists(sample_programs.moves, min_size=1, max_size=most), min_size=1, max_size=most)


def make_program_world(
    new_world: NewWorld, program: Program, policy: Policy = GENEROUS_POLICY, *, tests: tuple[str, ...] = ()
) -> World:
    """Return a world after a pass over two builds that agree on a program."""
    world = new_world()
    world.policy, world.tests = policy, tests
    for number in (1, 2):
        world.commit_build(number, program.pages)
    world.run()
    return world


def run_next_build(world: World, pages: Mapping[str, str]) -> list[Action]:
    """Add a build and run a pass nine days later; return the actions that it did."""
    world.commit_build(len(world.source.stored) + 1, pages)
    world.advance_clock(days=9)
    return [receipt.action for receipt in world.run().receipts]
