"""What is known of one file while its lines come in any order and number, and what they come to."""

from __future__ import annotations

from array import array
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING

from attrs import field, frozen

from covbot.core.coverage import FileCoverage
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.coverage import Branch


def _numbers() -> array[int]:
    return array("I")


@frozen(kw_only=True)
class Tally:
    """Line numbers as they came, four bytes each: those with a hit, and those without; and branches by line.

    `parts` are lines that were counted before, many at a time.
    """

    hit: array[int] = field(factory=_numbers)
    unhit: array[int] = field(factory=_numbers)
    branches: dict[int, Branch] = field(factory=dict)
    parts: list[FileCoverage] = field(factory=list)

    def __bool__(self) -> bool:
        return bool(self.hit or self.unhit or self.parts)

    def extend(self, other: Tally) -> None:
        """Add what another tally holds, in time that depends on the other alone."""
        self.hit.extend(other.hit)
        self.unhit.extend(other.unhit)
        self._join(other.branches)
        self.parts.extend(other.parts)

    def branch(self, line: int, branch: Branch) -> None:
        """Add a line's branch, joined with what is known of it."""
        known = self.branches.get(line)
        self.branches[line] = branch if known is None else known | branch

    def sum(self) -> FileCoverage:
        """What the lines come to: a statement is missing only if it never came with a hit."""
        if len(self.parts) == 1 and not (self.hit or self.unhit):
            return self.parts[0]
        self._dissolve()
        numbers = sorted(self.hit + self.unhit)
        once = all(map(lt, numbers, islice(numbers, 1, None)))
        return FileCoverage(
            statements=Lines(array("I", numbers).tobytes()) if once else Lines.of(numbers),
            missing=Lines.of(self.unhit) if once else Lines.of(set(self.unhit).difference(self.hit)),
            branches=dict(sorted(self.branches.items())),
        )

    def _dissolve(self) -> None:
        """Count the lines of the parts one by one, among the others."""
        for part in self.parts:
            self.hit.extend(part.covered)
            self.unhit.extend(part.missing)
            self._join(part.branches)
        self.parts.clear()

    def _join(self, branches: Mapping[int, Branch]) -> None:
        for line, branch in branches.items():
            self.branch(line, branch)
