"""What is wrong with a report: warnings, bounded in number, and the error that refuses it, each one short line."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from covbot.core import display
from covbot.core.coverage import Problem
from covbot.errors import CannotReadReport

LONGEST_QUOTE: Final = 80
"""Characters of a report's own text that a message shows at most."""

KINDS_READ: Final = "Cobertura XML, coverage.py JSON, .coverage data and LCOV"
"""The kinds of reports that are read."""

MOST_WARNINGS: Final = 200
"""Problems that are named one by one; of the others the number is told."""


@define
class Warnings:
    """The problems of one file so far."""

    name: str
    _named: list[Problem] = field(factory=list)
    _others: int = 0

    @property
    def full(self) -> bool:
        """Whether one more problem would only be counted, so that its line need not be sought."""
        return len(self._named) >= MOST_WARNINGS

    def add(self, line: int | None, what: str) -> None:
        """Name one more problem, with the line of the file that it is on, if that is known."""
        if self.full:
            self._others += 1
        else:
            self._named.append(make_problem(self.name, line, what))

    def all(self) -> tuple[Problem, ...]:
        """The problems in the order of their place, each once, and how many others there are."""
        others = [make_problem(self.name, None, f"{self._others} more lines were read with caution")]
        return tuple(sorted({*self._named, *(others if self._others else ())}))


def make_problem(name: str, line: int | None, what: str) -> Problem:
    """A problem on one line of a file, or in it as a whole."""
    place = display.shorten(name)
    return Problem(where=place if line is None else f"{place}:{line}", what=what)


def make_error(name: str, what: str, *, line: int | None = None) -> CannotReadReport:
    """The exception that names a file, the line in it if there is one, and in one line what is wrong with it."""
    place = display.shorten(name)
    return CannotReadReport(f"{place} {what}" if line is None else f"{place}:{line}: {what}")


def make_foreign_error(name: str, what: str) -> CannotReadReport:
    """The exception for a file that is of another kind, with the kinds that are read."""
    return make_error(name, f"{what}; covbot reads {KINDS_READ}")


def quote(text: str) -> str:
    """Text from a report in double quotes, with everything unprintable escaped, and not longer than a line bears."""
    return f'"{display.shorten(text, LONGEST_QUOTE)}"'
