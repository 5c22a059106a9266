"""Two programs started at once on one project: one works, and the other leaves without a request."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from typing import TYPE_CHECKING

from attrs import Factory, define

from doubles.launchpad.server import Double
from support.cli_folder import COVBOT
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.launchpad.messages import Request

PATIENCE = 60
"""Seconds after which the test fails if what it waits for does not come."""


@define
class Pair:
    """Two runs in one process group; whichever asks first is held at its first request until the other has left."""

    folder: Path
    group: int = 0
    runs: list[subprocess.Popen[str]] = Factory(list)
    started: threading.Event = Factory(threading.Event)
    left: threading.Event = Factory(threading.Event)

    def start(self) -> None:
        pipe = subprocess.PIPE
        for _ in range(2):
            run = subprocess.Popen(
                [COVBOT, "run"], cwd=self.folder, stdout=pipe, stderr=pipe, text=True, process_group=self.group
            )
            self.group = self.group or run.pid
            self.runs.append(run)
        self.started.set()

    def hold(self, what: str, _: Request) -> None:
        """Nobody is reaped here, so that the end of either is seen whenever it comes."""
        if what == "received" and not self.left.is_set():
            self.started.wait(PATIENCE)
            os.waitid(os.P_PGID, self.group, os.WEXITED | os.WNOWAIT)
            self.left.set()


def test_of_two_runs_started_at_once_one_files_and_the_other_exits_with_a_message(tmp_path: Path) -> None:
    with Double() as double, contextlib.ExitStack() as closing:
        folder = launchpad_folder.create_folder(tmp_path, double)
        pair = Pair(tmp_path)
        double.watch = pair.hold
        pair.start()
        for run in pair.runs:
            closing.enter_context(run)
        assert pair.left.wait(PATIENCE)
        said = [run.communicate(timeout=PATIENCE) for run in pair.runs]
        assert [run.returncode for run in pair.runs] == [0, 0]
        (left, leaving), (worked, _) = sorted(said, key=len_of_output)
        assert (left, leaving) == ("", "covbot: another pass over pictured is under way: this one leaves\n")
        assert "3 writes to the tracker" in worked
        assert len(double.world.bugs) == len(set(launchpad_folder.list_titles(double))) == 3
        agents = [request for request in double.requests if request.place == "/devel/people/+me"]
        assert len(agents) == 1
        assert folder.invoke("run").code == 0
        assert len(double.world.bugs) == 3


def len_of_output(said: tuple[str, str]) -> int:
    """The one that worked tells more on its standard output."""
    return len(said[0])
