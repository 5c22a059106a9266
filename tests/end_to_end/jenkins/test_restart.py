"""Law: a run that ends anywhere between downloads, or within one, loses nothing and repeats none that it recorded."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from doubles.jenkins import pages, pulls, wires
from doubles.jenkins.server import Double
from doubles.jenkins.sources import TOKEN
from support.cli_folder import COVBOT

BUILDS = 6
PATIENCE = 60
"""Seconds after which a test fails that waits for what does not come."""

ASKED = st.sampled_from(["api/json", "artifact/coverage.xml", "half of it"])
ENDS = st.sampled_from([signal.SIGKILL, signal.SIGINT])


def _interrupt(double: Double, folder: Path, ending: str, how: signal.Signals, *, half: bool) -> None:
    """Start a run, and end it while it waits for the answer to a request, or for the rest of it."""
    reached = threading.Event()

    def hold(wire: wires.Wire, reply: pages.Reply) -> bool:
        if half:
            wire.send_head(reply)
            wire.send(reply.body[: len(reply.body) // 2])
        reached.set()
        wire.released.wait(PATIENCE)
        return False

    double.script(ending, hold)
    command = [COVBOT, "run"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert reached.wait(PATIENCE)
        process.send_signal(how)
        process.wait(PATIENCE)
    double.released.set()
    double.released = threading.Event()


@settings(max_examples=3)
@given(place=st.integers(1, BUILDS), asked=ASKED, how=ENDS)
@example(place=1, asked="api/json", how=signal.SIGKILL)
@example(place=BUILDS, asked="half of it", how=signal.SIGKILL)
def test_what_was_recorded_is_kept_and_asked_for_once(place: int, asked: str, how: signal.Signals) -> None:
    with tempfile.TemporaryDirectory() as home, Double(prefix="/jenkins", users={"reader": TOKEN}) as double:
        job, folder = double.job(), pulls.create_folder(Path(home), double)
        for _build in range(BUILDS):
            pulls.archive_build(job)
        half = asked == "half of it"
        _interrupt(double, folder.path, f"/{place}/{'artifact/coverage.xml' if half else asked}", how, half=half)
        before = [build["number"] for build in folder.invoke("builds", "--format", "json").documents]
        assert sorted(before) == list(range(1, place))
        double.seen.clear()
        assert folder.invoke("run").code == 0
        after = folder.invoke("builds", "--format", "json").documents
        assert sorted(build["number"] for build in after) == list(range(1, BUILDS + 1))
        assert {build["verdict"] for build in after} == {"trusted"}
        assert [int(path.split("/")[4]) for path in double.downloads] == list(range(place, BUILDS + 1))
        double.seen.clear()
        assert "nothing new" in folder.invoke("run").out
        assert len(double.seen) == 1
