"""Each test is a short story about one module and its bug, told in pictures."""

from __future__ import annotations

import pytest

from covbot import errors
from covbot.core.bugs import Status
from covbot.core.policy import Policy
from covbot.pipeline import taking
from world import World

pytestmark = pytest.mark.usefixtures("site")

UNTESTED = {"a.py": "..xxx"}
TESTED = {"a.py": "....."}
DEFAULT = Policy()


def agreed(pictured: dict[str, str], *, live: bool = True, policy: Policy = DEFAULT) -> World:
    """A world in which two builds agreed on a picture, and covbot passed over it."""
    world = World(live=live, policy=policy)
    world.build(1, pictured)
    world.build(2, pictured)
    world.run()
    return world


def statuses(world: World) -> list[Status]:
    return [bug.status for bug in world.bugs()]


def test_one_build_alone_files_nothing() -> None:
    world = World()
    world.build(1, UNTESTED)
    world.run()
    assert world.bugs() == []


def test_two_builds_that_agree_file_one_bug() -> None:
    world = agreed(UNTESTED)
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert bug.tags == {"covbot", "testing"}
    assert "3-5" in bug.description


def test_observe_mode_files_nothing_and_says_so() -> None:
    world = agreed(UNTESTED, live=False)
    assert world.bugs() == []
    [left] = world.store.outbox.left("pictured").values()
    assert "observe" in left.why


def test_a_covered_bug_is_closed_after_two_builds_in_one_burst() -> None:
    world = agreed(UNTESTED)
    world.build(3, TESTED)
    world.run()
    assert statuses(world) == [Status.NEW]
    world.build(4, TESTED)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert [comment.mine for comment in bug.comments] == [True]


def test_fewer_missing_lines_edit_the_text_once_a_week() -> None:
    world = agreed({"a.py": ".xxxx"})
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
    world = agreed({"a.py": ".x..."})
    world.build(3, {"a.py": ".xx.."})
    world.build(4, {"a.py": ".xx.."})
    world.run()
    [bug] = world.bugs()
    assert "2-3" in bug.description


def test_more_missing_lines_beyond_an_evening_make_another_task() -> None:
    world = agreed({"a.py": ".xx.."}, policy=Policy(max_statements=2))
    world.build(3, {"a.py": ".xxx."})
    world.build(4, {"a.py": ".xxx."})
    world.run()
    first, second = world.bugs()
    assert "2-3" in first.description
    assert "line 4" in second.description


def test_a_text_that_a_person_edited_is_never_touched_and_still_closed() -> None:
    world = agreed({"a.py": ".xxx."})
    world.person().edit(1, description="mine now\n\n" + world.bugs()[0].description)
    mine = world.bugs()[0].description
    for number, picture in enumerate((".xx..", ".xx..", ".....", "....."), start=3):
        world.build(number, {"a.py": picture})
        world.run()
    [bug] = world.bugs()
    assert bug.description == mine
    assert bug.status is Status.FIX_RELEASED


def test_new_lines_beside_an_edited_text_make_another_task() -> None:
    world = agreed({"a.py": ".xx.."})
    world.person().edit(1, description="mine now\n\n" + world.bugs()[0].description)
    world.build(3, {"a.py": ".xxx."})
    world.build(4, {"a.py": ".xxx."})
    world.run()
    assert len(world.bugs()) == 2


def test_somebody_who_works_on_it_is_told_once_and_has_two_weeks() -> None:
    world = agreed(UNTESTED)
    world.person().assign(1, "ada")
    world.build(3, TESTED)
    world.build(4, TESTED)
    world.run()
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert len(bug.comments) == 1
    world.after(days=15)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert len(bug.comments) == 1


@pytest.mark.parametrize(
    "verdict", [Status.WONT_FIX, Status.INVALID, Status.OPINION, Status.DEFERRED, Status.DOES_NOT_EXIST]
)
def test_a_persons_no_is_for_good(verdict: Status) -> None:
    world = agreed(UNTESTED)
    world.person().set_status(1, verdict)
    left = world.seen()
    for number, picture in enumerate(("..xxx", "..xxxx", "..xxxx", "......", "......", "..xxx.", "..xxx."), start=3):
        world.build(number, {"a.py": picture})
        world.after(days=100)
        world.run()
    assert world.seen() == left


def test_an_incomplete_bug_is_left_alone_until_it_is_covered() -> None:
    world = agreed({"a.py": ".xxx."})
    world.person().set_status(1, Status.INCOMPLETE)
    left = world.seen()
    world.build(3, {"a.py": ".xx.."})
    world.build(4, {"a.py": ".xx.."})
    world.run()
    assert world.seen() == left
    world.build(5, {"a.py": "....."})
    world.build(6, {"a.py": "....."})
    world.run()
    assert statuses(world) == [Status.FIX_RELEASED]


def test_an_expired_bug_comes_back_as_a_new_generation_after_180_days() -> None:
    world = agreed(UNTESTED)
    world.person("janitor").set_status(1, Status.EXPIRED)
    world.after(days=179)
    world.run()
    assert statuses(world) == [Status.EXPIRED]
    world.after(days=2)
    world.run()
    assert statuses(world) == [Status.EXPIRED, Status.NEW]
    assert world.bugs()[1].description.endswith("/2")


def closed_and_missing_again() -> World:
    world = agreed(UNTESTED)
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
    world = agreed(UNTESTED)
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


def test_a_persons_fix_that_does_not_show_is_asked_about_once() -> None:
    world = agreed(UNTESTED)
    world.person().set_status(1, Status.FIX_RELEASED)
    world.after(days=1)
    for number in range(730, 734):
        world.build(number, UNTESTED)
        world.run()
    assert world.bugs()[0].comments == ()
    world.after(days=8)
    world.run()
    world.after(days=100)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert len(bug.comments) == 1


def test_a_persons_fix_that_showed_and_broke_again_is_a_new_generation() -> None:
    world = agreed(UNTESTED)
    world.person().set_status(1, Status.FIX_RELEASED)
    for number, pictured in enumerate((TESTED, TESTED, UNTESTED, UNTESTED), start=3):
        world.build(number, pictured)
        world.run()
    assert statuses(world) == [Status.FIX_RELEASED, Status.NEW]


def test_a_bug_that_a_person_reopened_is_not_closed_again() -> None:
    world = agreed(UNTESTED)
    world.build(3, TESTED)
    world.build(4, TESTED)
    world.run()
    world.person().set_status(1, Status.CONFIRMED)
    left = world.seen()
    world.build(5, TESTED)
    world.run()
    assert world.seen() == left


def test_a_duplicate_is_never_written_to_and_holds_its_canonical_bug_open() -> None:
    world = agreed({"a.py": ".xx", "b.py": ".xx"})
    world.person().mark_duplicate(1, 2)
    world.build(3, {"a.py": ".xx", "b.py": "..."})
    world.build(4, {"a.py": ".xx", "b.py": "..."})
    world.run()
    assert statuses(world) == [Status.NEW, Status.NEW]
    world.build(5, {"a.py": "...", "b.py": "..."})
    world.build(6, {"a.py": "...", "b.py": "..."})
    world.run()
    assert statuses(world) == [Status.NEW, Status.FIX_RELEASED]


@pytest.mark.parametrize("tag", ["covbot", "covbot-ignore"])
def test_a_tag_takes_a_bug_out_of_covbots_hands(tag: str) -> None:
    world = agreed(UNTESTED)
    if tag == "covbot":
        world.person().untag(1, tag)
    else:
        world.person().tag(1, tag)
    left = world.seen()
    world.build(3, TESTED)
    world.build(4, TESTED)
    world.run()
    assert world.seen() == left


def test_a_bug_taken_off_the_project_is_left_alone() -> None:
    world = agreed(UNTESTED)
    world.person().remove_task(1)
    left = world.seen()
    world.build(3, TESTED)
    world.build(4, TESTED)
    world.run()
    assert world.seen() == left


def test_an_unreadable_bug_stops_the_whole_run() -> None:
    world = agreed({"a.py": ".xx", "b.py": ".xx"})
    world.person().make_private(1)
    world.build(3, {"a.py": "...", "b.py": "..."})
    world.build(4, {"a.py": "...", "b.py": "..."})
    try:
        assert world.run().plan.refused
    except errors.CannotUseTracker as trouble:
        assert "1 of 2 bugs cannot be read" in str(trouble)  # noqa: PT017 -- a tracker may show it in time, or too late
    assert statuses(world) == [Status.NEW, Status.NEW]


def test_a_file_that_vanished_is_neither_covered_nor_missing() -> None:
    world = agreed({"a.py": ".xx", "b.py": ".."})
    left = world.seen()
    for number in (3, 4, 5):
        world.build(number, {"b.py": ".."})
        world.run()
    assert world.seen() == left
    world.build(6, {"a.py": "...", "b.py": ".."})
    world.build(7, {"a.py": "...", "b.py": ".."})
    world.run()
    assert statuses(world) == [Status.FIX_RELEASED]


def test_a_file_of_which_nothing_ran_is_not_filed() -> None:
    world = agreed({"a.py": "xxx"})
    assert world.bugs() == []


def test_a_pause_keeps_every_write_back() -> None:
    world = World()
    world.build(1, UNTESTED)
    world.build(2, UNTESTED)
    world.store.switches.pause("release week", at=world.now)
    with pytest.raises(errors.Paused, match="release week"):
        world.run()
    assert world.bugs() == []
    world.store.switches.resume()
    world.run()
    assert len(world.bugs()) == 1


def test_more_closings_than_normal_are_refused_until_a_person_accepts_the_build() -> None:
    names = [f"m{number}.py" for number in range(8)]
    world = agreed(dict.fromkeys(names, ".xx"), policy=Policy(new_per_day=20))
    for number in (3, 4):
        world.build(number, dict.fromkeys(names, "..."))
    result = world.run()
    assert result.plan.refused
    assert set(statuses(world)) == {Status.NEW}
    taking.accept(world.project(), 4, "a new test suite")
    world.run()
    assert set(statuses(world)) == {Status.FIX_RELEASED}
