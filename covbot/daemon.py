"""The daemon: passes on their schedule, one at a time, and an HTTP endpoint that reports its health."""

from __future__ import annotations

import contextlib
import datetime as dt
import queue
import signal
import socket
import threading
from typing import TYPE_CHECKING, TypeAlias, assert_never

import schedule
import uvicorn
from attrs import frozen
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from covbot import errors, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, MutableMapping, Sequence

    from starlette.requests import Request

LONGEST_SLEEP = 60
"""The most seconds between two readings of the clock, since somebody may have set it."""
SHUTDOWN_SECONDS = 3
"""The seconds that a client has to receive its response when the daemon shuts down."""

When: TypeAlias = dt.timedelta | dt.time
"""The interval from the end of a pass to the next (whole seconds), or the time of day in the machine's own zone."""


@frozen(kw_only=True)
class Job:
    """The job of one project: its name, the schedule of its passes, and the function that runs one."""

    name: str
    when: When
    run: Callable[[], None]


@frozen(kw_only=True)
class Pass:
    """The end of a job's last pass: `result` is its exit code by name, in lower case, `why` the text of its error."""

    ended_at: dt.datetime
    result: str
    why: str = ""


def serve(
    jobs: Sequence[Job],
    *,
    host: str,
    port: int,
    stop: threading.Event,
    listening: Callable[[int], None] = lambda _port: None,
) -> errors.Exit:
    """Run each job right after the start and then on its schedule, until SIGTERM or SIGINT.

    Call it in the main thread, which receives signals. The daemon sets `stop` on such a signal: a running pass checks
    it between two units of work and returns early, and no other job starts. Port 0 means any free port;
    `listening` is called with the port once requests are accepted. `/healthz` responds with status 200 while the
    scheduler runs, else 503. Return Exit.DONE after a clean shutdown, Exit.FAULT if the scheduler had died. Raise
    CovbotError if the address is not available.
    """
    last: dict[str, Pass] = {}
    scheduler = _schedule_passes(jobs, stop, last)
    passes = threading.Thread(target=_run_scheduler, args=(scheduler, stop), name="passes")
    with _open_listener(host, port) as listener, _catch_signals() as received:
        server = uvicorn.Server(_configure_server(_build_app(scheduler, last, passes.is_alive)))
        web = threading.Thread(target=server.run, args=([listener],), name="web")
        passes.start()
        web.start()
        try:
            bound = listener.getsockname()[1]
            logs.info("daemon.started", host=host, port=bound)
            listening(bound)
            received.get()
            exit_code = errors.Exit.DONE if passes.is_alive() else errors.Exit.FAULT
            logs.info("daemon.leaving")
        finally:
            stop.set()
            passes.join()
            server.should_exit = True
            web.join()
    return exit_code


def _open_listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why, _, _ = str(error.strerror or error).partition(" (while ")  # the address, once more
        raise errors.CovbotError(f"cannot listen on {host} port {port}: {why}; choose another host or port") from error


@contextlib.contextmanager
def _catch_signals() -> Iterator[queue.SimpleQueue[int]]:
    """Yield a queue of SIGTERM and SIGINT: unlike an event, a handler may use it while the thread waits for it."""
    received: queue.SimpleQueue[int] = queue.SimpleQueue()
    previous = {
        number: signal.signal(number, lambda number, _frame: received.put(number))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _schedule_passes(jobs: Sequence[Job], stop: threading.Event, last: MutableMapping[str, Pass]) -> schedule.Scheduler:
    scheduler = schedule.Scheduler()
    for job in jobs:
        _schedule_job(scheduler, job.when).do(_run_pass, job, stop, last).tag(job.name)
    return scheduler


def _schedule_job(scheduler: schedule.Scheduler, when: When) -> schedule.Job:
    scheduled: schedule.Job
    match when:
        case dt.timedelta():
            scheduled = scheduler.every(max(1, int(when.total_seconds()))).seconds
        case dt.time():
            scheduled = scheduler.every().day.at(when.strftime("%H:%M"))
        case _:
            assert_never(when)
    return scheduled


def _run_scheduler(scheduler: schedule.Scheduler, stop: threading.Event) -> None:
    try:
        scheduler.run_all()
        while not stop.wait(_limit_sleep(scheduler.idle_seconds)):
            scheduler.run_pending()
    except BaseException:  # noqa: BLE001 -- the thread ends in any case: it is logged, and reported by /healthz
        logs.fault("scheduler.died")


def _limit_sleep(idle: float | None) -> float:
    return LONGEST_SLEEP if idle is None else min(max(idle, 0), LONGEST_SLEEP)


def _run_pass(job: Job, stop: threading.Event, last: MutableMapping[str, Pass]) -> None:
    if stop.is_set():
        return
    logs.info("pass.started", project=job.name)
    result, why = errors.Exit.DONE, ""
    try:
        job.run()
    except errors.CovbotError as error:
        result, why = error.exit, str(error)
        # An error that also stopped the pass before was already logged as a warning.
        is_known = job.name in last and last[job.name].why == why
        (logs.info if is_known else logs.warning)("pass.stopped", project=job.name, why=why)
    except Exception:  # noqa: BLE001 -- after any exception the other projects go on, and this one at its next time
        result = errors.Exit.FAULT
        logs.fault("pass.failed", project=job.name)
    last[job.name] = Pass(ended_at=dt.datetime.now(dt.UTC), result=result.name.lower(), why=why)
    logs.info("pass.ended", project=job.name, result=last[job.name].result)


def _configure_server(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def _build_app(
    scheduler: schedule.Scheduler, last: MutableMapping[str, Pass], is_alive: Callable[[], bool]
) -> Starlette:
    async def report_health(_request: Request) -> JSONResponse:
        alive = is_alive()
        projects = {
            str(tag): _describe_job(job, last.get(str(tag))) for job in scheduler.get_jobs() for tag in job.tags
        }
        health = {"status": "ok" if alive else "scheduler died", "projects": projects}
        return JSONResponse(health, status_code=200 if alive else 503)

    return Starlette(routes=[Route("/healthz", report_health)])


def _describe_job(job: schedule.Job, last: Pass | None) -> dict[str, str | None]:
    return {
        "last_pass": _format_moment(last.ended_at) if last else None,
        "last_result": last.result if last else None,
        "next_pass": _format_moment(job.next_run) if job.next_run else None,
    }


def _format_moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
