"""The daemon: passes on their schedule, and an HTTP endpoint that reports its health."""

from __future__ import annotations

import contextlib
import datetime as dt
import queue
import signal
import threading
import time
from typing import TYPE_CHECKING, TypeAlias, assert_never

import schedule
from attrs import define, field, frozen

from covbot import errors, logs
from covbot.daemon import health, listener
from covbot.daemon.health import Pass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from covbot.core.builds.condition import Condition

LONGEST_SLEEP = 10
"""The most seconds between two readings of the clock, since somebody may have set it."""
RETRY_SECONDS = 10
"""The seconds from a pass that left because of another process to the next try."""
LONGEST_DAY = dt.timedelta(hours=25)
"""The longest time between two passes at a time of day: that of the day on which summer time ends."""

AWAY, LEFT = "away", "left"
"""The results of a pass that could not begin: its source is away, or another process works on the project."""
DIED = 0
"""In place of a signal's number: the scheduler died."""

When: TypeAlias = dt.timedelta | dt.time
"""The interval from the end of a pass to the next (whole seconds), or the time of day in the machine's own zone."""


@frozen(kw_only=True)
class Job:
    """The job of one project: its name, the schedule of its passes, and the function that runs one.

    `run` returns why the pass could not begin, None if it could; `inspect` returns how the project is afterwards. A
    pass holds up other jobs for `patience` seconds, and has `grace` seconds to end when the daemon shuts down.
    """

    name: str
    when: When
    run: Callable[[], str | None]
    inspect: Callable[[], Condition | None] = lambda: None
    patience: float = 20
    grace: float = 4


@define(kw_only=True)
class Runner:
    """Runs the passes of a job, each in a thread of its own, one at a time.

    A pass is `due` at a time of the monotonic clock, whatever other clocks say; None: by the time of day alone.
    """

    job: Job
    stop: threading.Event
    scheduler: schedule.Scheduler
    scheduled: schedule.Job = field(init=False)
    thread: threading.Thread | None = None
    started_at: dt.datetime | None = None
    last: Pass | None = None
    due: float | None = None
    fatal: BaseException | None = None

    def __attrs_post_init__(self) -> None:
        """Schedule the job."""
        self.scheduled = self._schedule_job()

    @property
    def is_running(self) -> bool:
        """Whether a pass is running."""
        return self.thread is not None and self.thread.is_alive()

    def start_pass(self) -> None:
        """Run a pass, and wait for its end unless it takes too long; nothing if one is running or all is to stop."""
        if self.is_running or self.stop.is_set():
            return
        self.thread = threading.Thread(target=self._run_pass, name=f"pass of {self.job.name}", daemon=True)
        self.started_at = dt.datetime.now(dt.UTC)
        self.thread.start()
        self.thread.join(self.job.patience)

    def follow_clocks(self) -> None:
        """Let the scheduled time follow the clock that counts for it; raise what ended the thread of a pass."""
        if self.fatal is not None:
            raise self.fatal
        self.scheduled.next_run = next_run = self._find_next_run()
        if next_run and next_run - _read_wall_clock() > LONGEST_DAY and isinstance(self.job.when, dt.time):
            self.scheduler.cancel_job(self.scheduled)
            self.scheduled = self._schedule_job()

    def describe(self) -> health.ProjectHealth:
        """Return what `/healthz` says of the project."""
        now, next_pass = dt.datetime.now(dt.UTC), self._find_next_run()
        if next_pass and isinstance(self.job.when, dt.timedelta):
            next_pass = now + (next_pass - _read_wall_clock())
        running_since = self.started_at if self.is_running else None
        return health.describe_project(self.last, running_since=running_since, next_pass=next_pass, now=now)

    def _find_next_run(self) -> dt.datetime | None:
        """Return when the next pass is due, by the clock on the wall as it is now."""
        now, when, next_run = _read_wall_clock(), self.job.when, self.scheduled.next_run
        if isinstance(when, dt.timedelta) and self.is_running:
            return now + when
        if self.due is None:
            return next_run
        due = now + dt.timedelta(seconds=self.due - time.monotonic())
        return due if isinstance(when, dt.timedelta) or not next_run else min(due, next_run)

    def _schedule_job(self) -> schedule.Job:
        scheduled: schedule.Job
        match self.job.when:
            case dt.timedelta() as interval:
                scheduled = self.scheduler.every(_count_seconds(interval)).seconds
            case dt.time() as moment:
                scheduled = self.scheduler.every().day.at(moment.strftime("%H:%M"))
            case _:
                assert_never(self.job.when)
        scheduled.do(self.start_pass)
        return scheduled

    def _run_pass(self) -> None:
        try:
            result, why = self._find_result()
            self._remember(result, why)
        except BaseException as error:  # noqa: BLE001 -- the thread ends in any case, and the scheduler with it
            self.fatal = error

    def _find_result(self) -> tuple[str, str]:
        """Run a pass; return its result, and why it is not another one."""
        is_again = self.last is not None and self.last.result == LEFT
        (logs.debug if is_again else logs.info)("pass.started", project=self.job.name)
        try:
            away = self.job.run()
        except errors.CovbotError as error:
            # What also stopped the pass before was already logged as a warning.
            is_known = self.last is not None and self.last.why == str(error)
            (logs.info if is_known else logs.warning)("pass.stopped", project=self.job.name, why=str(error))
            return LEFT if isinstance(error, errors.LeaseTaken) else error.exit.name.lower(), str(error)
        except Exception:  # noqa: BLE001 -- after any exception the other projects go on, and this one at its next time
            logs.fault("pass.failed", project=self.job.name)
            return errors.Exit.FAULT.name.lower(), ""
        return (AWAY, away) if away else (errors.Exit.DONE.name.lower(), "")

    def _remember(self, result: str, why: str) -> None:
        """Keep the result of a pass, and find when the next one is due."""
        now, before = dt.datetime.now(dt.UTC), self.last.since if self.last else None
        since = None if result == errors.Exit.DONE.name.lower() else before or (None if result == LEFT else now)
        try:
            condition = self.job.inspect()
        except errors.CovbotError:  # as the pass was
            condition = None
        self.last = Pass(ended_at=now, result=result, why=why, since=since, condition=condition)
        interval = _count_seconds(self.job.when) if isinstance(self.job.when, dt.timedelta) else None
        wait = min(interval or RETRY_SECONDS, RETRY_SECONDS) if result == LEFT else interval
        self.due = None if wait is None else time.monotonic() + wait
        logs.info("pass.ended", project=self.job.name, result=result)


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
    it between two units of work and returns early, and no other job starts; one that does not return in time, since a
    server hangs, is abandoned. A pass that takes long no longer holds up those of other jobs. Port 0 means any free
    port; `listening` is called with the port once requests are accepted. `/healthz` responds with status 200 while the
    scheduler runs, else 503. Return Exit.DONE after a clean shutdown, Exit.FAULT if the scheduler died, which ends the
    daemon. Raise CovbotError if the address is not available.
    """
    scheduler = schedule.Scheduler()
    runners = [Runner(job=job, stop=stop, scheduler=scheduler) for job in jobs]
    with listener.open_listener(host, port) as opened, _catch_signals() as received:
        passes = threading.Thread(
            target=_run_scheduler, args=(scheduler, runners, stop, received), name="passes", daemon=True
        )
        passes.start()
        try:
            with opened.answer(health.build_app(lambda: _describe_projects(runners), passes.is_alive)):
                logs.info("daemon.started", host=host, port=opened.port)
                listening(opened.port)
                reason = received.get()
                logs.info("daemon.leaving")
                stop.set()
                _wait_for_passes(passes, runners)
        finally:
            stop.set()
    return errors.Exit.FAULT if reason == DIED else errors.Exit.DONE


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


def _run_scheduler(
    scheduler: schedule.Scheduler, runners: Sequence[Runner], stop: threading.Event, ended: queue.SimpleQueue[int]
) -> None:
    try:
        scheduler.run_all()
        _follow_clocks(runners)
        while not stop.wait(_limit_sleep(scheduler.idle_seconds)):
            _follow_clocks(runners)
            scheduler.run_pending()
            _follow_clocks(runners)
    except BaseException:  # noqa: BLE001 -- the thread ends in any case, and the daemon with it
        logs.fault("scheduler.died")
        ended.put(DIED)


def _follow_clocks(runners: Sequence[Runner]) -> None:
    for runner in runners:
        runner.follow_clocks()


def _limit_sleep(idle: float | None) -> float:
    return LONGEST_SLEEP if idle is None else min(max(idle, 0), LONGEST_SLEEP)


def _wait_for_passes(passes: threading.Thread, runners: Sequence[Runner]) -> None:
    """Wait until the passes ended by themselves, but not for those that hang."""
    begun = time.monotonic()
    for runner in runners:
        if runner.thread is not None:
            runner.thread.join(max(0, begun + runner.job.grace - time.monotonic()))
        if runner.is_running:
            logs.warning("pass.abandoned", project=runner.job.name)
    if not any(runner.is_running for runner in runners):
        passes.join()


def _describe_projects(runners: Sequence[Runner]) -> Mapping[str, health.ProjectHealth]:
    return {runner.job.name: runner.describe() for runner in runners}


def _read_wall_clock() -> dt.datetime:
    """Return the time of day in the machine's own zone, as `schedule` does."""
    return dt.datetime.now()  # noqa: DTZ005 -- so does `schedule`


def _count_seconds(interval: dt.timedelta) -> int:
    return max(1, int(interval.total_seconds()))
