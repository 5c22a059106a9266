"""Builds, clocks and caps that are odd: no text of a bug is false, and nothing stops for good."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest

from covbot import errors
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.pipeline import lease
from covbot.pipeline.builds import ingestion
from support.strategies import TESTED, UNTESTED, add_two_builds, make_agreed_world
from support.world import World


def test_law_20_no_bug_is_filed_for_a_line_that_the_newest_build_ran() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".x"}, policy=Policy(new_per_day=1))
    world.add_build(3, {"a.py": ".xx", "b.py": ".."})
    world.advance_clock(days=2)
    world.run()
    assert len(world.bugs()) == 1


def test_law_20_builds_of_other_statements_do_not_agree() -> None:
    world = World()
    world.add_build(1, {"a.py": "..x"})
    world.add_build(2, {"a.py": ".x.."})
    world.run()
    assert world.bugs() == []
    world.add_build(3, {"a.py": ".x.."})
    world.run()
    assert len(world.bugs()) == 1


def test_law_6_reopening_counts_against_the_cap_of_open_bugs() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".x"}, policy=Policy(max_open=1))
    add_two_builds(world, {"a.py": "...", "b.py": ".x"})
    world.run()
    world.advance_clock(days=2)
    world.run()
    add_two_builds(world, {"a.py": ".xx", "b.py": ".x"})
    world.run()
    assert [bug.status for bug in world.bugs()] == [Status.FIX_RELEASED, Status.NEW]


def test_law_20_a_reopened_bug_says_what_is_missing() -> None:
    world = make_agreed_world(UNTESTED)
    add_two_builds(world, TESTED)
    world.run()
    add_two_builds(world, UNTESTED)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert bug.title == "a.py: no test runs 3 statements"
    assert "No test of job runs 3 statements of a.py" in bug.description


@pytest.mark.parametrize("path", ["a.py", "b.py"])
def test_law_11_declined_lines_do_not_come_back_in_another_bug(path: str) -> None:
    world = make_agreed_world({path: ".xx..."}, policy=Policy(max_statements=2))
    add_two_builds(world, {path: ".xx.x."})
    world.run()
    world.person().set_status(2, Status.WONT_FIX)
    for picture in (".x....", ".x..x."):
        add_two_builds(world, {path: picture})
        world.run()
        world.advance_clock(days=10)
    world.run()
    assert "line 2\n" in world.bugs()[0].description


def test_law_2_lines_missing_again_stay_with_the_bug_that_somebody_works_on() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().assign(1, "ada")
    for pictured in (TESTED, UNTESTED):
        add_two_builds(world, pictured)
        world.run()
    assert len(world.bugs()) == 1


def test_a_fix_that_showed_and_broke_again_is_a_new_generation_that_names_the_old_bug() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().set_status(1, Status.FIX_RELEASED)
    for pictured in (TESTED, UNTESTED):
        add_two_builds(world, pictured)
        world.run()
    assert world.bugs()[1].description.endswith("/2")
    assert "bug 1" in world.bugs()[1].description


def test_an_assignee_has_two_weeks_again_after_lines_were_missing_again() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().assign(1, "ada")
    for pictured in (TESTED, UNTESTED):
        add_two_builds(world, pictured)
        world.run()
    world.advance_clock(days=60)
    add_two_builds(world, TESTED)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert len(bug.comments) == 2


def test_covbot_comments_at_most_once_in_30_days_but_to_close() -> None:
    world = make_agreed_world(UNTESTED)
    for pictured in (TESTED, UNTESTED):
        add_two_builds(world, pictured)
        world.run()
    world.person().assign(1, "ada")
    comments = len(world.bugs()[0].comments)
    world.advance_clock(days=1)
    add_two_builds(world, TESTED)
    world.run()
    assert len(world.bugs()[0].comments) == comments
    world.advance_clock(days=30)
    world.run()
    assert len(world.bugs()[0].comments) == comments + 1


def test_a_build_dated_in_the_future_does_not_stop_covbot_for_years() -> None:
    world = make_agreed_world(UNTESTED)
    world.add_build(3, UNTESTED, result="FAILURE")
    build, data = world.source.stored[3]
    world.source.stored[3] = attrs.evolve(build, started_at=world.now + dt.timedelta(days=3650)), data
    world.run()
    world.advance_clock(days=7)
    for number in (4, 5):
        world.add_build(number, TESTED)
        build, data = world.source.stored[number]
        world.source.stored[number] = attrs.evolve(build, started_at=world.now), data
        world.run()
        world.advance_clock(days=7)
    assert world.bugs()[0].status is Status.FIX_RELEASED


def test_a_suspect_build_does_not_make_a_flood_of_tasks_normal() -> None:
    world = make_agreed_world({"a.py": ".x"}, policy=Policy(max_open=3, create_factor=1))
    flood = {"a.py": ".x"} | {f"m{number}.py": ".x" for number in range(10)}
    add_two_builds(world, flood)
    world.add_build(5, flood, result="FAILURE")
    world.run()
    world.add_build(6, flood)
    assert world.run().plan.refused
    assert len(world.bugs()) == 1


def test_no_room_for_new_bugs_still_lets_covbot_close() -> None:
    world = make_agreed_world(UNTESTED)
    world.policy = Policy(max_open=0)
    add_two_builds(world, TESTED | {"b.py": ".x"})
    world.run()
    assert [bug.status for bug in world.bugs()] == [Status.FIX_RELEASED]


def test_accepting_a_build_waits_for_the_pass_to_end() -> None:
    world = make_agreed_world(UNTESTED)
    with lease.hold_lease(world.project()), pytest.raises(errors.LeaseTaken):
        ingestion.accept_build(world.project(), 2, "fine")
