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
import urllib.error
import urllib.request
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from covbot import daemon, errors, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RARELY = timedelta(hours=6)
OFTEN = timedelta(0)
"""An interval that counts as the shortest possible one, of one second."""
TIMEOUT = 30
"""Seconds after which a test fails whose daemon does not do what it should; nothing else waits so long."""
PROGRAM = """
import sys, threading
from covbot import daemon, logs
from datetime import time
logs.configure()
sys.exit(daemon.serve(
    [daemon.Job(name="nova", when=time(4, 30), run=lambda: None)], host="127.0.0.1", port=0, stop=threading.Event()
))
"""


def _send_sigterm() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _get_health(port: int) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=TIMEOUT) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def _run_daemon(*jobs: daemon.Job, stop: threading.Event | None = None) -> errors.Exit:
    """Run a daemon that one of its jobs ends; return its exit code."""
    return daemon.serve(jobs, host="127.0.0.1", port=0, stop=stop or threading.Event())


def _run_beside_daemon(jobs: Sequence[daemon.Job], visit: Callable[[int], None]) -> errors.Exit:
    """Run a daemon and, in a thread, a function of its port; then end the daemon and return its exit code."""
    raised: list[BaseException] = []
    threads: list[threading.Thread] = []

    def run_visit(port: int) -> None:
        try:
            visit(port)
        except BaseException as error:  # noqa: BLE001 -- a failed assertion is carried to the test's own thread
            raised.append(error)
        finally:
            _send_sigterm()

    def start_thread(port: int) -> None:
        threads.append(threading.Thread(target=run_visit, args=(port,)))
        threads[0].start()

    ended = daemon.serve(jobs, host="127.0.0.1", port=0, stop=threading.Event(), listening=start_thread)
    threads[0].join()
    if raised:
        raise raised[0]
    return ended


def _make_job(run: Callable[[], None], *, name: str = "nova", when: daemon.When = RARELY) -> daemon.Job:
    return daemon.Job(name=name, when=when, run=run)


def _make_failing_run(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


def _get_health_after(*jobs: daemon.Job) -> tuple[int, dict[str, Any]]:
    """Return the health that a daemon reports during one more job after these, which have ended by then."""
    reached, answered = threading.Event(), threading.Event()
    answers = []

    def run() -> None:
        reached.set()
        answered.wait(TIMEOUT)

    def visit(port: int) -> None:
        try:
            assert reached.wait(TIMEOUT)
            answers.append(_get_health(port))
        finally:
            answered.set()

    assert _run_beside_daemon([*jobs, _make_job(run, name="last")], visit) is errors.Exit.DONE
    return answers[0]


def test_the_first_pass_of_each_job_runs_right_after_the_start_and_one_at_a_time() -> None:
    started = datetime.now(UTC).replace(microsecond=0)
    status, health = _get_health_after(_make_job(lambda: None))
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
    status, health = _get_health_after(_make_job(_make_failing_run(error)))
    nova = health["projects"]["nova"]
    assert (status, nova["last_result"]) == (200, result)
    assert datetime.fromisoformat(nova["next_pass"]) - datetime.fromisoformat(nova["last_pass"]) > timedelta(hours=5)


def test_a_job_runs_again_on_its_schedule_even_after_it_failed() -> None:
    runs: queue.Queue[int] = queue.Queue()

    def run() -> None:
        runs.put(1)
        raise ZeroDivisionError

    def visit(_port: int) -> None:
        assert [runs.get(timeout=TIMEOUT) for _ in range(2)] == [1, 1]

    assert _run_beside_daemon([_make_job(run, when=OFTEN)], visit) is errors.Exit.DONE


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
        assert [runs.get(timeout=TIMEOUT) for _ in range(4)] == [1] * 4

    _run_beside_daemon([_make_job(run, when=OFTEN)], visit)
    logs.configure(stream=io.StringIO(), as_json=True)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    levels = [event["level"] for event in events if event["event"] == "pass.stopped"]
    assert levels[:3] == ["warning", "info", "warning"]


def test_a_daily_job_is_due_at_its_time_of_the_machine() -> None:
    _, health = _get_health_after(_make_job(lambda: None, when=time(4, 30)))
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
        units.append(stop.wait(TIMEOUT))

    ended = _run_daemon(_make_job(run), _make_job(lambda: units.append(False), name="neutron"), stop=stop)
    assert (ended, units) == (errors.Exit.DONE, [True])


def test_nothing_is_left_behind() -> None:
    handlers, threads = signal.getsignal(signal.SIGTERM), threading.enumerate()
    ports: list[int] = []
    _run_beside_daemon([], ports.append)
    assert (signal.getsignal(signal.SIGTERM), threading.enumerate()) == (handlers, threads)
    with socket.create_server(("127.0.0.1", ports[0])) as free:
        assert free.getsockname()[1] == ports[0]


def test_a_dead_scheduler_is_reported_by_health_and_by_the_exit_code() -> None:
    answers: list[tuple[int, dict[str, Any]]] = []

    def visit(port: int) -> None:
        for thread in threading.enumerate():
            if thread.name == "passes":
                thread.join(TIMEOUT)
        answers.append(_get_health(port))

    assert _run_beside_daemon([_make_job(_make_failing_run(SystemExit()))], visit) is errors.Exit.FAULT
    assert (answers[0][0], answers[0][1]["status"]) == (503, "scheduler died")


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
        assert _get_health(port)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert [event["event"] for event in events][-1] == "daemon.leaving"
        assert process.wait(TIMEOUT) == 0
