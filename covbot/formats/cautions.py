"""What a reader names without refusing the report, in bounded number."""

from __future__ import annotations

from typing import Final

from attrs import define, field

from covbot.core import escaping
from covbot.core.coverage import Problem

MOST: Final = 200
"""Problems that are named one by one; of the others the number is told."""


@define
class Cautions:
    """The problems of one file so far."""

    name: str
    _named: list[Problem] = field(factory=list)
    _others: int = 0

    @property
    def full(self) -> bool:
        """Whether one more problem would only be counted, so that its line need not be sought."""
        return len(self._named) >= MOST

    def add(self, line: int | None, what: str) -> None:
        """Name one more problem, with the line of the file that it is on, if that is known."""
        if self.full:
            self._others += 1
        else:
            self._named.append(at(self.name, line, what))

    def all(self) -> tuple[Problem, ...]:
        """The problems in the order of their place, each once, and how many others there are."""
        others = [at(self.name, None, f"{self._others} more lines were read with caution")]
        return tuple(sorted({*self._named, *(others if self._others else ())}))


def at(name: str, line: int | None, what: str) -> Problem:
    """A problem on one line of a file, or in it as a whole."""
    place = escaping.shorten(name)
    return Problem(where=place if line is None else f"{place}:{line}", what=what)
