"""The daemon runs its jobs on their schedule, survives their failures, reports its health, and exits on a signal."""

from __future__ import annotations

import io
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, time, timedelta

import pytest

from covbot import daemon, errors, logs
from support import daemons

OFTEN = timedelta(0)
"""An interval that counts as the shortest possible one, of one second."""
PROGRAM = """
import sys, threading
from covbot import daemon, logs
from datetime import time
logs.configure()
sys.exit(daemon.serve(
    [daemon.Job(name="nova", when=time(4, 30), run=lambda: None)], host="127.0.0.1", port=0, stop=threading.Event()
))
"""


def test_the_first_pass_of_each_job_runs_right_after_the_start_and_one_at_a_time() -> None:
    started = datetime.now(UTC).replace(microsecond=0)
    status, health = daemons.get_health_after(daemons.make_job(lambda: None))
    assert (status, health["status"]) == (200, "ok")
    assert started <= datetime.fromisoformat(health["projects"]["nova"]["last_pass"]) <= datetime.now(UTC)
    assert health["projects"]["nova"]["last_result"] == "done"
    assert health["projects"]["last"]["last_pass"] is health["projects"]["last"]["last_result"] is None


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (errors.CannotFetch("jenkins does not answer"), "could_not"),
        (errors.Paused("paused by a person"), "a_person_must_decide"),
        (ZeroDivisionError("a fault"), "fault"),
    ],
)
def test_a_pass_that_fails_ends_neither_the_daemon_nor_the_other_jobs_and_waits_for_its_next_time(
    error: Exception, result: str
) -> None:
    status, health = daemons.get_health_after(daemons.make_job(daemons.make_failing_run(error)))
    nova = health["projects"]["nova"]
    assert (status, nova["last_result"]) == (200, result)
    assert datetime.fromisoformat(nova["next_pass"]) - datetime.fromisoformat(nova["last_pass"]) > timedelta(hours=5)


def test_a_job_runs_again_on_its_schedule_even_after_it_failed() -> None:
    runs: queue.Queue[int] = queue.Queue()

    def run() -> None:
        runs.put(1)
        raise ZeroDivisionError

    def visit(_port: int) -> None:
        assert [runs.get(timeout=daemons.TIMEOUT) for _ in range(2)] == [1, 1]

    assert daemons.run_beside_daemon([daemons.make_job(run, when=OFTEN)], visit) is errors.Exit.DONE


@pytest.mark.heavy
def test_what_stops_pass_after_pass_is_a_warning_once() -> None:
    stream = io.StringIO()
    logs.configure(stream=stream, as_json=True)
    runs: queue.Queue[int] = queue.Queue()
    reasons = iter(["401, refused", "401, refused", "503, away"])

    def run() -> None:
        runs.put(1)
        raise errors.CannotFetch(next(reasons, "503, away"))

    def visit(_port: int) -> None:
        assert [runs.get(timeout=daemons.TIMEOUT) for _ in range(4)] == [1] * 4

    daemons.run_beside_daemon([daemons.make_job(run, when=OFTEN)], visit)
    logs.configure(stream=io.StringIO(), as_json=True)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    levels = [event["level"] for event in events if event["event"] == "pass.stopped"]
    assert levels[:3] == ["warning", "info", "warning"]


def test_a_daily_job_is_due_at_its_time_of_the_machine() -> None:
    _, health = daemons.get_health_after(daemons.make_job(lambda: None, when=time(4, 30)))
    due = datetime.fromisoformat(health["projects"]["nova"]["next_pass"])
    assert due > datetime.now(UTC)
    assert due.astimezone().strftime("%H:%M") == "04:30"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_on_a_signal_the_running_pass_ends_its_unit_and_no_other_begins(number: signal.Signals) -> None:
    stop = threading.Event()
    units = []

    def run() -> None:
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        units.append(stop.wait(daemons.TIMEOUT))

    ended = daemons.run_daemon(
        daemons.make_job(run), daemons.make_job(lambda: units.append(False), name="neutron"), stop=stop
    )
    assert (ended, units) == (errors.Exit.DONE, [True])


def test_nothing_is_left_behind() -> None:
    handlers, threads = signal.getsignal(signal.SIGTERM), threading.enumerate()
    ports: list[int] = []
    daemons.run_beside_daemon([], ports.append)
    assert (signal.getsignal(signal.SIGTERM), threading.enumerate()) == (handlers, threads)
    with socket.create_server(("127.0.0.1", ports[0])) as free:
        assert free.getsockname()[1] == ports[0]


def test_when_the_scheduler_dies_the_daemon_ends() -> None:
    assert daemons.run_daemon(daemons.make_job(daemons.make_failing_run(SystemExit()))) is errors.Exit.FAULT


def test_a_pass_that_hangs_holds_up_no_other_and_does_not_keep_the_daemon_alive() -> None:
    never, passed = threading.Event(), threading.Event()
    answers = []
    hanging = daemon.Job(
        name="nova", when=daemons.RARELY, run=lambda: None if never.wait() else "", patience=0.1, grace=0.1
    )

    def visit(port: int) -> None:
        assert passed.wait(daemons.TIMEOUT)
        answers.append(daemons.get_health(port)[1]["projects"])

    assert daemons.run_beside_daemon([hanging, daemons.make_job(passed.set, name="other")], visit) is errors.Exit.DONE
    assert answers[0]["nova"]["last_pass"] is None
    assert datetime.fromisoformat(answers[0]["nova"]["running_since"]) <= datetime.now(UTC)
    never.set()


def test_an_address_that_cannot_be_bound_is_reported_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]
        message = f"^cannot listen on 127.0.0.1 port {port}: Address already in use; choose another host or port$"
        with pytest.raises(errors.CovbotError, match=message):
            daemon.serve([], host="127.0.0.1", port=port, stop=threading.Event())


def test_a_process_of_its_own_logs_its_port_and_exits_with_0() -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}) as process:
        assert process.stderr is not None
        events = (json.loads(line) for line in process.stderr)
        port = next(event["port"] for event in events if event["event"] == "daemon.started")
        assert daemons.get_health(port)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert [event["event"] for event in events][-1] == "daemon.leaving"
        assert process.wait(daemons.TIMEOUT) == 0
