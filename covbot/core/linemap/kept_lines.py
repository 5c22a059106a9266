"""Lines that stand where they were though the function around them was cut, renamed or extracted."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from covbot.core.linemap import diff, moved_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.linemap.diff import Pairs

_HEADER = re.compile(r"@|(async)?def\w+\(|class\w+[(:]")
"""The first line of a definition, without whitespace."""


def find_kept_lines(before: Sequence[str], after: Sequence[str], pairs: Pairs) -> Pairs:
    """Return pairs of equal lines that `pairs` leaves over between two lines that kept their order.

    Such are the lines that a plain diff leaves in place. They are paired if they all are still there, but for the
    headers of definitions; of others those that each text has only once, since an equal line may be another statement.
    """
    if len(pairs) in {len(before), len(after)}:
        return []
    counts: list[Counter[str]] = []
    taken = {j for _, j in pairs}
    known = sorted((i, j) for i, j in pairs if before[i])
    found: Pairs = []
    for (i, j), (k, m) in itertools.pairwise([(-1, -1), *known, (len(before), len(after))]):
        left = [index for index in range(i + 1, k) if before[index]]
        right = [index for index in range(j + 1, m) if index not in taken]
        if not left or not right:
            continue
        aligned = diff.align_lines([before[index] for index in left], [after[index] for index in right])
        kept = [(left[x], right[y]) for x, y in aligned]
        if not _is_whole(left, kept, before):
            counts = counts or [Counter(before), Counter(after)]
            kept = [
                (x, y) for x, y in kept if counts[0][before[x]] == counts[1][after[y]] == 1 and _is_plain(before[x])
            ]
        found += kept
    return found


def _is_whole(left: Sequence[int], kept: Pairs, before: Sequence[str]) -> bool:
    """Whether all lines are kept, but for headers of definitions; trivial lines alone do not show that."""
    lost = set(left).difference(index for index, _ in kept)
    if not lost:
        return True
    return all(_HEADER.match(before[index]) for index in lost) and any(_is_plain(before[index]) for index, _ in kept)


def _is_plain(line: str) -> bool:
    """Whether a line is neither a header nor so common that it may be in any function."""
    return not _HEADER.match(line) and not moved_lines.is_trivial(line)
