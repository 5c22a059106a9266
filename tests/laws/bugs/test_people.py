"""Short stories about a bug and the people who edit, assign, close, decline or pause it, each a test."""

from __future__ import annotations

import pytest

from covbot import errors
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.pipeline.builds import ingestion
from support.strategies import TESTED, UNTESTED, list_statuses, make_agreed_world
from support.world import World

pytestmark = pytest.mark.usefixtures("site")


def test_a_text_that_a_person_edited_is_never_touched_and_still_closed() -> None:
    world = make_agreed_world({"a.py": ".xxx."})
    world.person().edit(1, description="mine now\n\n" + world.bugs()[0].description)
    mine = world.bugs()[0].description
    for number, picture in enumerate((".xx..", ".xx..", ".....", "....."), start=3):
        world.add_build(number, {"a.py": picture})
        world.run()
    [bug] = world.bugs()
    assert bug.description == mine
    assert bug.status is Status.FIX_RELEASED


def test_new_lines_beside_an_edited_text_make_another_task() -> None:
    world = make_agreed_world({"a.py": ".xx.."})
    world.person().edit(1, description="mine now\n\n" + world.bugs()[0].description)
    world.add_build(3, {"a.py": ".xxx."})
    world.add_build(4, {"a.py": ".xxx."})
    world.run()
    assert len(world.bugs()) == 2


def test_an_assignee_is_notified_once_and_has_two_weeks() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().assign(1, "ada")
    world.add_build(3, TESTED)
    world.add_build(4, TESTED)
    world.run()
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.NEW
    assert len(bug.comments) == 1
    world.advance_clock(days=15)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert len(bug.comments) == 1


@pytest.mark.parametrize(
    "verdict", [Status.WONT_FIX, Status.INVALID, Status.OPINION, Status.DEFERRED, Status.DOES_NOT_EXIST]
)
def test_a_declined_bug_is_never_written_to_again(verdict: Status) -> None:
    world = make_agreed_world(UNTESTED)
    world.person().set_status(1, verdict)
    before = world.bugs_without_times()
    for number, picture in enumerate(("..xxx", "..xxxx", "..xxxx", "......", "......", "..xxx.", "..xxx."), start=3):
        world.add_build(number, {"a.py": picture})
        world.advance_clock(days=100)
        world.run()
    assert world.bugs_without_times() == before


def test_an_incomplete_bug_is_left_alone_until_it_is_covered() -> None:
    world = make_agreed_world({"a.py": ".xxx."})
    world.person().set_status(1, Status.INCOMPLETE)
    before = world.bugs_without_times()
    world.add_build(3, {"a.py": ".xx.."})
    world.add_build(4, {"a.py": ".xx.."})
    world.run()
    assert world.bugs_without_times() == before
    world.add_build(5, {"a.py": "....."})
    world.add_build(6, {"a.py": "....."})
    world.run()
    assert list_statuses(world) == [Status.FIX_RELEASED]


def test_an_expired_bug_is_filed_again_as_a_new_generation_after_180_days() -> None:
    world = make_agreed_world(UNTESTED)
    world.person("janitor").set_status(1, Status.EXPIRED)
    world.advance_clock(days=179)
    world.run()
    assert list_statuses(world) == [Status.EXPIRED]
    world.advance_clock(days=2)
    world.run()
    assert list_statuses(world) == [Status.EXPIRED, Status.NEW]
    assert world.bugs()[1].description.endswith("/2")


def test_a_persons_fix_that_does_not_show_is_asked_about_once() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().set_status(1, Status.FIX_RELEASED)
    world.advance_clock(days=1)
    for number in range(730, 734):
        world.add_build(number, UNTESTED)
        world.run()
    assert world.bugs()[0].comments == ()
    world.advance_clock(days=8)
    [receipt] = world.run().receipts
    assert receipt.action.why == "a person closed it as fixed, but its statements are still missing"
    world.advance_clock(days=100)
    world.run()
    [bug] = world.bugs()
    assert bug.status is Status.FIX_RELEASED
    assert len(bug.comments) == 1


def test_a_persons_fix_that_showed_and_broke_again_is_a_new_generation() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().set_status(1, Status.FIX_RELEASED)
    for number, pictured in enumerate((TESTED, TESTED, UNTESTED, UNTESTED), start=3):
        world.add_build(number, pictured)
        world.run()
    assert list_statuses(world) == [Status.FIX_RELEASED, Status.NEW]


def test_a_bug_that_a_person_reopened_is_not_closed_again() -> None:
    world = make_agreed_world(UNTESTED)
    world.add_build(3, TESTED)
    world.add_build(4, TESTED)
    world.run()
    world.person().set_status(1, Status.CONFIRMED)
    before = world.bugs_without_times()
    world.add_build(5, TESTED)
    world.run()
    assert world.bugs_without_times() == before


def test_a_duplicate_is_never_written_to_and_holds_its_canonical_bug_open() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".xx"})
    world.person().mark_duplicate(1, 2)
    world.add_build(3, {"a.py": ".xx", "b.py": "..."})
    world.add_build(4, {"a.py": ".xx", "b.py": "..."})
    world.run()
    assert list_statuses(world) == [Status.NEW, Status.NEW]
    world.add_build(5, {"a.py": "...", "b.py": "..."})
    world.add_build(6, {"a.py": "...", "b.py": "..."})
    world.run()
    assert list_statuses(world) == [Status.NEW, Status.FIX_RELEASED]


@pytest.mark.parametrize("tag", ["covbot", "covbot-ignore"])
def test_a_bug_that_a_person_opts_out_by_its_tags_is_left_alone(tag: str) -> None:
    world = make_agreed_world(UNTESTED)
    if tag == "covbot":
        world.person().untag(1, tag)
    else:
        world.person().tag(1, tag)
    before = world.bugs_without_times()
    world.add_build(3, TESTED)
    world.add_build(4, TESTED)
    world.run()
    assert world.bugs_without_times() == before


def test_a_bug_removed_from_the_project_is_left_alone() -> None:
    world = make_agreed_world(UNTESTED)
    world.person().remove_task(1)
    before = world.bugs_without_times()
    world.add_build(3, TESTED)
    world.add_build(4, TESTED)
    world.run()
    assert world.bugs_without_times() == before


def test_two_unreadable_bugs_stop_the_whole_run() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".xx", "c.py": ".xx"})
    world.person().make_private(1)
    world.person().make_private(2)
    world.add_build(3, {"a.py": "...", "b.py": "...", "c.py": "..."})
    world.add_build(4, {"a.py": "...", "b.py": "...", "c.py": "..."})
    try:
        assert world.run().plan.refused
    except errors.CannotUseTracker as error:
        assert "2 of 3 bugs cannot be read" in str(error)  # noqa: PT017 -- a tracker may report it before or after planning
    assert list_statuses(world) == [Status.NEW] * 3


def test_a_pause_keeps_every_write_back() -> None:
    world = World()
    world.add_build(1, UNTESTED)
    world.add_build(2, UNTESTED)
    world.store.switches.pause("release week", at=world.now)
    with pytest.raises(errors.Paused, match="release week"):
        world.run()
    assert world.bugs() == []
    world.store.switches.resume()
    world.run()
    assert len(world.bugs()) == 1


def test_more_closings_than_normal_are_refused_until_a_person_accepts_the_build() -> None:
    names = [f"m{number}.py" for number in range(8)]
    world = make_agreed_world(dict.fromkeys(names, ".xx"), policy=Policy(new_per_day=20))
    for number in (3, 4):
        world.add_build(number, dict.fromkeys(names, "..."))
    result = world.run()
    assert result.plan.refused
    assert set(list_statuses(world)) == {Status.NEW}
    ingestion.accept_build(world.project(), 4, "a new test suite")
    world.run()
    assert set(list_statuses(world)) == {Status.FIX_RELEASED}


@pytest.mark.parametrize(("covered", "bugs"), [((TESTED,), 1), ((TESTED, UNTESTED, TESTED), 1), ((TESTED, TESTED), 2)])
def test_a_fix_of_a_person_is_verified_by_two_builds_in_a_row(covered: tuple[dict[str, str], ...], bugs: int) -> None:
    world = make_agreed_world(UNTESTED)
    world.person().set_status(1, Status.FIX_RELEASED)
    for number, pictured in enumerate((*covered, UNTESTED, UNTESTED), start=3):
        world.add_build(number, pictured)
        world.advance_clock(hours=6)
        world.run()
    assert len(world.bugs()) == bugs  # what is missing again after a verified fix is filed anew
