"""Finds again the lines that were moved past others, which no alignment in the order of the text can pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.linemap.diff import Pairs

_SAYS_NOTHING = frozenset(
    {"", "else:", "try:", "finally:", "pass", "raise", "break", "continue", "return", "yield", '"""'}
    | {f"return{value}" for value in ("None", "True", "False", "[]", "{}", "self", "result")}
)


@define(kw_only=True)
class _Loose:
    """Two texts, and the lines of each that have no partner yet."""

    before: Sequence[str]
    after: Sequence[str]
    free_before: set[int]
    free_after: set[int]

    def alike(self, i: int, j: int) -> bool:
        return i in self.free_before and j in self.free_after and self.before[i] == self.after[j]

    def run(self, i: int, j: int) -> Pairs:
        """The longest run of free, equal neighbours around a pair."""
        first = 0
        while self.alike(i + first - 1, j + first - 1):
            first -= 1
        last = 0
        while self.alike(i + last + 1, j + last + 1):
            last += 1
        return [(i + step, j + step) for step in range(first, last + 1)]

    def take(self, pairs: Pairs) -> None:
        self.free_before.difference_update(i for i, _ in pairs)
        self.free_after.difference_update(j for _, j in pairs)


def find_moved_lines(before: Sequence[str], after: Sequence[str], pairs: Pairs, *, least: int) -> Pairs:
    """Pair runs of neighbouring lines around a line that is unique among those left over by `pairs`.

    A run counts from `least` lines that say something on; lines are equal or not paired; the order is that of before.
    """
    if len(pairs) in {len(before), len(after)}:
        return []
    loose = _Loose(
        before=before,
        after=after,
        free_before=set(range(len(before))).difference(i for i, _ in pairs),
        free_after=set(range(len(after))).difference(j for _, j in pairs),
    )
    there = _unique(after, loose.free_after)
    found: Pairs = []
    for line, i in sorted(_unique(before, loose.free_before).items(), key=lambda item: item[1]):
        if line in there and loose.alike(i, there[line]):
            run = loose.run(i, there[line])
            if sum(before[index] not in _SAYS_NOTHING for index, _ in run) >= least:
                loose.take(run)
                found += run
    return found


def _unique(lines: Sequence[str], free: Collection[int]) -> dict[str, int]:
    places: dict[str, int] = {}
    repeated = set()
    for index in free:
        line = lines[index]
        if line in places:
            repeated.add(line)
        elif line not in _SAYS_NOTHING and any(map(str.isalnum, line)):
            places[line] = index
    return {line: index for line, index in places.items() if line not in repeated}
