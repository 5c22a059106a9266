"""What ran of a file whose statements only its source tells, as coverage.py's own data records it."""

from __future__ import annotations

import itertools
from array import array
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HIGHEST_ARC_END = 2**31 - 1
"""The highest line number, of either sign, that a jump begins or ends at."""


@frozen(kw_only=True)
class Execution:
    """The lines that ran, and the jumps from line to line; `jumps` is None where lines alone were recorded.

    A jump is a pair of line numbers in four bytes (native order) each, a negative one for the way into or out of the
    code that begins there; the pairs ascend.
    """

    lines: Lines = Lines()
    arcs: bytes | None = None

    def __or__(self, other: Execution) -> Execution:
        """The union: what ran in either."""
        if self.arcs is None or other.arcs is None:
            return Execution(lines=self.lines | other.lines, arcs=other.arcs if self.arcs is None else self.arcs)
        return from_arcs(itertools.chain(list_arcs(self), list_arcs(other)), more=self.lines | other.lines)


def from_arcs(found: Iterable[tuple[int, int]], *, more: Lines = Lines()) -> Execution:
    """The trace of jumps, with the lines that they begin and end at, and `more` of them.

    OverflowError beyond `FARTHEST`.
    """
    packed = array("i", itertools.chain.from_iterable(sorted(set(found))))
    return Execution(lines=Lines.of(number for number in packed if number > 0) | more, arcs=packed.tobytes())


def list_arcs(trace: Execution) -> Iterator[tuple[int, int]]:
    """The jumps of a trace, ascending; none where none were recorded."""
    numbers = memoryview(trace.arcs or b"").cast("i")
    return zip(numbers[::2], numbers[1::2], strict=True)
