"""What covbot reads of its bugs on Launchpad, and how few requests that takes."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from covbot import errors
from covbot.core.bugs import statuses
from covbot.trackers.launchpad.search_queries import STATUSES
from covbot.trackers.launchpad.tracker import OVERLAP, Launchpad
from doubles.launchpad import pictures
from doubles.launchpad.world import STATUSES as ALL_STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from covbot.core.bugs.bug import Bug
    from doubles.launchpad.server import Double

Status = statuses.Status


def file_bugs(double: Double, count: int) -> list[int]:
    """File that many bugs of covbot's account on nova."""
    return [double.people.file(pictures.ACCOUNT, f"bug {key}", pictures.make_text(key)) for key in range(1, count + 1)]


def list_numbers(found: Sequence[Bug]) -> list[int]:
    """Return the numbers of bugs."""
    return [bug.number for bug in found]


def test_every_status_is_searched_for_but_the_one_that_cannot_be() -> None:
    assert {*STATUSES, "Unknown"} == set(ALL_STATUSES)


@pytest.mark.parametrize("status", STATUSES)
def test_a_bug_is_seen_whatever_became_of_it(double: Double, tmp_path: Path, status: str) -> None:
    (number,) = file_bugs(double, 1)
    double.people.set_status("nova-supervisor", number, "Confirmed")
    double.people.set_status("nova-supervisor", number, status)
    (bug,) = pictures.connect_tracker(double, tmp_path).listing().bugs
    assert (bug.number, bug.status, bug.status_mine) == (number, Status(status), False)
    assert bug.status_at == double.people.bug(number).activity[-1].at


def test_a_bug_is_seen_though_it_lost_its_tags_and_became_a_duplicate(double: Double, tmp_path: Path) -> None:
    first, second = file_bugs(double, 2)
    double.people.mark_duplicate("vera", first, second)
    double.people.tag("vera", first)
    seen = pictures.connect_tracker(double, tmp_path).listing().bugs
    assert [(bug.number, bug.duplicate_of, bug.tags) for bug in seen] == [
        (first, second, frozenset()),
        (second, None, frozenset()),
    ]


def test_only_covbots_own_bugs_are_listed(double: Double, tmp_path: Path) -> None:
    double.people.file("vera", "hers", pictures.make_text())
    double.people.file(pictures.ACCOUNT, "elsewhere", "no footer", target="glance")
    double.people.file(pictures.ACCOUNT, "for another project", "covbot: glance/0123456789ab/1", target="glance")
    assert pictures.connect_tracker(double, tmp_path).listing().bugs == []


def test_a_bug_that_lost_the_projects_task_is_listed_as_off_the_project(double: Double, tmp_path: Path) -> None:
    (number,) = file_bugs(double, 1)
    double.people.remove_task(number)
    tracker = pictures.connect_tracker(double, tmp_path)
    (bug,) = tracker.listing().bugs
    assert (bug.number, bug.on_project, bug.status_mine) == (number, False, False)
    assert tracker.look(number) == bug


def test_tags_narrow_a_listing_to_bugs_that_bear_them_all(double: Double, tmp_path: Path) -> None:
    double.people.file(pictures.ACCOUNT, "one", pictures.make_text(1), tags=("testing",))
    wanted = double.people.file(pictures.ACCOUNT, "both", pictures.make_text(2), tags=("testing", "covbot"))
    tracker = Launchpad(pictures.make_access(double, tmp_path), "nova", ("covbot", "testing"))
    assert list_numbers(tracker.listing().bugs) == [wanted]


def test_all_pages_are_read_also_those_with_bugs_that_nobody_sees(double: Double, tmp_path: Path) -> None:
    double.world.page_size = 2
    filed = file_bugs(double, 7)
    for number in filed[2:4]:
        double.people.make_private("vera", number)
    assert list_numbers(pictures.connect_tracker(double, tmp_path).listing().bugs) == filed[:2] + filed[4:]


@pytest.mark.parametrize("after", ["/devel/bugs", "/devel/bugs/2", "/devel/bugs/1"])
@pytest.mark.parametrize("target", ["nova", "glance"])
def test_a_bug_that_goes_while_it_is_listed_does_not_stop_the_others(
    double: Double, tmp_path: Path, target: str, after: str
) -> None:
    filed = file_bugs(double, 3)
    double.people.set_status("vera", filed[1], "Confirmed")
    if target == "glance":
        double.people.remove_task(filed[1])
        after = "/devel/bugs"
    double.watch = lambda moment, request: (
        double.people.make_private("vera", filed[1]) if (moment, request.place) == ("committed", after) else None
    )
    assert list_numbers(pictures.connect_tracker(double, tmp_path).listing().bugs) == [filed[0], filed[2]]


def test_a_bug_that_nobody_but_covbot_sees_is_still_listed(double: Double, tmp_path: Path) -> None:
    """Otherwise it would be filed again when the ledger is lost; reading it reports that it must not be changed."""
    hidden, locked = file_bugs(double, 2)
    double.people.make_private("vera", hidden, from_reporter=False)
    double.people.lock("vera", locked)
    tracker = pictures.connect_tracker(double, tmp_path)
    assert list_numbers(tracker.listing().bugs) == [hidden, locked]
    for number, why in ((hidden, "private"), (locked, "locked")):
        with pytest.raises(errors.BugUnreadable, match=f"bug {number} is {why}"):
            tracker.look(number)


def test_a_first_listing_costs_one_request_a_bug_and_one_more_where_the_status_changed(
    double: Double, tmp_path: Path
) -> None:
    filed = file_bugs(double, 300)
    for number in filed[:200]:
        double.people.set_status(pictures.ACCOUNT, number, "Fix Released")
    assert len(pictures.connect_tracker(double, tmp_path).listing().bugs) == 300
    to_start, pages, count = 3, 2 * 4, 1
    assert len(double.requests) == to_start + pages + count + 300 + 200
    assert len(double.requests) <= 2 * 300


def test_nothing_new_costs_five_requests_however_many_bugs_are_open(double: Double, tmp_path: Path) -> None:
    filed = file_bugs(double, 300)
    known = {bug.number: bug for bug in pictures.connect_tracker(double, tmp_path).listing().bugs}
    double.requests.clear()
    since = double.people.bug(filed[-1]).updated_at + timedelta(hours=1)
    listing = pictures.connect_tracker(double, tmp_path).listing(since, known)
    assert (listing.bugs, listing.whole) == ([], False)
    assert len(double.requests) == 5


def test_a_bug_that_nobody_shows_any_more_is_missed_and_all_are_listed_again(double: Double, tmp_path: Path) -> None:
    hidden, shown = file_bugs(double, 2)
    tracker = pictures.connect_tracker(double, tmp_path)
    known = {bug.number: bug for bug in tracker.listing().bugs}
    double.people.delete(hidden)
    listing = tracker.listing(double.people.bug(shown).updated_at + timedelta(hours=1), known)
    assert (list_numbers(listing.bugs), listing.whole) == ([shown], True)


def test_a_listing_has_the_time_of_launchpads_clock(double: Double, tmp_path: Path) -> None:
    double.world.clock_offset = timedelta(days=-3)
    (number,) = file_bugs(double, 1)
    assert abs(pictures.connect_tracker(double, tmp_path).listing().at - double.people.bug(number).created_at) < OVERLAP


def test_a_listing_without_a_time_makes_the_next_one_read_all(double: Double, tmp_path: Path) -> None:
    double.sends_date = False
    (number,) = file_bugs(double, 1)
    tracker = pictures.connect_tracker(double, tmp_path)
    first = tracker.listing()
    double.people.comment("vera", number, "hello")
    assert list_numbers(tracker.listing(first.at, {bug.number: bug for bug in first.bugs}).bugs) == [number]


def test_nothing_new_after_a_burst_of_writes_costs_five_requests(double: Double, tmp_path: Path) -> None:
    """Everything that the burst changed is within the overlap, and all but the last is recognised by its place."""
    filed = file_bugs(double, 60)
    known = {bug.number: bug for bug in pictures.connect_tracker(double, tmp_path).listing().bugs}
    double.requests.clear()
    since = double.people.bug(filed[0]).updated_at
    assert pictures.connect_tracker(double, tmp_path).listing(since, known).bugs == []
    assert len(double.requests) == 5


def test_what_changed_within_the_overlap_is_found(double: Double, tmp_path: Path) -> None:
    first, second, third, fourth = file_bugs(double, 4)
    tracker = pictures.connect_tracker(double, tmp_path)
    known = {bug.number: bug for bug in tracker.listing().bugs}
    since = double.world.now()
    double.people.comment("vera", second, "I take it.")
    double.people.set_status("vera", fourth, "In Progress")
    fifth = double.people.file(pictures.ACCOUNT, "new", pictures.make_text(5))
    found = tracker.listing(since, known).bugs
    assert list_numbers(found) == [second, fourth, fifth]
    assert found == [bug for bug in tracker.listing().bugs if bug.number not in (first, third)]


def test_without_a_ledger_everything_since_is_read(double: Double, tmp_path: Path) -> None:
    filed = file_bugs(double, 3)
    tracker = pictures.connect_tracker(double, tmp_path)
    assert list_numbers(tracker.listing(double.people.bug(filed[2]).updated_at).bugs) == filed


def test_more_changes_than_a_page_holds_are_read_in_the_order_of_numbers(double: Double, tmp_path: Path) -> None:
    filed = file_bugs(double, 5)
    tracker = pictures.connect_tracker(double, tmp_path)
    known = {bug.number: bug for bug in tracker.listing().bugs}
    double.world.page_size = 2
    double.people.comment("vera", filed[0], "I take it.")
    assert list_numbers(tracker.listing(known[filed[0]].updated_at, known).bugs) == filed


def test_a_change_known_to_be_last_that_was_hidden_meanwhile_is_skipped(double: Double, tmp_path: Path) -> None:
    first, second = file_bugs(double, 2)
    tracker = pictures.connect_tracker(double, tmp_path)
    known = {bug.number: bug for bug in tracker.listing().bugs}
    double.watch = lambda moment, request: (
        double.people.make_private("vera", second)
        if (moment, request.query.get("ws.op")) == ("committed", "searchTasks")
        else None
    )
    fresh = pictures.connect_tracker(double, tmp_path)
    assert fresh.listing(known[first].updated_at, known).bugs == []
    assert [bug.number for bug in fresh.listing(known[first].updated_at, known).bugs] == [first]


def test_a_status_that_slipped_in_with_a_refusal_is_not_covbots(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    tracker.act(pictures.make_status_action(number))
    double.people.slip_status(number, "Confirmed")
    bug = tracker.look(number)
    assert (bug.status, bug.status_mine, bug.status_at) == (Status.CONFIRMED, False, bug.updated_at)


def test_a_status_that_the_activity_does_not_explain_is_not_covbots(double: Double, tmp_path: Path) -> None:
    (number,) = file_bugs(double, 1)
    double.people.slip_status(number, "Invalid")
    assert pictures.connect_tracker(double, tmp_path).look(number).status_mine is False


def test_a_status_that_covbot_set_back_to_new_is_its_own(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    double.people.set_status("vera", number, "Fix Released")
    bug = tracker.act(pictures.make_status_action(number, Status.NEW, replaces=Status.FIX_RELEASED))
    assert (bug.status, bug.status_mine) == (Status.NEW, True)


def test_who_works_on_a_bug_is_seen(double: Double, tmp_path: Path) -> None:
    (number,) = file_bugs(double, 1)
    double.people.assign("vera", number, "vera")
    assert pictures.connect_tracker(double, tmp_path).look(number).assignee == "vera"


def test_a_duplicate_of_a_bug_that_nobody_may_know_is_still_a_duplicate(double: Double, tmp_path: Path) -> None:
    first, second = file_bugs(double, 2)
    double.people.mark_duplicate("vera", first, second)
    double.people.make_private("vera", second)
    assert pictures.connect_tracker(double, tmp_path).look(first).duplicate_of == 0


def test_a_bug_that_is_gone_is_unreadable_and_no_more(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    with pytest.raises(
        errors.BugUnreadable, match="reading bug 77: gone, private or not ours to see; Launchpad said 404"
    ):
        tracker.look(77)


def test_a_project_that_is_gone_ends_the_pass(double: Double, tmp_path: Path) -> None:
    tracker = Launchpad(pictures.make_access(double, tmp_path), "nowhere")
    with pytest.raises(errors.CannotUseTracker, match=r"searching the bugs of nowhere: .*404"):
        tracker.listing()


def test_each_thread_has_a_connection_of_its_own(double: Double, tmp_path: Path) -> None:
    filed = file_bugs(double, 6)
    tracker = pictures.connect_tracker(double, tmp_path)
    seen: dict[int, int] = {}

    def read_bug(number: int) -> None:
        for _ in range(5):
            seen[number] = tracker.look(number).number

    threads = [threading.Thread(target=read_bug, args=(number,)) for number in filed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {number: number for number in filed}
    assert sum(request.place == "/devel/" for request in double.requests) == 2 * len(filed)


def test_launchpads_whole_description_of_itself_serves_as_well(double: Double, tmp_path: Path) -> None:
    double.service.full_wadl = True
    tracker = pictures.connect_tracker(double, tmp_path)
    bug = tracker.act(pictures.make_file_action())
    assert tracker.act(pictures.make_edit_action(bug.number)) == tracker.look(bug.number)
    assert list_numbers(tracker.listing().bugs) == [bug.number]
