"""Intervals are measured by no clock on the wall; a daily pass follows it, also when summer time begins or ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import daemons

TURNED_CLOCK = str(Path(__file__).with_name("turned_clock.py"))


@pytest.mark.parametrize("seconds", [-86_400, 86_400])
def test_an_interval_is_measured_by_no_clock_on_the_wall(seconds: int) -> None:
    subprocess.run([sys.executable, TURNED_CLOCK, "back", str(seconds)], check=True, timeout=daemons.TIMEOUT)


@pytest.mark.parametrize(
    ("at", "start", "times"),
    [
        ("02:30", "2026-03-28T12:00", ["03-29 03:00 +0200", "03-30 02:30 +0200"]),
        ("03:00", "2026-03-28T12:00", ["03-29 03:00 +0200", "03-30 03:00 +0200"]),
        ("02:30", "2026-10-24T12:00", ["10-25 02:30 +0200", "10-26 02:30 +0100"]),
        ("01:30", "2026-10-24T12:00", ["10-25 01:30 +0200", "10-26 01:30 +0100"]),
    ],
)
def test_a_daily_pass_runs_once_a_day_also_when_summer_time_begins_or_ends(
    at: str, start: str, times: list[str]
) -> None:
    command = [sys.executable, TURNED_CLOCK, "day", at, start, "2"]
    environment = {**os.environ, "TZ": "Europe/Berlin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=daemons.TIMEOUT)
    assert done.stdout.splitlines() == times
