"""A run against Launchpad that is killed at each point at which a kill leaves another state, and is run again."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from attrs import define

from doubles.launchpad.server import Double
from support.crashes import crash_points
from support.launchpad import launchpad_folder, launchpad_states

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from doubles.launchpad.messages import Request
    from support.crashes.crash_points import CrashPoint
    from support.crashes.forked import ForkingRunner

ROOMY = """
[projects.pictured.policy]
max_open = 1000
new_per_day = 1000
writes_per_run = 1000
edit_days = 0
close_share = 1.0
jump_share = 1.0
swing_share = 1.0
"""
STORING = "about to commit to the store"


@define
class KilledRuns:
    """Runs covbot in a folder, with bugs on the double of Launchpad, from a saved state, and kills it at a point."""

    saved: launchpad_states.SavedState
    runner: ForkingRunner

    def run_and_kill(self, folder: Path, point: CrashPoint) -> None:
        """Run covbot in the folder, and kill it by SIGKILL at a point."""
        received = 0

        def kill_at_point(event: str, _: Request) -> None:
            nonlocal received
            received += event == "received"
            if received == point.nth and event == point.event:
                os.kill(int((folder / "pid").read_text()), signal.SIGKILL)
                if event == "received":
                    raise ConnectionAbortedError("killed before the request was sent: nothing was asked for")

        self.saved.double.watch = kill_at_point
        commit = point.nth if point.event == STORING else 0
        answer = self.runner.run(folder, "run", kill_at_commit=commit)
        assert answer["code"] == -signal.SIGKILL, (point, answer["out"])
        self.saved.double.watch = lambda _event, _request: None

    def trace_run(self, folder: Path) -> tuple[list[CrashPoint], int]:
        """Return all points of an undisturbed run at which it can be killed, and the number of its requests."""
        with contextlib.closing(crash_points.CrashPointRecorder(self.saved.double, folder / "covbot.db")) as recorder:
            self.saved.double.watch = recorder.record_event
            answer = self.runner.run(folder, "run", traced=True)
        assert answer["code"] == 0, answer["out"]
        lines = (line.split() for line in (folder / "commits").read_text().splitlines())
        commits = (
            crash_points.CrashPoint(at=int(at), event=STORING, nth=int(nth), store=store) for at, nth, store in lines
        )
        return recorder.merge_commits(commits), recorder.received


@pytest.fixture(scope="module")
def killed_runs(runner: ForkingRunner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KilledRuns]:
    folder = tmp_path_factory.mktemp("saved")
    with Double() as double:
        project = launchpad_folder.create_folder(folder, double, pictured=launchpad_states.BEFORE, more=ROOMY)
        assert runner.run(folder, "run")["code"] == 0
        launchpad_folder.add_two_builds(project, 3, launchpad_states.AFTER)
        saved = launchpad_states.SavedState(double, folder)
        saved.save_bugs()
        yield KilledRuns(saved, runner)


@pytest.mark.heavy
def test_law_3_killed_at_any_moment_and_run_again_the_same_bugs_are_left(
    killed_runs: KilledRuns, tmp_path: Path
) -> None:
    """One kill for each state that a kill can leave, of the bugs of the tracker and the rows of the store.

    The points are before a request is sent, after it was committed (when its reply arrives, nothing more was done), and
    between any two commits of the store. A run after a kill depends on these two alone, so one point of each state is
    enough.
    """
    points, requests = killed_runs.trace_run(killed_runs.saved.restore_copy(tmp_path / "undisturbed"))
    expected = killed_runs.saved.list_expected_bugs()
    states = crash_points.select_distinct(points)
    tried = launchpad_states.sample_points(states, 5)
    for point in tried:
        folder = killed_runs.saved.restore_copy(tmp_path / f"{point.event} {point.nth}")
        killed_runs.run_and_kill(folder, point)
        answer = killed_runs.runner.run(folder, "run")
        assert answer["code"] == 0, answer["out"]
        assert killed_runs.saved.list_bugs() == expected, f"killed when {point.event} {point.nth}"
        shutil.rmtree(folder)
    commits = sum(point.event == STORING for point in points)
    kinds = ", ".join(f"{count} when {event}" for event, count in Counter(point.event for point in tried).items())
    print(  # noqa: T201 -- the numbers are what a reader of the log looks for
        f"{requests} requests with 3 boundaries each and {commits} commits of the store, "
        f"{len(states)} distinct states: killed at {len(tried)} of them ({kinds})"
    )
