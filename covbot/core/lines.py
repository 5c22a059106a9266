"""Sets of line numbers that need little memory, with the arithmetic of sets."""

from __future__ import annotations

import bisect
import itertools
from array import array
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

HIGHEST_LINE = 2**32 - 1
"""The highest line number that a `Lines` holds."""

LOOKUP_FACTOR = 32
"""The ratio of sizes from which the numbers of the smaller set are looked up one by one in the larger set."""


@frozen
class Lines:
    """Line numbers from 1 to `HIGHEST_LINE`, ascending, each once, in four bytes (native order) each."""

    packed: bytes = b""

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Lines:
        """Return the set of numbers in any order, repeated or not. Raise OverflowError outside 0..`HIGHEST_LINE`."""
        if isinstance(numbers, cls):
            return numbers
        return cls(array("I", sorted(set(numbers))).tobytes())

    def __iter__(self) -> Iterator[int]:
        return iter(memoryview(self.packed).cast("I"))

    def __len__(self) -> int:
        return len(self.packed) // 4

    def __bool__(self) -> bool:
        return bool(self.packed)

    def __contains__(self, number: int) -> bool:
        view = memoryview(self.packed).cast("I")
        position = bisect.bisect_left(view, number)
        return position < len(view) and view[position] == number

    def __or__(self, other: Lines) -> Lines:
        if not other or self.packed == other.packed:
            return self
        return Lines.of(itertools.chain(self, other)) if self else other

    def __and__(self, other: Lines) -> Lines:
        few, many = (self, other) if len(self) < len(other) else (other, self)
        if len(many) > LOOKUP_FACTOR * len(few):
            return Lines.of(number for number in few if number in many)
        return self if self.packed == other.packed else Lines.of(set(self).intersection(other))

    def __sub__(self, other: Lines) -> Lines:
        return Lines.of(set(self).difference(other)) if self and other else self

    def shift(self, by: int) -> Lines:
        """Return the numbers, each increased by `by`. Those outside 1..`HIGHEST_LINE` are left out."""
        return Lines.of(moved for number in self if 0 < (moved := number + by) <= HIGHEST_LINE) if by else self

    def __le__(self, other: Lines) -> bool:
        return self & other == self

    def __repr__(self) -> str:
        return f"Lines.of([{format_ranges(self)}])"


NO_LINES = Lines()
"""The empty set."""


def union(parts: Iterable[Lines]) -> Lines:
    """Return the numbers of all parts together."""
    return Lines.of(itertools.chain.from_iterable(parts))


def group_by_owner(numbers: Iterable[int], owners: Mapping[int, str], rest: str) -> dict[str, Lines]:
    """Return the numbers by owner, in order of first appearance. Numbers without an owner belong to `rest`."""
    found: dict[str, list[int]] = {}
    for number in numbers:
        found.setdefault(owners.get(number, rest), []).append(number)
    return {owner: Lines.of(owned) for owner, owned in found.items()}


def union_by_path(parts: Iterable[Mapping[str, Lines]]) -> dict[str, Lines]:
    """Return the lines of all parts together by path, or by another key. Paths without lines are left out."""
    found: dict[str, Lines] = {}
    for part in parts:
        for path, lines in part.items():
            if lines:
                found[path] = found[path] | lines if path in found else lines
    return found


def format_ranges(lines: Iterable[int]) -> str:
    """Return ascending line numbers as a person writes them: `3, 7-9`."""
    parts: list[str] = []
    first = last = None
    for number in lines:
        if last is not None and number == last + 1:
            last = number
            continue
        if first is not None:
            parts.append(_format_range(first, last))
        first = last = number
    if first is not None:
        parts.append(_format_range(first, last))
    return ", ".join(parts)


def _format_range(first: int, last: int | None) -> str:
    return str(first) if first == last else f"{first}-{last}"
