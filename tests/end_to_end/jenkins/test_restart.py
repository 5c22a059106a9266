"""Law: a run that ends between downloads or within one loses nothing, and repeats no download that it recorded."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doubles.jenkins import pages, pulls, wires
from doubles.jenkins.server import Double
from doubles.jenkins.sources import TOKEN
from support.cli_folder import COVBOT

BUILDS = 6
TIMEOUT = 60
"""Seconds after which a test fails that waits for what does not happen."""

REQUESTS = st.sampled_from(["api/json", "artifact/coverage.xml", "half of it"])
SIGNALS = st.sampled_from([signal.SIGKILL, signal.SIGINT])


def _run_and_interrupt(double: Double, folder: Path, ending: str, number: signal.Signals, *, half: bool) -> None:
    """Start a run, and end it by a signal while it waits for the answer to a request, or for the rest of it."""
    reached = threading.Event()

    def hold_answer(wire: wires.Wire, reply: pages.Reply) -> bool:
        if half:
            wire.send_head(reply)
            wire.send(reply.body[: len(reply.body) // 2])
        reached.set()
        wire.released.wait(TIMEOUT)
        return False

    double.script(ending, hold_answer)
    command = [COVBOT, "run"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert reached.wait(TIMEOUT)
        process.send_signal(number)
        process.wait(TIMEOUT)
    double.released.set()
    double.released = threading.Event()


@pytest.mark.heavy
@settings(max_examples=3)
@given(build=st.integers(1, BUILDS), request=REQUESTS, number=SIGNALS)
@example(build=1, request="api/json", number=signal.SIGKILL)
@example(build=BUILDS, request="half of it", number=signal.SIGKILL)
def test_what_was_recorded_is_kept_and_asked_for_once(build: int, request: str, number: signal.Signals) -> None:
    with tempfile.TemporaryDirectory() as home, Double(prefix="/jenkins", users={"reader": TOKEN}) as double:
        job, folder = double.job(), pulls.create_folder(Path(home), double)
        for _build in range(BUILDS):
            pulls.archive_build(job)
        half = request == "half of it"
        path = f"/{build}/{'artifact/coverage.xml' if half else request}"
        _run_and_interrupt(double, folder.path, path, number, half=half)
        before = [row["number"] for row in folder.invoke("builds", "--format", "json").documents]
        assert sorted(before) == list(range(1, build))
        double.seen.clear()
        assert folder.invoke("run").code == 0
        after = folder.invoke("builds", "--format", "json").documents
        assert sorted(row["number"] for row in after) == list(range(1, BUILDS + 1))
        assert {row["verdict"] for row in after} == {"trusted"}
        assert [int(path.split("/")[4]) for path in double.downloads] == list(range(build, BUILDS + 1))
        double.seen.clear()
        assert "nothing new" in folder.invoke("run").out
        assert len(double.seen) == 1
