"""Run a daemon in this process, with jobs that end it or beside a visitor of its port."""

from __future__ import annotations

import json
import os
import signal
import threading
import urllib.error
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from covbot import daemon, errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RARELY = timedelta(hours=6)
TIMEOUT = 30
"""Seconds after which a test fails whose daemon does not do what it should; nothing else waits so long."""


def send_sigterm() -> None:
    """Send the signal that ends a daemon to this process."""
    os.kill(os.getpid(), signal.SIGTERM)


def get_health(port: int) -> tuple[int, dict[str, Any]]:
    """Return the status and the document of `/healthz`."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=TIMEOUT) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def run_daemon(*jobs: daemon.Job, stop: threading.Event | None = None) -> errors.Exit:
    """Run a daemon that one of its jobs ends; return its exit code."""
    return daemon.serve(jobs, host="127.0.0.1", port=0, stop=stop or threading.Event())


def run_beside_daemon(jobs: Sequence[daemon.Job], visit: Callable[[int], None]) -> errors.Exit:
    """Run a daemon and, in a thread, a function of its port; then end the daemon and return its exit code."""
    raised: list[BaseException] = []
    threads: list[threading.Thread] = []

    def run_visit(port: int) -> None:
        try:
            visit(port)
        except BaseException as error:  # noqa: BLE001 -- a failed assertion is carried to the test's own thread
            raised.append(error)
        finally:
            send_sigterm()

    def start_thread(port: int) -> None:
        threads.append(threading.Thread(target=run_visit, args=(port,)))
        threads[0].start()

    ended = daemon.serve(jobs, host="127.0.0.1", port=0, stop=threading.Event(), listening=start_thread)
    threads[0].join()
    if raised:
        raise raised[0]
    return ended


def make_job(run: Callable[[], None], *, name: str = "nova", when: daemon.When = RARELY) -> daemon.Job:
    """Return a job with a schedule that is not due in a test."""
    return daemon.Job(name=name, when=when, run=run)


def make_failing_run(error: BaseException) -> Callable[[], None]:
    """Return a pass that fails."""

    def run() -> None:
        raise error

    return run


def get_health_after(*jobs: daemon.Job) -> tuple[int, dict[str, Any]]:
    """Return the health that a daemon reports during one more job after these, which have ended by then."""
    reached, answered = threading.Event(), threading.Event()
    answers = []

    def run() -> None:
        reached.set()
        answered.wait(TIMEOUT)

    def visit(port: int) -> None:
        try:
            assert reached.wait(TIMEOUT)
            answers.append(get_health(port))
        finally:
            answered.set()

    assert run_beside_daemon([*jobs, make_job(run, name="last")], visit) is errors.Exit.DONE
    return answers[0]
