"""The execution of a file as coverage.py's own data records it; the statements are known from its source only."""

from __future__ import annotations

import itertools
from array import array
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIGHEST_ARC_END = 2**31 - 1
"""The highest line number, of either sign, at which an arc begins or ends."""


@frozen(kw_only=True)
class Execution:
    """The lines that ran, and the arcs from line to line. `arcs` is None if only lines were recorded.

    An arc is a pair of line numbers in four bytes (native order) each. A negative number is the entry to or the exit
    from the code that begins at that line. The pairs ascend.
    """

    lines: Lines = Lines()
    arcs: bytes | None = None

    def __or__(self, other: Execution) -> Execution:
        """Return the union: what ran in either execution."""
        if self.arcs is None or other.arcs is None:
            return Execution(lines=self.lines | other.lines, arcs=other.arcs if self.arcs is None else self.arcs)
        return from_arcs(itertools.chain(list_arcs(self), list_arcs(other)), more=self.lines | other.lines)


def from_arcs(pairs: Iterable[tuple[int, int]], *, more: Lines = Lines()) -> Execution:
    """Return the execution of arcs, with the lines at which they begin and end, and with `more` lines.

    Raise OverflowError if a number is beyond `HIGHEST_ARC_END`.
    """
    packed = array("i", itertools.chain.from_iterable(sorted(set(pairs))))
    return Execution(lines=Lines.of(number for number in packed if number > 0) | more, arcs=packed.tobytes())


def list_arcs(execution: Execution) -> Iterator[tuple[int, int]]:
    """Return the arcs of an execution, ascending; none if arcs were not recorded."""
    numbers = memoryview(execution.arcs or b"").cast("i")
    return zip(numbers[::2], numbers[1::2], strict=True)
