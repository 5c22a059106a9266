"""What is known of one file while its lines come in any order and number, and what they come to."""

from __future__ import annotations

from array import array
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING

from attrs import field, frozen

from covbot.core.coverage import FileCoverage
from covbot.core.lines import Lines
from covbot.formats.fields import functions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.coverage import Branch


def _numbers() -> array[int]:
    return array("I")


@frozen(kw_only=True)
class Tally:
    """Line numbers as they came, four bytes each: those with a hit, and those without; and branches by line.

    `parts` are lines that were counted before, many at a time; `functions` are the lines of functions by name.
    """

    hit: array[int] = field(factory=_numbers)
    unhit: array[int] = field(factory=_numbers)
    branches: dict[int, Branch] = field(factory=dict)
    parts: list[FileCoverage] = field(factory=list)
    functions: dict[str, array[int]] = field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.hit or self.unhit or self.parts)

    def extend(self, other: Tally) -> None:
        """Add what another tally holds, in time that depends on the other alone."""
        self.hit.extend(other.hit)
        self.unhit.extend(other.unhit)
        self._join(other.branches)
        self.parts.extend(other.parts)
        for name, lines in other.functions.items():
            self._name(name, lines)

    def add_function(self, name: str, other: Tally) -> None:
        """Note that the lines of another tally are those of a function."""
        self._name(name, other.hit)
        self._name(name, other.unhit)
        for part in other.parts:
            self._name(name, part.statements)

    def _name(self, name: str, lines: Iterable[int]) -> None:
        self.functions.setdefault(name, _numbers()).extend(lines)

    def branch(self, line: int, branch: Branch) -> None:
        """Add a line's branch, joined with what is known of it."""
        known = self.branches.get(line)
        self.branches[line] = branch if known is None else known | branch

    def sum(self) -> FileCoverage:
        """What the lines come to: a statement is missing only if it never came with a hit."""
        if len(self.parts) == 1 and not (self.hit or self.unhit or self.functions):
            return self.parts[0]
        self._dissolve()
        numbers = sorted(self.hit + self.unhit)
        once = all(map(lt, numbers, islice(numbers, 1, None)))
        statements = Lines(array("I", numbers).tobytes()) if once else Lines.of(numbers)
        return FileCoverage(
            statements=statements,
            missing=Lines.of(self.unhit) if once else Lines.of(set(self.unhit).difference(self.hit)),
            branches=dict(sorted(self.branches.items())),
            functions=functions.keep_statements(self.functions, statements),
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
