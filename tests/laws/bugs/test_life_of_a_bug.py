"""Each test is a short story about one module and its bug, told in pictures."""

from __future__ import annotations

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from support.strategies import TESTED, UNTESTED, list_statuses, make_agreed_world
from support.world import World

pytestmark = pytest.mark.usefixtures("site")


def test_one_build_alone_files_nothing() -> None:
    world = World()
    world.build(1, UNTESTED)
    world.run()
    assert world.bugs() == []


def test_two_builds_that_agree_file_one_bug() -> None:
    world = make_agreed_world(UNTESTED)
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert bug.tags == {"covbot", "testing"}
    assert "3-5" in bug.description


def test_observe_mode_files_nothing_and_says_so() -> None:
    world = make_agreed_world(UNTESTED, live=False)
    assert world.bugs() == []
    [left] = world.store.outbox.skipped("pictured").values()
    assert "observe" in left.why


def test_a_covered_bug_is_closed_after_two_builds_in_one_burst() -> None:
    world = make_agreed_world(UNTESTED)
    world.build(3, TESTED)
    world.run()
    assert list_statuses(world) == [Status.NEW]
    world.build(4, TESTED)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert [comment.mine for comment in bug.comments] == [True]


def test_fewer_missing_lines_edit_the_text_once_a_week() -> None:
    world = make_agreed_world({"a.py": ".xxxx"})
    for number, picture in enumerate((".xxx.", ".xxx.", ".xx..", ".xx.."), start=3):
        world.build(number, {"a.py": picture})
        world.run()
    [bug] = world.bugs()
    assert "2-4" in bug.description
    world.after(days=7)
    world.run()
    [bug] = world.bugs()
    assert "2-3" in bug.description
    assert bug.comments == ()


def test_more_missing_lines_within_an_evening_join_the_bug() -> None:
    world = make_agreed_world({"a.py": ".x..."})
    world.build(3, {"a.py": ".xx.."})
    world.build(4, {"a.py": ".xx.."})
    world.run()
    [bug] = world.bugs()
    assert "2-3" in bug.description


def test_more_missing_lines_beyond_an_evening_make_another_task() -> None:
    world = make_agreed_world({"a.py": ".xx.."}, policy=Policy(max_statements=2))
    world.build(3, {"a.py": ".xxx."})
    world.build(4, {"a.py": ".xxx."})
    world.run()
    first, second = world.bugs()
    assert "2-3" in first.description
    assert "line 4" in second.description


def closed_and_missing_again() -> World:
    world = make_agreed_world(UNTESTED)
    for number, pictured in enumerate((TESTED, TESTED, UNTESTED, UNTESTED), start=3):
        world.build(number, pictured)
        world.run()
    return world


def test_missing_again_soon_after_reopens_once_with_a_word() -> None:
    world = closed_and_missing_again()
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert len(bug.comments) == 2


def test_missing_again_later_is_a_new_generation_that_names_the_old_bug() -> None:
    world = make_agreed_world(UNTESTED)
    world.build(3, TESTED)
    world.build(4, TESTED)
    world.run()
    world.after(days=15)
    world.build(5, UNTESTED)
    world.build(6, UNTESTED)
    world.run()
    old, new = world.bugs()
    assert old.status is Status.FIX_RELEASED
    assert new.description.endswith("/2")
    assert "bug 1" in new.description


def test_a_file_that_vanished_is_neither_covered_nor_missing() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".."})
    left = world.seen()
    for number in (3, 4, 5):
        world.build(number, {"b.py": ".."})
        world.run()
    assert world.seen() == left
    world.build(6, {"a.py": "...", "b.py": ".."})
    world.build(7, {"a.py": "...", "b.py": ".."})
    world.run()
    assert list_statuses(world) == [Status.FIX_RELEASED]


def test_a_file_of_which_nothing_ran_is_not_filed() -> None:
    world = make_agreed_world({"a.py": "xxx"})
    assert world.bugs() == []
