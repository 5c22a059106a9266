"""The daemon: passes on their schedule, one at a time, and a door to ask after its health."""

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

LONGEST_NAP = 60
"""Seconds after which the clock is looked at again, since somebody may have set it."""
PATIENCE = 3
"""Seconds that a client has to take its answer when the daemon leaves."""

When: TypeAlias = dt.timedelta | dt.time
"""Every so long (whole seconds, counted from the end of a pass), or each day at a time of the machine's own zone."""


@frozen(kw_only=True)
class Job:
    """One project's pass: its name, when it is due, and what runs it."""

    name: str
    when: When
    run: Callable[[], None]


@frozen(kw_only=True)
class Pass:
    """How a job's last pass ended: `done`, or in lower case the name of the exit that its error stands for.

    `why` is the text of that error.
    """

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

    It is called from the main thread, where signals arrive. `stop` is set by the daemon when it is told to leave: a
    running pass asks it between two units of work and returns early; no other job starts. Port 0 takes any that is
    free; `listening` is told which it is, once requests are taken. `/healthz` answers 200 while the scheduler lives,
    else 503. Exit.DONE after a clean leave, Exit.FAULT when the scheduler had died; CovbotError if the address cannot
    be had.
    """
    last: dict[str, Pass] = {}
    plan = _plan_passes(jobs, stop, last)
    passes = threading.Thread(target=_keep_passing, args=(plan, stop), name="passes")
    with _open_door(host, port) as door, _signals() as told:
        server = uvicorn.Server(_configure_server(_build_app(plan, last, passes.is_alive)))
        web = threading.Thread(target=server.run, args=([door],), name="web")
        passes.start()
        web.start()
        try:
            bound = door.getsockname()[1]
            logs.info("daemon.started", host=host, port=bound)
            listening(bound)
            told.get()
            ended = errors.Exit.DONE if passes.is_alive() else errors.Exit.FAULT
            logs.info("daemon.leaving")
        finally:
            stop.set()
            passes.join()
            server.should_exit = True
            web.join()
    return ended


def _open_door(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why, _, _ = str(error.strerror or error).partition(" (while ")  # the address, once more
        raise errors.CovbotError(f"cannot listen on {host} port {port}: {why}; choose another host or port") from error


@contextlib.contextmanager
def _signals() -> Iterator[queue.SimpleQueue[int]]:
    """SIGTERM and SIGINT, put into a queue: unlike an event, it may be told by a handler while it is waited for."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    former = {
        number: signal.signal(number, lambda number, _frame: told.put(number))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield told
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _plan_passes(jobs: Sequence[Job], stop: threading.Event, last: MutableMapping[str, Pass]) -> schedule.Scheduler:
    plan = schedule.Scheduler()
    for job in jobs:
        _time(plan, job.when).do(_run_pass, job, stop, last).tag(job.name)
    return plan


def _time(plan: schedule.Scheduler, when: When) -> schedule.Job:
    planned: schedule.Job
    match when:
        case dt.timedelta():
            planned = plan.every(max(1, int(when.total_seconds()))).seconds
        case dt.time():
            planned = plan.every().day.at(when.strftime("%H:%M"))
        case _:
            assert_never(when)
    return planned


def _keep_passing(plan: schedule.Scheduler, stop: threading.Event) -> None:
    try:
        plan.run_all()
        while not stop.wait(_nap(plan.idle_seconds)):
            plan.run_pending()
    except BaseException:  # noqa: BLE001 -- the end of the thread, in any case: it is logged, and told by /healthz
        logs.fault("scheduler.died")


def _nap(idle: float | None) -> float:
    return LONGEST_NAP if idle is None else min(max(idle, 0), LONGEST_NAP)


def _run_pass(job: Job, stop: threading.Event, last: MutableMapping[str, Pass]) -> None:
    if stop.is_set():
        return
    logs.info("pass.started", project=job.name)
    result, why = errors.Exit.DONE, ""
    try:
        job.run()
    except errors.CovbotError as error:
        result, why = error.exit, str(error)
        # What stopped the pass before as well has had its alarm.
        is_known = job.name in last and last[job.name].why == why
        (logs.info if is_known else logs.warning)("pass.stopped", project=job.name, why=why)
    except Exception:  # noqa: BLE001 -- whatever it is, the other projects go on, and this one at its next time
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
        timeout_graceful_shutdown=PATIENCE,
    )


def _build_app(plan: schedule.Scheduler, last: MutableMapping[str, Pass], is_alive: Callable[[], bool]) -> Starlette:
    async def tell_health(_request: Request) -> JSONResponse:
        alive = is_alive()
        projects = {str(tag): _describe(job, last.get(str(tag))) for job in plan.get_jobs() for tag in job.tags}
        health = {"status": "ok" if alive else "scheduler died", "projects": projects}
        return JSONResponse(health, status_code=200 if alive else 503)

    return Starlette(routes=[Route("/healthz", tell_health)])


def _describe(job: schedule.Job, last: Pass | None) -> dict[str, str | None]:
    return {
        "last_pass": _spell(last.ended_at) if last else None,
        "last_result": last.result if last else None,
        "next_pass": _spell(job.next_run) if job.next_run else None,
    }


def _spell(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
