"""A write is sent once, whatever happens to its response: counted at the double, through launchpadlib and httplib2."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

from covbot import errors
from covbot.core.bugs import statuses
from doubles.launchpad import pictures
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import Double, is_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from covbot.core.bugs.actions import Action

MAKERS = [
    pictures.make_file_action,
    pictures.make_edit_action,
    pictures.make_comment_action,
    pictures.make_status_action,
]
LOST = [Fault.UNSEEN, Fault.DROPPED, Fault.RESET, Fault.SLOW]
ANSWERED = [Fault.REFUSED, Fault.OFFLINE, Fault.HTML, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.OOPS]

FAULTS = [
    pytest.param(fault, make, marks=() if index % len(MAKERS) == position else pytest.mark.heavy)
    for index, fault in enumerate((*LOST, *ANSWERED))
    for position, make in enumerate(MAKERS)
]
"""Each fault at each kind of write: one kind for each fault, and the rest in CI alone."""


@pytest.mark.parametrize(("fault", "make"), FAULTS)
def test_a_write_whose_response_is_lost_is_uncertain_and_sent_once(
    double: Double, tmp_path: Path, fault: Fault, make: Callable[[int], Action]
) -> None:
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    tracker = pictures.connect_tracker(double, tmp_path, timeout=0.5)
    tracker.look(number)
    double.fail(fault, of=is_write, times=9)
    with pytest.raises(errors.WriteDoubtful, match=r"it may have been done or not"):
        tracker.act(make(number))
    assert len(pictures.find_requests(double)) == 1


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.BAD_GATEWAY])
def test_launchpadlib_by_itself_would_file_twice(double: Double, tmp_path: Path, fault: Fault) -> None:
    """The transport prevents this: httplib2 sends again for one fault, restfulclient for the other."""
    double.write_credentials(tmp_path / "credentials", pictures.ACCOUNT)
    text = (tmp_path / "credentials").read_text()
    credentials = importlib.import_module("launchpadlib.credentials").Credentials.from_string(text)
    root = importlib.import_module("launchpadlib.launchpad").Launchpad(
        credentials, None, None, service_root=double.root, cache=str(tmp_path / "cache"), timeout=10, version="devel"
    )
    double.fail(fault, of=is_write)
    root.bugs.createBug(target=f"{double.root}devel/nova", title="once", description="only")
    root._browser._connection.close()  # noqa: SLF001 - launchpadlib closes nothing
    assert [bug.title for bug in double.world.bugs.values()] == ["once", "once"]


@pytest.mark.parametrize("make", MAKERS)
def test_a_write_whose_success_is_known_though_its_response_was_cut_off_is_done(
    double: Double, tmp_path: Path, make: Callable[[int], Action]
) -> None:
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    double.fail(Fault.TRUNCATED, of=is_write)
    bug = pictures.connect_tracker(double, tmp_path).act(make(number))
    assert len(pictures.find_requests(double)) == 1
    assert bug.number == (2 if make is pictures.make_file_action else number)


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.RESET, Fault.BAD_GATEWAY, Fault.OOPS, Fault.TRUNCATED])
def test_launchpadlibs_own_reading_after_a_filing_may_fail(double: Double, tmp_path: Path, fault: Fault) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    double.fail(fault, nth=2, of=lambda request: request.place.startswith("/devel/bugs"))
    assert tracker.act(pictures.make_file_action()).number == 1
    assert len(pictures.find_requests(double)) == 1


def test_a_server_that_asks_to_come_back_later_is_not_asked_again_at_once(double: Double, tmp_path: Path) -> None:
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    tracker = pictures.connect_tracker(double, tmp_path)
    tracker.look(number)
    double.requests.clear()
    double.fail(Fault.REFUSED)
    with pytest.raises(errors.CannotUseTracker, match="come back after 900 s"):
        tracker.look(number)
    assert len(double.requests) == 1


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.REFUSED])
def test_a_read_that_fails_once_is_sent_again(double: Double, tmp_path: Path, fault: Fault) -> None:
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    tracker = pictures.connect_tracker(double, tmp_path, timeout=0.5)
    first = tracker.look(number)
    double.fail(fault, nth=2)
    assert tracker.look(number) == first


@pytest.mark.parametrize("fault", list(Fault))
def test_a_server_that_stays_unavailable_ends_the_pass(double: Double, tmp_path: Path, fault: Fault) -> None:
    double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    tracker = pictures.connect_tracker(double, tmp_path, timeout=0.3)
    tracker.listing()
    double.fail(fault, times=99)
    with pytest.raises(errors.CannotUseTracker, match=r"^(searching|reading|connecting)"):
        tracker.listing()


@pytest.mark.parametrize("fault", list(Fault))
def test_a_server_that_is_unavailable_from_the_start_is_reported_in_one_line(
    double: Double, tmp_path: Path, fault: Fault
) -> None:
    double.fail(fault, times=99)
    with pytest.raises(errors.CannotUseTracker, match=r"^connecting: Launchpad ") as caught:
        pictures.connect_tracker(double, tmp_path, timeout=0.3).listing()
    assert "\n" not in str(caught.value)


def test_no_server_at_all_is_reported(tmp_path: Path) -> None:
    with Double() as double:
        tracker = pictures.connect_tracker(double, tmp_path)
    with pytest.raises(errors.CannotUseTracker, match="connecting: Launchpad cannot be reached"):
        tracker.listing()


def test_a_write_that_finds_no_server_is_known_to_be_undone(tmp_path: Path) -> None:
    with Double() as double:
        double.people.settle()
        number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
        tracker = pictures.connect_tracker(double, tmp_path)
        tracker.look(number)
    with pytest.raises(
        errors.CannotUseTracker, match="filing a bug on nova: Launchpad cannot be reached; nothing was sent"
    ):
        tracker.act(pictures.make_file_action())


def test_a_fresh_connection_is_used_for_a_write_so_that_a_stale_one_makes_it_not_uncertain(
    double: Double, tmp_path: Path
) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    number = tracker.act(pictures.make_file_action()).number
    tracker.act(pictures.make_status_action(number))
    assert tracker.look(number).status is statuses.Status.FIX_RELEASED
    assert len(pictures.find_requests(double)) == 2
