"""The detection of lines that moved past others, which no alignment in the order of the text can pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.linemap.diff import Pairs

_TRIVIAL_LINES = frozenset(
    {"", "else:", "try:", "finally:", "pass", "raise", "break", "continue", "return", "yield", '"""'}
    | {f"return{value}" for value in ("None", "True", "False", "[]", "{}", "self", "result")}
)


def is_trivial(line: str) -> bool:
    """Whether a line, without whitespace, is so common that it may be in any function."""
    return line in _TRIVIAL_LINES or not any(map(str.isalnum, line))


@define(kw_only=True)
class _UnpairedLines:
    """Two texts, and the indices of the lines of each that have no counterpart yet."""

    before: Sequence[str]
    after: Sequence[str]
    free_before: set[int]
    free_after: set[int]

    def is_free_pair(self, i: int, j: int) -> bool:
        return i in self.free_before and j in self.free_after and self.before[i] == self.after[j]

    def find_run(self, i: int, j: int) -> Pairs:
        """Return the longest run of unpaired, equal neighbours around a pair."""
        first = 0
        while self.is_free_pair(i + first - 1, j + first - 1):
            first -= 1
        last = 0
        while self.is_free_pair(i + last + 1, j + last + 1):
            last += 1
        return [(i + step, j + step) for step in range(first, last + 1)]

    def remove(self, pairs: Pairs) -> None:
        self.free_before.difference_update(i for i, _ in pairs)
        self.free_after.difference_update(j for _, j in pairs)


def find_moved_lines(before: Sequence[str], after: Sequence[str], pairs: Pairs, *, least: int) -> Pairs:
    """Return pairs of equal lines in runs around each line that is unique among the lines that `pairs` leaves over.

    A run needs `least` lines that are not trivial. The order is that of the text before.
    """
    if len(pairs) in {len(before), len(after)}:
        return []
    unpaired = _UnpairedLines(
        before=before,
        after=after,
        free_before=set(range(len(before))).difference(i for i, _ in pairs),
        free_after=set(range(len(after))).difference(j for _, j in pairs),
    )
    there = _index_unique_lines(after, unpaired.free_after)
    found: Pairs = []
    for line, i in sorted(_index_unique_lines(before, unpaired.free_before).items(), key=lambda item: item[1]):
        if line in there and unpaired.is_free_pair(i, there[line]):
            run = unpaired.find_run(i, there[line])
            if sum(before[index] not in _TRIVIAL_LINES for index, _ in run) >= least:
                unpaired.remove(run)
                found += run
    return found


def _index_unique_lines(lines: Sequence[str], free: Collection[int]) -> dict[str, int]:
    indices: dict[str, int] = {}
    repeated = set()
    for index in free:
        line = lines[index]
        if line in indices:
            repeated.add(line)
        elif not is_trivial(line):
            indices[line] = index
    return {line: index for line, index in indices.items() if line not in repeated}
