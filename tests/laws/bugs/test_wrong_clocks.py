"""covbot's own wrong clock changes nothing but time stamps, and one build that is dated ahead stops nothing."""

from __future__ import annotations

import datetime as dt
import functools

import attrs
import pytest

from covbot import errors
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.pipeline.builds import ingestion
from support.strategies import TESTED, UNTESTED, add_two_builds, make_agreed_world
from support.tracker_worlds import use_tracker
from support.world import World

YEARS = dt.timedelta(days=3650)
NONE = dt.timedelta(0)
POLICY = Policy(new_per_day=2, edit_days=7)
STORY = (
    {"a.py": ".xx", "b.py": "xxx.", "c.py": ".x", "d.py": ".xxx"},
    {"a.py": ".xx", "b.py": "xx..", "c.py": ".x", "d.py": ".xxx"},
    {"a.py": "...", "b.py": "x...", "c.py": ".x", "d.py": "..xx"},
    {"a.py": ".xx", "b.py": "x...", "c.py": "..", "d.py": "...x"},
)
"""The pictures of two builds that agree, day by day: bugs are filed within the cap, edited, closed and reopened."""


@functools.cache
def play_story(*errors_of_clock: dt.timedelta) -> list[tuple[str, str, int]]:
    """Play the story on Launchpad with these errors of covbot's clock; return each bug after each pass, two a day."""
    seen = []
    with use_tracker("launchpad"):
        world = World(policy=POLICY)
        for pictured, error in zip(STORY, errors_of_clock, strict=True):
            world.clock_error = error
            add_two_builds(world, pictured)
            for _ in range(2):
                world.run()
                world.advance_clock(hours=12)
                seen += [(bug.title, bug.status.value, len(bug.comments)) for bug in world.bugs()]
    return seen


@pytest.mark.parametrize("errors_of_clock", [(YEARS,) * 4, (-YEARS,) * 4, (NONE, YEARS, -YEARS, NONE)])
def test_what_is_done_to_bugs_does_not_depend_on_the_clock_of_covbot(errors_of_clock: tuple[dt.timedelta]) -> None:
    seen = play_story(*errors_of_clock)
    assert seen == play_story(*[NONE] * 4)
    assert {status for _, status, _ in seen} == {"New", "Fix Released"}


def add_build(world: World, number: int, pictured: dict[str, str], ahead: dt.timedelta = NONE) -> None:
    """Add a build that starts now, by a clock that is ahead."""
    world.add_build(number, pictured, "SUCCESS")
    build, data = world.source.stored[number]
    world.source.stored[number] = attrs.evolve(build, started_at=world.now + ahead), data


@pytest.mark.parametrize("ahead", [YEARS, -YEARS])
def test_a_trusted_build_with_a_wrong_clock_counts_in_its_place(ahead: dt.timedelta) -> None:
    world = make_agreed_world(UNTESTED)
    for number, pictured in ((3, UNTESTED), (4, TESTED), (5, TESTED)):
        world.advance_clock(days=1)
        add_build(world, number, pictured, ahead if number == 3 else NONE)
        world.run()
    assert [bug.status for bug in world.bugs()] == [Status.FIX_RELEASED]


def test_a_suspect_build_after_one_that_is_dated_ahead_can_be_accepted_and_the_one_before_it_cannot() -> None:
    world = make_agreed_world({**UNTESTED, "b.py": "x" * 40 + "." * 40})
    world.add_build(3, UNTESTED, "FAILURE")
    world.advance_clock(days=1)
    add_build(world, 4, {**UNTESTED, "b.py": "x" * 40 + "." * 40}, YEARS)
    world.add_build(5, UNTESTED, "FAILURE")
    world.run()
    with pytest.raises(errors.UnknownName, match="build 3 is older than build 4"):
        ingestion.accept_build(world.project(), 3, "seen")
    assert ingestion.accept_build(world.project(), 5, "seen").number == 5


def test_builds_beyond_those_that_are_listed_are_found_after_one_that_is_dated_ahead() -> None:
    world = make_agreed_world(UNTESTED)
    add_build(world, 3, UNTESTED, YEARS)
    world.run()
    for number in range(4, 110):
        world.add_build(number, UNTESTED)
    assert [seen.build.number for seen in world.run().builds] == list(range(4, 110))
