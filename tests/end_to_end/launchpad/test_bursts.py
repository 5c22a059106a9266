"""Bursts of writes on Launchpad: what a person does in the middle of one, and how many requests all of a run takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doubles.launchpad.server import Double
from support import trackers
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from doubles.launchpad.messages import Request
    from support.cli_folder import Folder

ROOMY = """
[projects.pictured.policy]
max_open = 1000
new_per_day = 1000
writes_per_run = 1000
"""
TESTED = {"pkg/a.py": "....", "pkg/b.py": ".xxx", "pkg/c.py": ".x"}


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as double:
        yield double


def make_folder_with_closing_due(double: Double, path: Path) -> Folder:
    """Create a folder with three bugs, of which the first is to be closed."""
    folder = launchpad_folder.create_folder(path, double)
    assert folder.invoke("run").code == 0
    launchpad_folder.add_two_builds(folder, 3, TESTED)
    return folder


def find_closing_bug(double: Double) -> int:
    return next(number for number, bug in double.world.bugs.items() if "a.py" in bug.title)


def show_bug(double: Double, number: int) -> tuple[str, list[str]]:
    """Return the status of a bug and the first words of its comments by covbot."""
    bug = double.people.bug(number)
    texts = [message.text for message in bug.messages[1:] if message.author == trackers.ACCOUNT]
    return bug.tasks[0].status, [" ".join(text.split()[:3]) for text in texts]


CLOSED = ["The tests of"]
TAKEN_BACK = [*CLOSED, "covbot leaves the"]
ACTS: dict[str, Callable[[Double, int], None]] = {
    "ignored": lambda double, number: double.people.tag("vera", number, "covbot", "covbot-ignore"),
    "tag removed": lambda double, number: double.people.tag("vera", number, "testing"),
    "confirmed": lambda double, number: double.people.set_status("vera", number, "Confirmed", target="pictured"),
    "assigned": lambda double, number: double.people.assign("vera", number, "vera", target="pictured"),
    "duplicate": lambda double, number: double.people.mark_duplicate("vera", number, number % 3 + 1),
}


@pytest.mark.parametrize(
    "act", ["ignored", *(pytest.param(act, marks=pytest.mark.heavy) for act in ACTS if act != "ignored")]
)
def test_what_a_person_does_in_the_middle_of_a_closing_ends_it_and_is_explained_once(
    double: Double, tmp_path: Path, act: str
) -> None:
    folder = make_folder_with_closing_due(double, tmp_path)
    number = find_closing_bug(double)
    acts = iter([lambda: ACTS[act](double, number)])

    def act_after_comment(event: str, request: Request) -> None:
        if (event, request.method) == ("committed", "POST"):
            next(acts, lambda: None)()

    double.watch = act_after_comment
    status = "Confirmed" if act == "confirmed" else "New"
    for _ in range(3):
        assert folder.invoke("run").code == 0
    shown = show_bug(double, number)
    if act == "confirmed":  # a bug that waits for somebody: it is closed by the next run
        assert shown == ("Fix Released", [*TAKEN_BACK, *CLOSED])
    else:
        assert shown == (status, TAKEN_BACK)


@pytest.mark.parametrize(
    "act", ["ignored", *(pytest.param(act, marks=pytest.mark.heavy) for act in ACTS if act != "ignored")]
)
def test_what_a_person_did_since_the_plan_leaves_the_bug_as_it_is(double: Double, tmp_path: Path, act: str) -> None:
    folder = make_folder_with_closing_due(double, tmp_path)
    number = find_closing_bug(double)
    acts = iter([lambda: ACTS[act](double, number)])

    def act_before_first_look(event: str, request: Request) -> None:
        if (event, request.query.get("ws.show")) == ("committed", "total_size"):
            next(acts, lambda: None)()

    double.watch = act_before_first_look
    folder.invoke("run")
    assert show_bug(double, number)[1] == []


def test_on_closing_the_title_and_the_description_stay_as_they_are(double: Double, tmp_path: Path) -> None:
    folder = make_folder_with_closing_due(double, tmp_path)
    number = find_closing_bug(double)
    bug = double.people.bug(number)
    before = bug.title, bug.description
    assert folder.invoke("run").code == 0
    assert (bug.title, bug.description) == before
    assert show_bug(double, number) == ("Fix Released", CLOSED)


def count_requests(double: Double, folder: Folder) -> int:
    """Return the number of requests of one run."""
    double.requests.clear()
    assert folder.invoke("run").code == 0
    return len(double.requests)


def test_filing_20_bugs_takes_at_most_70_requests(double: Double, tmp_path: Path) -> None:
    pictured = {f"m{number:02}.py": ".xx" for number in range(20)}
    folder = launchpad_folder.create_folder(tmp_path, double, pictured=pictured, more=ROOMY)
    assert count_requests(double, folder) <= 70
    assert len(double.world.bugs) == 20


def test_closing_4_bugs_with_a_comment_takes_at_most_26_requests(double: Double, tmp_path: Path) -> None:
    pictured = {f"m{number:02}.py": ".xx" for number in range(6)}
    folder = launchpad_folder.create_folder(tmp_path, double, pictured=pictured, more=ROOMY)
    assert folder.invoke("run").code == 0
    launchpad_folder.add_two_builds(folder, 3, {name: "..." if name < "m04" else ".xx" for name in pictured})
    assert count_requests(double, folder) <= 26
    closed = [bug for bug in double.world.bugs.values() if bug.tasks[0].status == "Fix Released"]
    assert len(closed) == 4
    assert all(len(bug.messages) == 2 for bug in closed)
    assert count_requests(double, folder) <= 5 + 2 * 4  # covbot reads what it wrote
    assert count_requests(double, folder) <= 5
