"""A patience diff of two sequences of lines: lines that occur once in both are aligned first, in their order."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

Pairs: TypeAlias = list[tuple[int, int]]
"""Pairs of index before and index after; both ascend."""

Bounds: TypeAlias = tuple[int, int, int, int]
"""Start and end before, start and end after; the ends are exclusive."""

LARGEST_EXACT_TABLE = 4096
"""The size in cells up to which two blocks without a common unique line get the alignment with the most text."""


def align_lines(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Return pairs of equal lines of two normalized texts, ascending on both sides. Nearly linear in their lengths.

    Lines that occur once in both texts are the anchors (a patience diff), so that repeated lines cannot shift others.
    """
    pairs: Pairs = []
    blocks: list[Bounds] = [(0, len(before), 0, len(after))]
    while blocks:
        blocks += _align_block(before, after, blocks.pop(), pairs)
    return sorted(pairs)


def _align_block(before: Sequence[str], after: Sequence[str], block: Bounds, pairs: Pairs) -> list[Bounds]:
    """Add the pairs at both ends of a block, and return the blocks between its anchors.

    Without anchors, add all pairs of the block and return no blocks.
    """
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
    anchors = keep_rising_pairs(_pair_unique_lines(old, new))
    if not anchors:
        pairs.extend((left + i, right + j) for i, j in _align_without_anchor(old, new))
        return []
    edges = [(0, 0), *anchors, (len(old), len(new))]
    return [(left + i, left + k, right + j, right + m) for (i, j), (k, m) in itertools.pairwise(edges)]


def _pair_unique_lines(before: Iterable[Hashable], after: Iterable[Hashable]) -> Pairs:
    indices = _index_unique_lines(after)
    return [(index, indices[line]) for line, index in _index_unique_lines(before).items() if line in indices]


def _index_unique_lines(lines: Iterable[Hashable]) -> dict[Hashable, int]:
    indices: dict[Hashable, int] = {}
    repeated = set()
    for index, line in enumerate(lines):
        if line in indices:
            repeated.add(line)
        elif line != "":
            indices[line] = index
    for line in repeated:
        del indices[line]
    return indices


def keep_rising_pairs(pairs: Pairs) -> Pairs:
    """Return the longest subsequence that ascends on the right, of pairs that ascend on the left."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, (_, right) in enumerate(pairs):
        position = bisect.bisect_left(tails, right)
        previous.append(ends[position - 1] if position else -1)
        tails[position : position + 1] = [right]
        ends[position : position + 1] = [index]
    kept: Pairs = []
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.append(pairs[index])
        index = previous[index]
    return kept[::-1]


def _align_without_anchor(before: Sequence[str], after: Sequence[str]) -> Pairs:
    if len(before) * len(after) <= LARGEST_EXACT_TABLE:
        return _align_by_text_length(before, after)
    return keep_rising_pairs(_pair_unique_lines(_number_repeats(before), _number_repeats(after)))


def _number_repeats(lines: Iterable[str]) -> list[Hashable]:
    """Return each line with the number of times that it occurred before. Blank lines stay blank."""
    seen: Counter[str] = Counter()
    counted: list[Hashable] = []
    for line in lines:
        counted.append(line and (line, seen[line]))
        seen[line] += 1
    return counted


def _align_by_text_length(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Return the pairs of the common subsequence with the most text."""
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
