"""A daemon whose wall clock is turned: `schedule` and the daemon read it from a `datetime` of a chosen offset.

`python turned_clock.py day AT START DAYS` prints the local times at which a daily pass ran, while the clock advances by
five minutes at a time. `python turned_clock.py back SECONDS` turns the clock during the first pass of a daemon with the
shortest interval, and ends with its second one.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
import time
import types
from typing import Any

import schedule

from covbot import daemon

STEP = dt.timedelta(minutes=5)
offset = [dt.timedelta(0)]


class TurnedDatetime(dt.datetime):
    """The time of the machine, and the offset."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:  # noqa: ANN401 -- a subclass of what its base returns
        return dt.datetime.fromtimestamp(time.time() + offset[0].total_seconds(), tz)


def turn_clock() -> None:
    """Let `schedule` and the daemon read the turned clock."""
    turned = types.ModuleType("datetime")
    turned.__dict__.update({**vars(dt), "datetime": TurnedDatetime})
    vars(schedule)["datetime"] = vars(daemon)["dt"] = turned


def play_days(at: str, start: str, days: str) -> None:
    """Advance the clock by steps, without waiting, and print when the daily pass ran."""
    begin = dt.datetime.fromisoformat(start).astimezone()
    offset[0] = begin - dt.datetime.now(dt.UTC)
    scheduler = schedule.Scheduler()
    job = daemon.Job(
        name="nova",
        when=dt.time.fromisoformat(at),
        run=lambda: print(f"{TurnedDatetime.now().astimezone():%m-%d %H:%M %z}"),  # noqa: T201 -- the output
    )
    runner = daemon.Runner(job=job, stop=threading.Event(), scheduler=scheduler)
    for _ in range(int(days) * 24 * 12):
        offset[0] += STEP
        runner.follow_clocks()
        scheduler.run_pending()


def turn_back(seconds: str) -> None:
    """Turn the clock during the first pass, and end with the second one."""
    passes = []

    def run() -> None:
        passes.append(1)
        offset[0] = dt.timedelta(seconds=int(seconds))
        if len(passes) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    job = daemon.Job(name="nova", when=dt.timedelta(0), run=run)
    sys.exit(daemon.serve([job], host="127.0.0.1", port=0, stop=threading.Event()))


turn_clock()
if sys.argv[1] == "day":
    play_days(*sys.argv[2:])
else:
    turn_back(*sys.argv[2:])
