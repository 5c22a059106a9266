"""A run against Launchpad that is killed wherever a kill can leave something else behind, and is run again."""

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
class Stage:
    """A double of Launchpad and a folder of covbot's, as they were before the run that is killed."""

    staged: launchpad_states.SavedState
    runner: ForkingRunner

    def kill(self, place: Path, moment: CrashPoint) -> None:
        """Run covbot in the folder until it dies of SIGKILL at a moment."""
        seen = 0

        def watch(what: str, _: Request) -> None:
            nonlocal seen
            seen += what == "received"
            if seen == moment.nth and what == moment.what:
                os.kill(int((place / "pid").read_text()), signal.SIGKILL)
                if what == "received":
                    raise ConnectionAbortedError("killed before the request was sent: nothing was asked for")

        self.staged.double.watch = watch
        commit = moment.nth if moment.what == STORING else 0
        said = self.runner.run(place, "run", commit=commit)
        assert said["code"] == -signal.SIGKILL, (moment, said["out"])
        self.staged.double.watch = lambda _moment, _request: None

    def trace(self, place: Path) -> tuple[list[CrashPoint], int]:
        """All moments of an undisturbed run at which it could be killed, and how many requests it sends."""
        with contextlib.closing(crash_points.CrashPointRecorder(self.staged.double, place / "covbot.db")) as record:
            self.staged.double.watch = record.watch
            said = self.runner.run(place, "run", traced=True)
        assert said["code"] == 0, said["out"]
        lines = (line.split() for line in (place / "commits").read_text().splitlines())
        commits = (
            crash_points.CrashPoint(at=int(at), what=STORING, nth=int(nth), store=store) for at, nth, store in lines
        )
        return record.with_commits(commits), record.seen


@pytest.fixture(scope="module")
def stage(runner: ForkingRunner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("staged")
    with Double() as double:
        laid = launchpad_folder.create_folder(folder, double, pictured=launchpad_states.BEFORE, more=ROOMY)
        assert runner.run(folder, "run")["code"] == 0
        launchpad_folder.add_two_builds(laid, 3, launchpad_states.AFTER)
        before = launchpad_states.SavedState(double, folder)
        before.keep()
        yield Stage(before, runner)


def test_law_3_killed_at_any_moment_and_run_again_the_same_bugs_are_left(stage: Stage, tmp_path: Path) -> None:
    """One kill for each state that a kill could leave: of the tracker's bugs and of the store's rows.

    Before a request is sent, once it was committed (when its reply came, nothing more was done), and between any two
    commits of the store. What follows a kill sees nothing but these two, so of moments with equal digests one is tried.
    """
    every, requests = stage.trace(stage.staged.play(tmp_path / "undisturbed"))
    expected = stage.staged.left_undisturbed()
    states = crash_points.select_distinct(every)
    tried = launchpad_states.sample_points(states, 5)
    for moment in tried:
        place = stage.staged.play(tmp_path / f"{moment.what} {moment.nth}")
        stage.kill(place, moment)
        said = stage.runner.run(place, "run")
        assert said["code"] == 0, said["out"]
        assert stage.staged.left() == expected, f"killed when {moment.what} {moment.nth}"
        shutil.rmtree(place)
    commits = sum(moment.what == STORING for moment in every)
    kinds = ", ".join(f"{count} when {what}" for what, count in Counter(moment.what for moment in tried).items())
    print(  # noqa: T201 -- the numbers are what a reader of the log looks for
        f"{requests} requests with 3 boundaries each and {commits} commits of the store, "
        f"{len(states)} distinct states: killed at {len(tried)} of them ({kinds})"
    )
