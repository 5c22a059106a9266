"""A run against Launchpad that is killed at any request, or whose request fails in any way, and is run again."""

from __future__ import annotations

import copy
import os
import shutil
import signal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define
from hypothesis import settings

import sites
from children import Runner, lay
from covbot.core.bugs import footer_of
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import Double, writes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from covbot.core.bugs import Bug
    from doubles.launchpad.messages import Request

EACH = 20
"""So many bugs are filed, as many are edited and as many are closed."""

SETTINGS = """
store = "sqlite:///covbot.db"
[projects.pictured]
mode = "live"
[projects.pictured.source]
kind = "directory"
path = "builds"
[projects.pictured.tracker]
kind = "launchpad"
service_root = "{root}"
credentials_file = "credentials"
[projects.pictured.policy]
max_open = 1000
new_per_day = 1000
writes_per_run = 1000
edit_days = 0
close_share = 1.0
jump_share = 1.0
swing_share = 1.0
"""
BOUNDARIES = ("received", "committed", "replied")


@define
class Stage:
    """A double of Launchpad and a folder of covbot's, as they were before the run that is disturbed."""

    double: Double
    runner: Runner
    folder: Path
    bugs: dict[int, Any]

    def play(self, place: Path) -> Path:
        """Everything as it was, in a folder of its own."""
        shutil.copytree(self.folder, place)
        self.double.watch = lambda _moment, _request: None
        self.double.mend()
        self.double.requests.clear()
        self.double.world.bugs.clear()
        self.double.world.bugs.update(copy.deepcopy(self.bugs))
        self.double.world.next_number = len(self.bugs) + 1
        return place

    def left(self) -> list[tuple[object, ...]]:
        """What the tracker holds, in an order that does not depend on that of filing."""
        shown = map(sites.show, self.double.world.bugs.values())
        return sorted((str(footer_of(bug.description)), *_words(bug)) for bug in shown)

    def kill_at(self, place: Path, boundary: str, nth: int) -> None:
        """Let the process that runs in the folder die at the nth request."""
        seen = 0

        def watch(moment: str, _: Request) -> None:
            nonlocal seen
            seen += moment == boundary
            if seen == nth and moment == boundary:
                os.kill(int((place / "pid").read_text()), signal.SIGKILL)

        self.double.watch = watch


def _words(bug: Bug) -> tuple[object, ...]:
    said = tuple(comment.text for comment in bug.comments)
    return bug.title, bug.description, bug.status.value, tuple(sorted(bug.tags)), bug.duplicate_of or 0, said


@pytest.fixture(scope="module")
def stage(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("staged")
    with Double() as double:
        sites.settle(double)
        double.write_credentials(folder / "credentials", sites.ME)
        (folder / "covbot.toml").write_text(SETTINGS.format(root=double.root))
        names = [f"{number:02}.py" for number in range(EACH)]
        before = {f"edit{name}": ".xxx" for name in names} | {f"close{name}": ".xx" for name in names}
        after = {f"edit{name}": ".xx." for name in names} | {f"close{name}": "..." for name in names}
        for number in (1, 2):
            lay(folder, number, before)
        assert runner.run(folder, "run")["code"] == 0
        assert len(double.world.bugs) == 2 * EACH
        for number in (3, 4):
            lay(folder, number, after | {f"file{name}": ".x" for name in names})
        yield Stage(double, runner, folder, copy.deepcopy(double.world.bugs))


@pytest.fixture(scope="module")
def undisturbed(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, int, list[tuple[object, ...]]]:
    """How many requests a run sends, how many of them write, and what it leaves."""
    place = stage.play(tmp_path_factory.mktemp("undisturbed") / "folder")
    said = stage.runner.run(place, "run")
    assert said["code"] == 0, said["out"]
    sent = len(stage.double.requests), sum(map(writes, stage.double.requests))
    left = stage.left()
    assert len(left) == 3 * EACH
    assert sum(row[3] == "Fix Released" for row in left) == EACH
    return *sent, left


def points(total: int, share: int) -> list[int]:
    """All points, or in the short suite so many of them, spread evenly."""
    if settings.get_current_profile_name() == "long":
        return list(range(1, total + 1))
    return sorted({round((step + 0.5) * total / share) for step in range(share)})


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_law_3_killed_at_any_request_and_run_again_the_same_bugs_are_left(
    stage: Stage, undisturbed: tuple[int, int, list[tuple[object, ...]]], tmp_path: Path, boundary: str
) -> None:
    total, _, expected = undisturbed
    tried = points(total, 2)
    for nth in tried:
        place = stage.play(tmp_path / str(nth))
        stage.kill_at(place, boundary, nth)
        killed = stage.runner.run(place, "run")["code"]
        assert killed == -signal.SIGKILL or (boundary, nth) == ("replied", total)
        stage.double.watch = lambda _moment, _request: None
        said = stage.runner.run(place, "run")
        assert said["code"] == 0, said["out"]
        assert stage.left() == expected, f"killed at {boundary} of request {nth} of {total}"
        shutil.rmtree(place)
    print(f"killed at {len(tried)} of {total} requests, when they were {boundary}")  # noqa: T201 -- what a reader looks for


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.SLOW])
def test_law_3_a_write_that_fails_in_any_way_is_made_good_by_the_next_run(
    stage: Stage, undisturbed: tuple[int, int, list[tuple[object, ...]]], tmp_path: Path, fault: Fault
) -> None:
    _, total, expected = undisturbed
    tried = points(total, 2)
    for nth in tried:
        place = stage.play(tmp_path / str(nth))
        stage.double.fail(fault, nth=nth, of=writes)
        stage.runner.run(place, "run")
        stage.double.mend()
        for _ in range(2):
            said = stage.runner.run(place, "run")
            assert said["code"] == 0, said["out"]
        assert stage.left() == expected, f"{fault} at write {nth} of {total}"
        shutil.rmtree(place)
    print(f"{fault}: at {len(tried)} of {total} writes")  # noqa: T201 -- what a reader looks for
