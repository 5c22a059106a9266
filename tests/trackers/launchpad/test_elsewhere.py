"""The bugs of covbot's account on other projects of Launchpad: which of them were taken off this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.trackers.launchpad.tracker import Launchpad
from doubles.launchpad import pictures

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.launchpad.server import Double


def test_a_bug_that_lost_the_projects_task_is_known_by_the_name_in_its_footer(double: Double, tmp_path: Path) -> None:
    number = double.people.file(pictures.ACCOUNT, "moved", "covbot: compute/0123456789ab/1")
    double.people.remove_task(number)
    (bug,) = Launchpad(pictures.make_access(double, tmp_path), "nova", name="compute").listing().bugs
    assert (bug.number, bug.on_project) == (number, False)


def test_a_bug_that_never_was_on_the_project_did_not_lose_its_task(double: Double, tmp_path: Path) -> None:
    """Its footer names the project, since covbot once worked with another project of Launchpad."""
    double.people.file(pictures.ACCOUNT, "a trial", pictures.make_text(), target="glance")
    assert pictures.connect_tracker(double, tmp_path).listing().bugs == []


def test_the_bugs_of_the_accounts_other_projects_are_not_read(double: Double, tmp_path: Path) -> None:
    filed = double.people.file(pictures.ACCOUNT, "one", pictures.make_text(1))
    for number in range(300):
        text = f"covbot: glance/{number:012x}/1"
        double.people.file(pictures.ACCOUNT, f"other {number}", text, target="glance", tags=("covbot",))
    double.requests.clear()
    assert [bug.number for bug in pictures.connect_tracker(double, tmp_path).listing().bugs] == [filed]
    assert len(double.requests) <= 8


def test_a_known_bug_that_lost_its_task_is_listed_whatever_the_project_is_called_by_now(
    double: Double, tmp_path: Path
) -> None:
    number = double.people.file(pictures.ACCOUNT, "moved", "covbot: compute/0123456789ab/1")
    access = pictures.make_access(double, tmp_path)
    known = {bug.number: bug for bug in Launchpad(access, "nova", name="compute").listing().bugs}
    double.people.remove_task(number)
    (bug,) = Launchpad(access, "nova", name="renamed").listing(None, known).bugs
    assert (bug.number, bug.on_project) == (number, False)
