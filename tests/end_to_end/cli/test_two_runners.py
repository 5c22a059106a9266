"""Two processes started at once on one project: one works, and the other exits without a request."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from attrs import Factory, define

from doubles.launchpad.server import Double
from support.cli_folder import COVBOT
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.launchpad.messages import Request

TIMEOUT = 60
"""Seconds after which the test fails if what it waits for does not happen."""


@define
class RunPair:
    """Two runs in one process group; the one that sends the first request waits until the other one has exited."""

    folder: Path
    group: int = 0
    runs: list[subprocess.Popen[str]] = Factory(list)
    started: threading.Event = Factory(threading.Event)
    exited: threading.Event = Factory(threading.Event)

    def start_runs(self) -> None:
        pipe = subprocess.PIPE
        for _ in range(2):
            run = subprocess.Popen(
                [COVBOT, "run"], cwd=self.folder, stdout=pipe, stderr=pipe, text=True, process_group=self.group
            )
            self.group = self.group or run.pid
            self.runs.append(run)
        self.started.set()

    def hold_request(self, event: str, _: Request) -> None:
        """Hold a request until one run exited, which is not reaped here: so its end is noticed whenever it happens."""
        if event == "received" and not self.exited.is_set():
            self.started.wait(TIMEOUT)
            os.waitid(os.P_PGID, self.group, os.WEXITED | os.WNOWAIT)
            self.exited.set()


@pytest.mark.heavy
def test_of_two_runs_started_at_once_one_files_and_the_other_exits_with_a_message(tmp_path: Path) -> None:
    with Double() as double, contextlib.ExitStack() as closing:
        folder = launchpad_folder.create_folder(tmp_path, double)
        pair = RunPair(tmp_path)
        double.watch = pair.hold_request
        pair.start_runs()
        for run in pair.runs:
            closing.enter_context(run)
        assert pair.exited.wait(TIMEOUT)
        outputs = [run.communicate(timeout=TIMEOUT) for run in pair.runs]
        assert [run.returncode for run in pair.runs] == [0, 0]
        (out, err), (worked, _) = sorted(outputs, key=measure_output)
        assert (out, err) == ("", "covbot: another pass over pictured is under way: this one leaves\n")
        assert "3 writes to the tracker" in worked
        assert len(double.world.bugs) == len(set(launchpad_folder.list_titles(double))) == 3
        accounts = [request for request in double.requests if request.place == "/devel/people/+me"]
        assert len(accounts) == 1
        assert folder.invoke("run").code == 0
        assert len(double.world.bugs) == 3


def measure_output(outputs: tuple[str, str]) -> int:
    """Return the length of the standard output, which is larger for the run that worked."""
    return len(outputs[0])
