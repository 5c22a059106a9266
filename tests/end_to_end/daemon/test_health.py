"""`/healthz` shows what is in trouble, and answers whoever else connects."""

from __future__ import annotations

import contextlib
import io
import json
import socket
from datetime import UTC, datetime, time, timedelta

from covbot import daemon, errors, logs
from covbot.core.builds.build import Build
from covbot.core.builds.condition import Condition
from covbot.daemon import listener
from support import daemons


def _is_closed(connection: socket.socket) -> bool:
    """Whether the other side closed a connection."""
    connection.settimeout(0)
    try:
        return not connection.recv(1)
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_a_pass_that_left_because_of_another_process_is_tried_again_soon() -> None:
    _, health = daemons.get_health_after(
        daemons.make_job(daemons.make_failing_run(errors.LeaseTaken("another pass is under way")))
    )
    nova = health["projects"]["nova"]
    assert (nova["last_result"], nova["why"], nova["away_since"]) == ("left", "another pass is under way", None)
    assert datetime.fromisoformat(nova["next_pass"]) - datetime.fromisoformat(nova["last_pass"]) < timedelta(minutes=1)


def test_a_pass_that_left_is_tried_again_at_a_daily_job_too() -> None:
    job = daemons.make_job(daemons.make_failing_run(errors.LeaseTaken("another pass is under way")), when=time(4, 30))
    nova = daemons.get_health_after(job)[1]["projects"]["nova"]
    assert datetime.fromisoformat(nova["next_pass"]) - datetime.fromisoformat(nova["last_pass"]) < timedelta(minutes=1)


def test_health_shows_since_when_passes_fail_and_what_a_project_waits_for() -> None:
    trusted = Build(job="job", number=7, started_at=datetime.now(UTC) - timedelta(days=2))
    condition = Condition(trusted=trusted, waiting=3)
    run = daemons.make_failing_run(errors.CannotFetch("https://reader:hunter2@jenkins/ is away"))
    job = daemon.Job(name="nova", when=daemons.RARELY, run=run, inspect=lambda: condition)
    nova = daemons.get_health_after(job)[1]["projects"]["nova"]
    assert (nova["last_result"], nova["why"]) == ("could_not", "https://[hidden]@jenkins/ is away")
    assert nova["away_since"] == nova["last_pass"]
    assert (nova["waiting_builds"], nova["last_trusted_build"]) == (3, 7)
    assert timedelta(seconds=nova["last_trusted_age"]) // timedelta(days=1) == 2


def test_a_source_that_is_away_is_no_success() -> None:
    since = datetime(2026, 8, 1, tzinfo=UTC)
    job = daemon.Job(
        name="nova", when=daemons.RARELY, run=lambda: "503", inspect=lambda: Condition(away="503", away_since=since)
    )
    nova = daemons.get_health_after(job)[1]["projects"]["nova"]
    assert (nova["last_result"], nova["why"], nova["away_since"]) == ("away", "503", "2026-08-01T00:00:00+00:00")


def test_connections_without_a_whole_request_use_up_nothing() -> None:
    many = 3 * listener.MOST_CONNECTIONS

    def visit(port: int) -> None:
        with contextlib.ExitStack() as held:
            connections = [
                held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=daemons.TIMEOUT))
                for _ in range(many)
            ]
            for connection in connections[-listener.MOST_CONNECTIONS // 2 :]:
                connection.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ")
            assert daemons.get_health(port)[0] == 200
            assert sum(map(_is_closed, connections)) >= many - listener.MOST_CONNECTIONS

    assert daemons.run_beside_daemon([], visit) is errors.Exit.DONE


def test_what_is_no_request_is_not_logged() -> None:
    stream = io.StringIO()
    logs.configure(stream=stream, as_json=True)

    def visit(port: int) -> None:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port), timeout=daemons.TIMEOUT) as connection:
                connection.send(b"\x16\x03\x01 no request\r\n\r\n")
                assert connection.recv(100).startswith(b"HTTP/1.1 400 ")

    daemons.run_beside_daemon([], visit)
    logs.configure(stream=io.StringIO(), as_json=True)
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == [
        "daemon.started",
        "daemon.leaving",
    ]
