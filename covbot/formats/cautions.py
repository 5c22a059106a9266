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

    def add(self, line: int, what: str) -> None:
        """Name one more problem, with the line of the file that it is on."""
        if self.full:
            self._others += 1
        else:
            self._named.append(at(self.name, line, what))

    def all(self) -> tuple[Problem, ...]:
        """The problems in the order of their place, each once, and how many others there are."""
        others = [Problem(where=escaping.shorten(self.name), what=f"{self._others} more lines were read with caution")]
        return tuple(sorted({*self._named, *(others if self._others else ())}))


def at(name: str, line: int, what: str) -> Problem:
    """A problem on one line of a file."""
    return Problem(where=f"{escaping.shorten(name)}:{line}", what=what)
