"""The laws of the life of a bug over random stories, with faults, kills and restarts: one contract for both trackers."""

from __future__ import annotations

import collections
import re
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lives
import openings
import sites
from covbot import errors
from covbot.core import bugs
from covbot.core.actions import Outcome
from covbot.core.policy import Policy
from covbot.pipeline import passes
from covbot.texts.writer import Writer
from doubles.launchpad.faults import Fault
from lives import Life
from watching import Failing, Watched
from world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.bugs import Bug

few = settings(max_examples=max(2, settings().max_examples // 25), suppress_health_check=[HealthCheck.too_slow])
OTHER_WORDS = Writer(Path(__file__).parents[1] / "data" / "words")
ROOMY = Policy(max_open=90, new_per_day=90, writes_per_run=900)
Story = list[tuple[object, ...]]


@pytest.fixture(scope="module", params=["local", "launchpad"], autouse=True)
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where all bugs live; Launchpad is one for all stories, and empty again for each."""
    with openings.shared_on(request.param):
        yield


def tell(story: Story, policy: Policy = lives.TIGHT) -> Life:
    """A life after a story, with a pass after each of its steps."""
    life = Life(World(policy=policy))
    for step in story:
        life.take(step)
        life.go()
    return life


def settled(story: Story, policy: Policy = ROOMY) -> Life:
    """A life in which nothing is due any more."""
    life = tell(story, policy)
    life.settle()
    return life


def words(found: Sequence[Bug]) -> list[str]:
    """What bugs say, in an order and without the numbers that depend on when they were filed."""
    rows = ((b.title, b.description, b.status, sorted(b.tags), b.assignee, [c.text for c in b.comments]) for b in found)
    return sorted(re.sub(r"bugs?/? ?\d+", "bug", str(row)) for row in rows)


@few
@given(lives.stories)
def test_law_1_a_plan_once_applied_leaves_nothing_to_plan(story: Story) -> None:
    life = Life(World(policy=ROOMY))
    for step in story:
        life.take(step)
        if life.go() is None:
            continue
        before = life.world.bugs()
        again = life.go()
        assert again is not None
        assert again.plan.actions == ()
        assert life.world.bugs() == before


@few
@given(lives.stories, st.lists(lives.disturbances, max_size=3))
def test_laws_2_5_6_11_and_16_hold_after_each_pass_of_a_disturbed_story(story: Story, blows: Story) -> None:
    life = Life()
    for place, step in enumerate(story):
        life.take(step)
        if place < len(blows):
            life.disturb(blows[place])
        life.go()
    assert life.passes >= len(story)


@few
@given(lives.stories, st.lists(lives.disturbances, min_size=1, max_size=6))
def test_law_3_cut_off_at_any_write_and_run_again_the_same_bugs_are_left(story: Story, blows: Story) -> None:
    ends = []
    for disturbed in (False, True):
        life = Life(World(policy=ROOMY))
        for place, step in enumerate(story):
            life.take(step)
            life.disturb(blows[place % len(blows)]) if disturbed else life.go()
            life.settle()
        ends.append(words(life.world.bugs()))
    assert ends[0] == ends[1]
