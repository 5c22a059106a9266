"""The effect of each action on Launchpad, and how it is refused, through the real launchpadlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from covbot import errors
from covbot.core.bugs import footers, limits, statuses
from doubles.launchpad import pictures
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import is_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from covbot.core.bugs.actions import Action
    from covbot.ports import Tracker
    from doubles.launchpad.server import Double

Status = statuses.Status


def test_a_filed_bug_is_read_back_as_launchpad_holds_it(double: Double, tmp_path: Path) -> None:
    bug = pictures.connect_tracker(double, tmp_path).act(pictures.make_file_action())
    stored = double.people.bug(bug.number)
    assert (bug.title, bug.description, bug.tags) == (
        stored.title,
        pictures.make_text(),
        frozenset(("testing", "easy")),
    )
    assert (bug.status, bug.status_mine, bug.status_at, bug.on_project) == (Status.NEW, True, stored.created_at, True)
    assert (bug.created_at, bug.updated_at, bug.comments) == (stored.created_at, stored.updated_at, ())
    assert footers.parse(bug.description) == pictures.make_footer()


@pytest.mark.parametrize(
    ("make", "requests"),
    [
        (pictures.make_file_action, 4),  # the first of a run reads the project, too
        (pictures.make_edit_action, 4),
        (pictures.make_comment_action, 4),
        (pictures.make_status_action, 3),
    ],
)
def test_an_action_costs_few_requests(
    double: Double, tmp_path: Path, make: Callable[[int], Action], requests: int
) -> None:
    """The write, and the reads that are needed before and after."""
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    tracker: Tracker = pictures.connect_tracker(double, tmp_path)
    tracker.listing()
    double.requests.clear()
    tracker.act(make(number))
    assert len(double.requests) == requests


def test_every_request_names_covbot(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    tracker.act(pictures.make_file_action())
    assert len(tracker.listing().bugs) == 1
    assert all('application="covbot"' in request.headers["user-agent"] for request in double.requests)


def test_title_and_description_are_sent_in_one_patch(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    bug = tracker.act(pictures.make_edit_action(number))
    assert (bug.title, bug.description) == (
        "nova/api.py: two lines never run",
        pictures.make_text(text="Two lines are left."),
    )
    assert [request.place for request in pictures.find_requests(double, "PATCH")] == [f"/devel/bugs/{number}"]


def test_a_status_is_sent_alone(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    bug = tracker.act(pictures.make_status_action(number))
    assert (bug.status, bug.status_mine, bug.status_at) == (
        Status.FIX_RELEASED,
        True,
        double.people.bug(number).tasks[0].dates["date_closed"],
    )
    assert [request.body for request in pictures.find_requests(double, "PATCH")] == [b'{"status": "Fix Released"}']


def test_a_comment_is_seen_as_covbots_own(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    double.people.comment("vera", number, "I take this one.")
    bug = tracker.act(pictures.make_comment_action(number))
    assert [(comment.text, comment.mine) for comment in bug.comments] == [
        ("I take this one.", False),
        ("All of it is covered now.", True),
    ]


def test_an_edit_of_a_description_that_a_person_changed_is_stale(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    double.people.edit("vera", number, description="I know better.")
    with pytest.raises(errors.WriteStale, match=r"editing bug 1: its description is not the one that covbot wrote"):
        tracker.act(pictures.make_edit_action(number))
    assert pictures.find_requests(double, "PATCH") == []


def test_an_edit_of_a_title_that_a_person_changed_is_stale(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    double.people.edit("vera", number, title="I know better.")
    with pytest.raises(errors.WriteStale, match=r"editing bug 1: its title is not the one that the plan saw"):
        tracker.act(pictures.make_edit_action(number))
    assert pictures.find_requests(double, "PATCH") == []


@pytest.mark.parametrize("ends", ["", "\n", "\r\n\r\n ", "\x00\n"])
def test_a_description_is_the_same_whatever_launchpad_trims(double: Double, tmp_path: Path, ends: str) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action(text=pictures.make_text() + ends)).number
    assert tracker.act(pictures.make_edit_action(number, replaces=pictures.make_text() + ends)).title.endswith(
        "two lines never run"
    )


def test_a_person_who_edits_between_covbots_reading_and_writing_wins(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    acts = iter([lambda: double.people.edit("vera", number, description="I know better.")])
    double.watch = lambda moment, request: (
        next(acts, lambda: None)() if (moment, request.method) == ("received", "PATCH") else None
    )
    with pytest.raises(errors.WriteStale, match="the bug changed meanwhile; Launchpad said 412"):
        tracker.act(pictures.make_edit_action(number))
    assert double.people.bug(number).description == "I know better."


def test_a_status_that_is_not_the_one_planned_on_is_stale(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    double.people.set_status("vera", number, "Confirmed")
    with pytest.raises(errors.WriteStale, match="setting bug 1 to Fix Released: it is Confirmed, not New"):
        tracker.act(pictures.make_status_action(number))
    assert pictures.find_requests(double, "PATCH") == []


def test_a_bug_that_moved_to_another_project_while_covbot_wrote_is_left_alone(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    task = double.people.bug(number).tasks[0]

    def move_bug() -> None:
        double.people.bug(number).moved["nova"] = task.target = "glance"

    acts = iter([move_bug])
    double.watch = lambda moment, request: (
        next(acts, lambda: None)() if (moment, request.method) == ("received", "PATCH") else None
    )
    with pytest.raises(errors.WriteStale, match="Launchpad said 301"):
        tracker.act(pictures.make_status_action(number))
    assert task.status == "New"
    with pytest.raises(errors.WriteStale, match="it is no longer on nova"):
        tracker.act(pictures.make_status_action(number))


@pytest.mark.parametrize("status", [Status.TRIAGED, Status.WONT_FIX, Status.DEFERRED, Status.EXPIRED])
def test_what_only_supervisors_may_do_is_refused(double: Double, tmp_path: Path, status: Status) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    with pytest.raises(errors.WriteRefused, match=f"401 Only Bug Supervisors may change status to {status}"):
        tracker.act(pictures.make_status_action(number, status))
    assert double.people.bug(number).tasks[0].status == "New"


def test_a_refusal_that_was_applied_all_the_same_counts_as_done(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    acts = iter([lambda: double.people.set_status("nova-supervisor", number, "Triaged")])
    double.watch = lambda moment, request: (
        next(acts, lambda: None)() if (moment, request.method) == ("committed", "PATCH") else None
    )
    assert tracker.act(pictures.make_status_action(number, Status.TRIAGED)).status is Status.TRIAGED


@pytest.mark.parametrize("hide", ["make_private", "lock", "delete"])
@pytest.mark.parametrize("make", [pictures.make_edit_action, pictures.make_comment_action, pictures.make_status_action])
def test_a_bug_that_is_closed_to_covbot_is_not_written_to(
    double: Double, tmp_path: Path, hide: str, make: Callable[[int], Action]
) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    getattr(double.people, hide)(*(() if hide == "delete" else ("vera",)), number)
    before = len(pictures.find_requests(double))
    with pytest.raises(errors.BugUnreadable, match=r"gone, private or not ours|is locked"):
        tracker.act(make(number))
    assert len(pictures.find_requests(double)) == before


def test_a_private_bug_that_covbot_still_sees_is_left_alone(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    double.people.make_private("vera", number, from_reporter=False)
    with pytest.raises(errors.BugUnreadable, match=f"bug {number} is private"):
        tracker.act(pictures.make_comment_action(number))


@pytest.mark.parametrize(
    "action",
    [pictures.make_file_action(text="no footer"), pictures.make_file_action(text=pictures.make_text(2))],
)
def test_a_bug_that_could_not_be_known_again_is_not_filed(double: Double, tmp_path: Path, action: Action) -> None:
    with pytest.raises(errors.WriteRefused, match="the description does not end with its footer"):
        pictures.connect_tracker(double, tmp_path).act(action)
    assert pictures.find_requests(double) == []


def test_hostile_texts_stay_within_limits_and_keep_their_footer(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    text = "\x00\ud800{{ }} \r\n" + "x" * 1_000_000 + f"\n\n{pictures.make_footer()}\n\n"
    bug = tracker.act(pictures.make_file_action(title="a\r\nb\x00" + "é" * 300, text=text))
    assert (len(bug.title), len(bug.description)) == (limits.TITLE_LIMIT, limits.DESCRIPTION_LIMIT)
    assert footers.parse(bug.description) == pictures.make_footer()
    assert bug.description.count(str(pictures.make_footer())) == 1
    assert "\ufffd{{ }} \n" in bug.description


def test_a_bad_tag_is_a_refusal_with_launchpads_words(double: Double, tmp_path: Path) -> None:
    bad = evolve(pictures.make_file_action(), tags=("Bad",))
    with pytest.raises(errors.WriteRefused, match=r"filing a bug on nova: Launchpad said 400 tags: .*'Bad'"):
        pictures.connect_tracker(double, tmp_path).act(bad)
    assert double.world.bugs == {}


def test_a_bug_that_cannot_be_read_back_is_uncertain_and_named(double: Double, tmp_path: Path) -> None:
    acts = iter([lambda: double.people.make_private("vera", 1)])
    double.watch = lambda moment, request: (
        next(acts, lambda: None)() if (moment, request.method) == ("committed", "POST") else None
    )
    with pytest.raises(errors.WriteDoubtful, match="bug 1 was written but cannot be read back"):
        pictures.connect_tracker(double, tmp_path).act(pictures.make_file_action())
    assert len(pictures.find_requests(double, "POST")) == 1


@pytest.mark.parametrize(
    "make",
    [pictures.make_file_action, pictures.make_edit_action, pictures.make_comment_action, pictures.make_status_action],
)
def test_a_connection_for_reading_sends_nothing_but_get(
    double: Double, tmp_path: Path, make: Callable[[int], Action]
) -> None:
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    tracker = pictures.connect_tracker(double, tmp_path, read_only=True)
    with pytest.raises(errors.WriteRefused, match="this connection only reads"):
        tracker.act(make(number))
    assert tracker.listing().bugs != []
    assert {request.method for request in double.requests} == {"GET"}


def test_a_server_that_is_unavailable_before_the_write_is_sent_leaves_no_uncertainty(
    tmp_path: Path, double: Double
) -> None:
    double.fail(Fault.UNAVAILABLE, times=3)
    with pytest.raises(errors.CannotUseTracker, match="connecting: Launchpad said 503"):
        pictures.connect_tracker(double, tmp_path).act(pictures.make_file_action())
    assert not any(is_write(request) for request in double.requests)
