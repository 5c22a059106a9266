"""The numbers in a report, as text of any kind and length, and what they mean, if anything."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

from covbot.core import lines

_INTEGER: Final = re.compile(r"\s*([+-]?)0*(\d*)\s*")
_FLOAT: Final = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_LONGEST: Final = 40
"""The most characters of a number whose value, not its sign alone, is asked for."""

_SHORT: Final = 10
"""Digits of which at most one fewer are below `lines.HIGHEST_LINE`, whichever they are."""

_MILLISECONDS: Final = 10**11
"""Timestamps from here on are read as milliseconds: as seconds they would lie beyond the year 5000."""

_WESTMOST: Final = dt.timezone(dt.timedelta(hours=-12))
_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


def to_line(text: str) -> int:
    """A line number from 1 to `lines.HIGHEST_LINE`, 0 for anything else."""
    if text.isdecimal() and len(text) < _SHORT:
        return int(text)
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST else None
    number = 0 if found is None or found[1] == "-" else int(found[2] or 0)
    return number if number <= lines.HIGHEST_LINE else 0


def is_hit(text: str) -> bool | None:
    """Whether hits are more than none: of an integer of any length, or a finite float; None if they say nothing."""
    stripped = text.strip()
    digits = stripped.removeprefix("+")
    if digits.isascii() and digits.isdecimal():
        return bool(digits.strip("0"))
    value = to_float(stripped)
    return None if value is None or value < 0 else value > 0


def to_float(text: str) -> float | None:
    """A finite float, None for anything else."""
    if len(text) > _LONGEST or not _FLOAT.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def to_moment(text: str) -> dt.datetime | None:
    """A timestamp in seconds (Cobertura's own) or milliseconds (coverage.py's), None if it is nonsense."""
    value = to_float(text)
    if value is None:
        return None
    seconds = value / 1000 if value >= _MILLISECONDS else value
    try:
        moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment if moment >= _EARLIEST else None


def to_latest(text: str) -> dt.datetime | None:
    """A timestamp in ISO form, None if it is nonsense; without a zone, the latest moment that it can be anywhere.

    So a report is never taken for older than it is.
    """
    try:
        written = dt.datetime.fromisoformat(text)
        moment = (written if written.tzinfo else written.replace(tzinfo=_WESTMOST)).astimezone(dt.UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment >= _EARLIEST else None
