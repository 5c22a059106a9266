"""Aligns two sequences of lines: by lines that occur once in both first, in the order of the text."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

Pairs: TypeAlias = list[tuple[int, int]]
"""Index before, index after; both ascend."""

Bounds: TypeAlias = tuple[int, int, int, int]
"""Start and end before, start and end after; the ends are not part of it."""

LARGEST_EXACT_TABLE = 4096
"""Cells of a table of two blocks without a common unique line, up to which the heaviest alignment is sought."""


def align_lines(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Pair equal lines of two texts (already normalised), ascending on both sides; near linear in their lengths.

    Lines that occur once in both texts anchor it (a patience diff), so that a repeated line cannot pull others astray.
    """
    pairs: Pairs = []
    blocks: list[Bounds] = [(0, len(before), 0, len(after))]
    while blocks:
        blocks += _settle(before, after, blocks.pop(), pairs)
    return sorted(pairs)


def _settle(before: Sequence[str], after: Sequence[str], block: Bounds, pairs: Pairs) -> list[Bounds]:
    left, left_end, right, right_end = block
    while left < left_end and right < right_end and before[left] == after[right]:
        pairs.append((left, right))
        left, right = left + 1, right + 1
    while left < left_end and right < right_end and before[left_end - 1] == after[right_end - 1]:
        left_end, right_end = left_end - 1, right_end - 1
        pairs.append((left_end, right_end))
    if left == left_end or right == right_end:
        return []
    old, new = before[left:left_end], after[right:right_end]
    anchors = _rising(_unique(old, new))
    if not anchors:
        pairs.extend((left + i, right + j) for i, j in _without_anchor(old, new))
        return []
    edges = [(0, 0), *anchors, (len(old), len(new))]
    return [(left + i, left + k, right + j, right + m) for (i, j), (k, m) in itertools.pairwise(edges)]


def _unique(before: Iterable[Hashable], after: Iterable[Hashable]) -> Pairs:
    places = _once(after)
    return [(index, places[line]) for line, index in _once(before).items() if line in places]


def _once(lines: Iterable[Hashable]) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    repeated = set()
    for index, line in enumerate(lines):
        if line in places:
            repeated.add(line)
        elif line != "":
            places[line] = index
    for line in repeated:
        del places[line]
    return places


def _rising(pairs: Pairs) -> Pairs:
    """Keep the longest part of pairs, ascending on the left, that ascends on the right as well."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, (_, right) in enumerate(pairs):
        place = bisect.bisect_left(tails, right)
        previous.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [right]
        ends[place : place + 1] = [index]
    kept: Pairs = []
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.append(pairs[index])
        index = previous[index]
    return kept[::-1]


def _without_anchor(before: Sequence[str], after: Sequence[str]) -> Pairs:
    if len(before) * len(after) <= LARGEST_EXACT_TABLE:
        return _heaviest(before, after)
    return _rising(_unique(_counted(before), _counted(after)))


def _counted(lines: Iterable[str]) -> list[Hashable]:
    """Tell repeated lines apart by how often they occurred before; blank lines stay blank."""
    seen: Counter[str] = Counter()
    counted: list[Hashable] = []
    for line in lines:
        counted.append(line and (line, seen[line]))
        seen[line] += 1
    return counted


def _heaviest(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Pair the common subsequence with the most text in it."""
    width = len(after) + 1
    best = [[0] * width for _ in range(len(before) + 1)]
    for i in range(len(before) - 1, -1, -1):
        row, below, line = best[i], best[i + 1], before[i]
        weight = len(line) + 1
        for j in range(width - 2, -1, -1):
            here = weight + below[j + 1] if line == after[j] else 0
            row[j] = max(here, below[j], row[j + 1])
    pairs: Pairs = []
    i = j = 0
    while i < len(before) and j < len(after):
        if before[i] == after[j] and best[i][j] == len(before[i]) + 1 + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
