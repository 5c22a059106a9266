"""The problems of a report: warnings, limited in number, and the error that rejects it, each in one short line."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from covbot.core import display
from covbot.core.coverage import Problem

LONGEST_QUOTE: Final = 80
"""The most characters of a report's own text that a message shows."""

KINDS_READ: Final = "Cobertura XML, coverage.py JSON, .coverage data and LCOV"
"""The kinds of reports that covbot reads."""

MOST_WARNINGS: Final = 200
"""The most problems that are listed one by one; the others are only counted."""


@define
class Warnings:
    """The problems found in one file so far."""

    _named: list[Problem] = field(factory=list)
    _others: int = 0

    @property
    def full(self) -> bool:
        """Whether one more problem would only be counted, so that its line need not be looked up."""
        return len(self._named) >= MOST_WARNINGS

    def add(self, line: int | None, what: str) -> None:
        """Add one more problem, with the line of the file that it is on, if that is known."""
        if self.full:
            self._others += 1
        else:
            self._named.append(make_problem(line, what))

    def all(self) -> tuple[Problem, ...]:
        """Return the problems without duplicates, ordered by file and line, and one that counts those not listed."""
        others = [make_problem(None, f"{self._others} more lines were read with caution")]
        return tuple(sorted({*self._named, *(others if self._others else ())}))


def make_problem(line: int | None, what: str) -> Problem:
    """Return a problem on one line of a file, or in the file as a whole; `reading` puts the name of the file first."""
    return Problem(where="" if line is None else f":{line}", what=what)


@define
class BadReport(Exception):
    """A report that is rejected: what is wrong with it, in one line, and on which line of it, if that is known."""

    what: str
    line: int | None = None


def make_error(what: str, *, line: int | None = None) -> BadReport:
    """Return the exception that describes a problem in one line; `reading` puts the name of the file first."""
    return BadReport(what=what, line=line)


def make_foreign_error(what: str) -> BadReport:
    """Return the exception for a file of a kind that covbot does not read, with the kinds that it reads."""
    return make_error(f"{what}; covbot reads {KINDS_READ}")


def quote_text(text: str) -> str:
    """Return text from a report in double quotes, with unprintable characters escaped, shortened to `LONGEST_QUOTE`."""
    return f'"{display.shorten(text, LONGEST_QUOTE)}"'
