"""Whatever happens to code, tests, people and the store: in the end each missing statement is in one bug, rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings

from support import strategies, tracker_worlds
from support.life.code_stories import STEPS, Story

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.world import World


def play_to_end(new_world: Callable[[], World], steps: list[tuple[str, int]]) -> None:
    """Play a story to its end, on the double of Launchpad, where the store can be lost."""
    with tracker_worlds.use_tracker("launchpad"):
        world = new_world()
        world.policy = strategies.LOOSE_POLICY
        story = Story(world)
        story.begin()
        for step, nth in steps:
            story.play(step, nth)
        story.end()


@pytest.mark.parametrize(
    "steps",
    [
        [("swap", 0), ("lose store", 0), ("move", 1), ("decline", 0), ("rename module", 2), ("uncover", 3)],
        [("assign", 0), ("delete function", 0), ("new function", 1), ("edit", 2), ("cover", 1), ("one build", 0)],
    ],
)
def test_a_story_ends_with_true_bugs(new_world: Callable[[], World], steps: list[tuple[str, int]]) -> None:
    play_to_end(new_world, steps)


@pytest.mark.heavy
@settings(max_examples=settings().max_examples // 2)  # each takes two seconds
@given(STEPS)
@example([("delete function", 2), ("rename module", 2), ("new function", 2), ("add", 2), ("delete", 0), ("decline", 0)])
def test_every_story_ends_with_true_bugs(new_world: Callable[[], World], steps: list[tuple[str, int]]) -> None:
    play_to_end(new_world, steps)
