"""The lines of one file, collected in any order and with repetitions, and the coverage that they add up to."""

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


def _new_array() -> array[int]:
    return array("I")


@frozen(kw_only=True)
class Tally:
    """Line numbers in the order read, four bytes each: those with a hit, and those without; and branches by line.

    `parts` is coverage that was counted before, many lines at a time; `functions` are the lines of functions by name.
    `garbled` are the lines that are left out since their counts are no numbers.
    """

    hit: array[int] = field(factory=_new_array)
    unhit: array[int] = field(factory=_new_array)
    branches: dict[int, Branch] = field(factory=dict)
    parts: list[FileCoverage] = field(factory=list)
    functions: dict[str, array[int]] = field(factory=dict)
    garbled: list[int] = field(factory=list)

    def __bool__(self) -> bool:
        return bool(self.hit or self.unhit or self.parts)

    def extend(self, other: Tally) -> None:
        """Add the content of another tally, in time proportional to the size of the other one only."""
        self.hit.extend(other.hit)
        self.unhit.extend(other.unhit)
        self._add_branches(other.branches)
        self.parts.extend(other.parts)
        self.garbled.extend(other.garbled)
        for name, lines in other.functions.items():
            self._add_function_lines(name, lines)

    def add_function(self, name: str, other: Tally) -> None:
        """Add the lines of another tally as those of a function."""
        self._add_function_lines(name, other.hit)
        self._add_function_lines(name, other.unhit)
        for part in other.parts:
            self._add_function_lines(name, part.statements)

    def _add_function_lines(self, name: str, lines: Iterable[int]) -> None:
        self.functions.setdefault(name, _new_array()).extend(lines)

    def count_elements(self) -> tuple[int, int]:
        """Return how many lines were added, with repetitions, and how many of them have a hit; before `sum`."""
        hit = len(self.hit) + sum(len(part.covered) for part in self.parts)
        return hit + len(self.unhit) + sum(len(part.missing) for part in self.parts), hit

    def add_branch(self, line: int, branch: Branch) -> None:
        """Add the branches of a line, merged with those already known of it."""
        known = self.branches.get(line)
        self.branches[line] = branch if known is None else known | branch

    def sum(self) -> FileCoverage:
        """Return the coverage that the lines add up to: a statement is missing only if it never had a hit."""
        if len(self.parts) == 1 and not (self.hit or self.unhit or self.functions):
            return self.parts[0]
        self._expand_parts()
        numbers = sorted(self.hit + self.unhit)
        ascending = all(map(lt, numbers, islice(numbers, 1, None)))
        statements = Lines(array("I", numbers).tobytes()) if ascending else Lines.of(numbers)
        return FileCoverage(
            statements=statements,
            missing=Lines.of(self.unhit) if ascending else Lines.of(set(self.unhit).difference(self.hit)),
            branches=dict(sorted(self.branches.items())),
            functions=functions.keep_statements(self.functions, statements),
        )

    def _expand_parts(self) -> None:
        """Move the lines of the parts to the other lines, one by one."""
        for part in self.parts:
            self.hit.extend(part.covered)
            self.unhit.extend(part.missing)
            self._add_branches(part.branches)
        self.parts.clear()

    def _add_branches(self, branches: Mapping[int, Branch]) -> None:
        for line, branch in branches.items():
            self.add_branch(line, branch)
