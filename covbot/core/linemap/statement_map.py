"""The map of the lines of two versions of one function: of equal statements first, then of equal rows of the others."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from covbot.core.linemap import diff, logical_lines, moved_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from covbot.core.linemap.diff import Pairs
    from covbot.core.linemap.functions import Function, FunctionMatch
    from covbot.core.linemap.logical_lines import LogicalLine


def map_match(matched: FunctionMatch) -> Iterable[tuple[int, int]]:
    """Return the pairs of lines of two matching functions, as indices into their texts."""
    old, new = matched.before.segment.lines, matched.after.segment.lines
    if matched.before.lines == matched.after.lines:
        return zip(old, new, strict=True)
    return ((old[i], new[j]) for i, j in _map_lines(matched.before, matched.after))


def _map_lines(before: Function, after: Function) -> Pairs:
    """Return pairs of lines: of the common start and end, and of equal statements and then equal rows between them."""
    first = logical_lines.count_common_start(before.lines, after.lines)
    last = logical_lines.count_common_end(before.lines[first:], after.lines[first:])
    ends = len(before.lines) - last, len(after.lines) - last
    between = _map_statements(_Part(before, first, ends[0]), _Part(after, first, ends[1]))
    return [
        *((index, index) for index in range(first)),
        *((first + i, first + j) for i, j in between),
        *zip(range(ends[0], len(before.lines)), range(ends[1], len(after.lines)), strict=True),
    ]


class _Part:
    """A part of a function, from a start to an exclusive end: its rows, and its statements with their texts."""

    def __init__(self, function: Function, start: int, end: int) -> None:
        self.rows: Sequence[str] = function.rows[start:end]
        self.statements: Sequence[LogicalLine] = logical_lines.join_lines(function.lines[start:end])
        self.texts = [statement.text for statement in self.statements]

    def list_rows(self, start: int, end: int, but: Collection[int]) -> list[int]:
        """Return the indices of the rows of statements from `start` to an exclusive end, without some statements."""
        first = [statement.starts[0][1] for statement in self.statements[start:end]]
        if not first:
            return []
        beyond = self.statements[end].starts[0][1] if end < len(self.statements) else len(self.rows)
        return [
            row
            for index, (begin, stop) in enumerate(itertools.pairwise([*first, beyond]), start=start)
            if index not in but
            for row in range(begin, stop)
            if self.rows[row]
        ]


def _map_statements(before: _Part, after: _Part) -> Pairs:
    """Return pairs of lines: of whole statements in order, of moved ones, and then equal rows of other statements."""
    old, new = before.statements, after.statements
    if not old or not new:
        return []
    aligned = diff.align_lines(before.texts, after.texts)
    moved = moved_lines.find_moved_lines(before.texts, after.texts, aligned, least=1)
    pairs = [pair for i, j in aligned + moved for pair in old[i].pair(new[j])]
    moved_before, moved_after = {i for i, _ in moved}, {j for _, j in moved}
    edges = [(-1, -1), *aligned, (len(old), len(new))]
    for (i, j), (k, m) in itertools.pairwise(edges):
        if k == i + 1 or m == j + 1:
            continue
        left, right = before.list_rows(i + 1, k, moved_before), after.list_rows(j + 1, m, moved_after)
        equal = diff.align_lines([before.rows[index] for index in left], [after.rows[index] for index in right])
        pairs += [(left[x], right[y]) for x, y in equal]
    return pairs
