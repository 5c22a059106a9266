"""Refusals of a report, and quotations from it, as one short line that no control character can leave."""

from __future__ import annotations

from typing import Final

from covbot.core import escaping
from covbot.errors import CannotReadReport

LONGEST_QUOTE: Final = 80
"""Characters of a report's own text that a message shows at most."""

READ: Final = "Cobertura XML, coverage.py JSON, .coverage data and LCOV"
"""The kinds of reports that are read."""


def refuse(name: str, what: str, *, line: int | None = None) -> CannotReadReport:
    """The exception that names a file, the line in it if there is one, and in one line what is wrong with it."""
    place = escaping.shorten(name)
    return CannotReadReport(f"{place} {what}" if line is None else f"{place}:{line}: {what}")


def refuse_foreign(name: str, what: str) -> CannotReadReport:
    """The exception for a file that is of another kind, with the kinds that are read."""
    return refuse(name, f"{what}; covbot reads {READ}")


def quote(text: str) -> str:
    """Text from a report in double quotes, with everything unprintable escaped, and not longer than a line bears."""
    return f'"{escaping.shorten(text, LONGEST_QUOTE)}"'
