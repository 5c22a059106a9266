"""Short stories about one module and its bug, each a test, with builds as pictures."""

from __future__ import annotations

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from support.strategies import TESTED, UNTESTED, list_statuses, make_agreed_world
from support.world import World

pytestmark = pytest.mark.usefixtures("site")


def test_one_build_alone_files_nothing() -> None:
    world = World()
    world.add_build(1, UNTESTED)
    world.run()
    assert world.bugs() == []


def test_two_builds_that_agree_file_one_bug() -> None:
    world = make_agreed_world(UNTESTED)
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert bug.tags == {"covbot", "testing"}
    assert "3-5" in bug.description


def test_observe_mode_files_nothing_and_gives_the_reason() -> None:
    world = make_agreed_world(UNTESTED, live=False)
    assert world.bugs() == []
    [skipped] = world.store.outbox.skipped("pictured").values()
    assert "observe" in skipped.why


def test_a_covered_bug_is_closed_after_two_builds_in_one_burst() -> None:
    world = make_agreed_world(UNTESTED)
    world.add_build(3, TESTED)
    world.run()
    assert list_statuses(world) == [Status.NEW]
    world.add_build(4, TESTED)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert [comment.mine for comment in bug.comments] == [True]


def test_fewer_missing_lines_edit_the_text_once_a_week() -> None:
    world = make_agreed_world({"a.py": ".xxxx"})
    for number, picture in enumerate((".xxx.", ".xxx.", ".xx..", ".xx.."), start=3):
        world.add_build(number, {"a.py": picture})
        world.run()
    [bug] = world.bugs()
    assert "2-4" in bug.description
    world.advance_clock(days=7)
    world.run()
    [bug] = world.bugs()
    assert "2-3" in bug.description
    assert bug.comments == ()


def test_more_missing_lines_within_an_evening_join_the_bug() -> None:
    world = make_agreed_world({"a.py": ".x..."})
    world.add_build(3, {"a.py": ".xx.."})
    world.add_build(4, {"a.py": ".xx.."})
    world.run()
    [bug] = world.bugs()
    assert "2-3" in bug.description


def test_more_missing_lines_beyond_an_evening_make_another_task() -> None:
    world = make_agreed_world({"a.py": ".xx.."}, policy=Policy(max_statements=2))
    world.add_build(3, {"a.py": ".xxx."})
    world.add_build(4, {"a.py": ".xxx."})
    world.run()
    first, second = world.bugs()
    assert "2-3" in first.description
    assert "line 4" in second.description


def make_world_with_lines_missing_again() -> World:
    world = make_agreed_world(UNTESTED)
    for number, pictured in enumerate((TESTED, TESTED, UNTESTED, UNTESTED), start=3):
        world.add_build(number, pictured)
        world.run()
    return world


def test_missing_again_soon_after_reopens_once_with_a_comment() -> None:
    world = make_world_with_lines_missing_again()
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert len(bug.comments) == 2


def test_missing_again_later_is_a_new_generation_that_names_the_old_bug() -> None:
    world = make_agreed_world(UNTESTED)
    world.add_build(3, TESTED)
    world.add_build(4, TESTED)
    world.run()
    world.advance_clock(days=15)
    world.add_build(5, UNTESTED)
    world.add_build(6, UNTESTED)
    world.run()
    old, new = world.bugs()
    assert old.status is Status.FIX_RELEASED
    assert new.description.endswith("/2")
    assert "bug 1" in new.description


def test_a_file_that_vanished_is_neither_covered_nor_missing() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".."})
    before = world.bugs_without_times()
    for number in (3, 4, 5):
        world.add_build(number, {"b.py": ".."})
        world.run()
    assert world.bugs_without_times() == before
    world.add_build(6, {"a.py": "...", "b.py": ".."})
    world.add_build(7, {"a.py": "...", "b.py": ".."})
    world.run()
    assert list_statuses(world) == [Status.FIX_RELEASED]


def test_a_file_of_which_nothing_ran_is_not_filed() -> None:
    world = make_agreed_world({"a.py": "xxx"})
    assert world.bugs() == []
