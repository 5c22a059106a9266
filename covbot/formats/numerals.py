"""The numbers in a report, as text of any kind and length, and what they mean, if anything."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections import Counter
from typing import Final

from covbot.core import lines
from covbot.core.coverage import Branch

_INTEGER: Final = re.compile(r"\s*([+-]?)0*(\d*)\s*")
_FLOAT: Final = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_PAIR: Final = re.compile(r"\(\s*([0-9]{1,9})\s*/\s*([0-9]{1,9})\s*\)")
_LONGEST: Final = 40
"""The most characters of a number whose value, not its sign alone, is asked for."""

_SHORT: Final = 10
"""Digits of which at most one fewer are below `lines.HIGHEST`, whichever they are."""

_MILLISECONDS: Final = 10**11
"""Timestamps from here on are read as milliseconds: as seconds they would lie beyond the year 5000."""

_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


def to_line(text: str) -> int:
    """A line number from 1 to `lines.HIGHEST`, 0 for anything else."""
    if text.isdecimal() and len(text) < _SHORT:
        return int(text)
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST else None
    number = 0 if found is None or found[1] == "-" else int(found[2] or 0)
    return number if number <= lines.HIGHEST else 0


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


def to_branch(condition: str, targets: str | None) -> Branch | None:
    """The ways out that `50% (1/2)` counts and `5,exit` names; None where no sound count is given.

    The names are taken only if they are as many as the count of those never taken.
    """
    taken, total = _to_pair(condition[:100])
    if not 0 < total >= taken:
        return None
    return Branch(total=total, targets=_to_targets(targets, total - taken), at_most=total - taken)


@functools.lru_cache(maxsize=1024)
def _to_pair(condition: str) -> tuple[int, int]:
    found = _PAIR.search(condition)
    return (0, 0) if found is None else (int(found[1]), int(found[2]))


def _to_targets(text: str | None, count: int) -> frozenset[str] | None:
    if not text or not count:
        return None
    labels = text.replace(" ", "").split(",", count)
    if len(labels) != count or not all(label == "exit" or label.isdecimal() for label in labels):
        return None
    once = frozenset(labels)
    return once if len(once) == count else frozenset(_tell_apart(labels))


def _tell_apart(labels: list[str]) -> list[str]:
    """Several ways that lead to one place: `exit`, `exit#2`."""
    met: Counter[str] = Counter()
    apart = []
    for label in labels:
        met[label] += 1
        apart.append(label if met[label] == 1 else f"{label}#{met[label]}")
    return apart


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
