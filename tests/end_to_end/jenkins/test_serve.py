"""`covbot serve` against a Jenkins that fails: what is logged, and that a refused token is tried once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from doubles.jenkins import pulls, state, wires

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double

PROGRAM = """
import stamina
from covbot.cli import main
stamina.set_testing(True, attempts=3)
main.main()
"""


def serve_one_pass(path: Path) -> list[dict[str, Any]]:
    """Run the daemon for one pass; return the events that it logged."""
    command = [sys.executable, "-c", PROGRAM, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        events = []
        for line in process.stderr:
            events.append(json.loads(line))
            if events[-1]["event"] == "pass.ended":
                process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    return events


def test_what_a_pass_postpones_to_the_next_is_logged(double: Double, tmp_path: Path) -> None:
    pulls.create_folder(tmp_path, double)
    job = double.job()
    pulls.archive_build(job)
    pulls.archive_build(job).actions = [
        state.make_git_record("a" * 40, "https://x/lib"),
        state.make_git_record("b" * 40, "https://x/tool"),
    ]
    double.script("/1/artifact/coverage.xml", *[wires.cut_body] * 3)
    events = {event["event"]: event for event in serve_one_pass(tmp_path)}
    assert (events["build.waiting"]["build"], events["build.waiting"]["level"]) == (1, "warning")
    assert "checked out several commits" in events["build.noted"]["what"]
    assert events["request.repeated"]["why"].endswith("covbot asks again, whoever runs the server if it lasts")


def test_an_outage_of_a_source_is_a_warning_and_no_failure(double: Double, tmp_path: Path) -> None:
    pulls.create_folder(tmp_path, double)
    double.starting = True
    events = {event["event"]: event for event in serve_one_pass(tmp_path)}
    assert "503" in events["source.away"]["why"]
    assert events["pass.ended"]["result"] == "away"


def test_a_refused_token_is_an_alarm(double: Double, tmp_path: Path) -> None:
    pulls.create_folder(tmp_path, double)
    double.users["reader"] = "an0ther"
    events = {event["event"]: event for event in serve_one_pass(tmp_path)}
    assert events["pass.stopped"]["level"] == "warning"
    assert "401, the token of user 'reader' is not accepted" in events["pass.stopped"]["why"]
    assert events["pass.ended"]["result"] == "could_not"
    assert len(double.seen) == 1
