"""Parse the numbers in a report, which are text of any kind and length and may have no meaning."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Final

from covbot.core import lines

_INTEGER: Final = re.compile(r"\s*([+-]?)0*([0-9]*)\s*")
_FLOAT: Final = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_LONGEST_NUMBER: Final = 40
"""The most characters of a number of which the value is needed, and not only its sign."""

_HIGHEST_DIGITS: Final = 10
"""The number of digits of `lines.HIGHEST_LINE`: every number with fewer digits is below it."""

_MILLISECONDS: Final = 10**11
"""The lowest timestamp that is read as milliseconds: as seconds it would be beyond the year 5000."""

_WESTMOST: Final = dt.timezone(dt.timedelta(hours=-12))
_EARLIEST: Final = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


def parse_line_number(text: str) -> int:
    """Return a line number from 1 to `lines.HIGHEST_LINE`, 0 for any other text."""
    if text.isascii() and text.isdecimal() and len(text) < _HIGHEST_DIGITS:
        return int(text)
    found = _INTEGER.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    number = 0 if found is None or found[1] == "-" else int(found[2] or 0)
    return number if number <= lines.HIGHEST_LINE else 0


def is_hit(text: str) -> bool | None:
    """Whether a number of hits is above zero; None if the text is neither an integer of any length nor a finite float.

    None also for a negative number of hits.
    """
    stripped = text.strip()
    digits = stripped.removeprefix("+")
    if digits.isascii() and digits.isdecimal():
        return bool(digits.strip("0"))
    value = parse_float(stripped)
    return None if value is None or value < 0 else value > 0


def is_garbled(text: str) -> bool:
    """Whether a text has digits, of any script, but is no number: perhaps a count, of which the value is unknown."""
    return any(character.isnumeric() for character in text) and not _FLOAT.fullmatch(text)


def parse_float(text: str) -> float | None:
    """Return a finite float, None for any other text."""
    if len(text) > _LONGEST_NUMBER or not _FLOAT.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def parse_timestamp(text: str) -> dt.datetime | None:
    """Return the time of a timestamp in seconds (Cobertura) or milliseconds (coverage.py), None if it is invalid."""
    value = parse_float(text)
    if value is None:
        return None
    seconds = value / 1000 if value >= _MILLISECONDS else value
    try:
        moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment if moment >= _EARLIEST else None


def parse_iso_timestamp(text: str) -> dt.datetime | None:
    """Return the time of a timestamp in ISO format, None if it is invalid.

    Without a time zone it is the latest time that it can mean in any zone, so that a report is never considered older
    than it is.
    """
    try:
        written = dt.datetime.fromisoformat(text)
        moment = (written if written.tzinfo else written.replace(tzinfo=_WESTMOST)).astimezone(dt.UTC)
    except (OverflowError, ValueError):
        return None
    return moment if moment >= _EARLIEST else None
