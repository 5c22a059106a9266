"""One story, played on the embedded tracker and on the double of Launchpad, leaves the same bugs on both."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from hypothesis import given, settings

from covbot import errors
from support import tracker_worlds
from support.strategies import TIGHT_POLICY, play_step, stories
from support.world import World

if TYPE_CHECKING:
    from covbot.core.bugs.bug import Bug

FEW_EXAMPLES = settings(max_examples=max(3, settings().max_examples // 25))


def play_story(story: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Return the bugs of the tracker after a story with a pass after each of its steps, and one more pass."""
    world = World(policy=TIGHT_POLICY)
    for step in [*story, ("wait", 1)]:
        play_step(world, step)
        world.advance_clock(
            minutes=10
        )  # the clock of Launchpad runs during a pass: no limit of days is reached to the second
        with contextlib.suppress(errors.CannotUseTracker):
            world.run()
    return [(*_list_fields(bug), [each.text for each in bug.comments]) for bug in world.bugs()]


def _list_fields(bug: Bug) -> tuple[object, ...]:
    return bug.number, bug.title, bug.description, bug.status, bug.tags, bug.assignee


@FEW_EXAMPLES
@given(stories)
def test_a_story_leaves_the_same_bugs_on_both_trackers(story: list[tuple[object, ...]]) -> None:
    expected = play_story(story)
    with tracker_worlds.use_tracker("launchpad"):
        assert play_story(story) == expected
