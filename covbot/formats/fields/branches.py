"""The branches of a line, in the notation of each format, as a `Branch`."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from covbot.core.coverage import Branch

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT: Final = "exit"
"""The target of a branch that leaves the function, the class or the module."""

_PAIR: Final = re.compile(r"\(\s*([0-9]{1,9})\s*/\s*([0-9]{1,9})\s*\)")


def from_condition(condition: str, targets: str | None) -> Branch | None:
    """Return the branches that `50% (1/2)` counts and `5,exit` names, None if there is no valid count.

    The names are used only if there are as many of them as branches never taken.
    """
    taken, total = _parse_pair(condition[:100])
    if not 0 < total >= taken:
        return None
    labels = _parse_targets(targets, total - taken)
    return Branch(total=total, targets=None if labels is None else _number_duplicates(labels), at_most=total - taken)


def from_targets(total: int, missing: Sequence[str | None]) -> Branch:
    """Return `total` branches, with the targets of those never taken; the target None is an unknown one."""
    known = [target for target in missing if target is not None]
    targets = _number_duplicates(known) if known and len(known) == len(missing) else None
    return Branch(total=total, targets=targets, at_most=len(missing))


@functools.lru_cache(maxsize=1024)
def _parse_pair(condition: str) -> tuple[int, int]:
    found = _PAIR.search(condition)
    return (0, 0) if found is None else (int(found[1]), int(found[2]))


def _parse_targets(text: str | None, count: int) -> list[str] | None:
    if not text or not count:
        return None
    labels = text.replace(" ", "").split(",", count)
    valid = len(labels) == count and all(label == EXIT or (label.isascii() and label.isdecimal()) for label in labels)
    return labels if valid else None


def _number_duplicates(labels: Sequence[str]) -> frozenset[str]:
    """Return the labels with a number added to each repetition, as in `exit`, `exit#2`."""
    distinct = frozenset(labels)
    if len(distinct) == len(labels):
        return distinct
    counts: Counter[str] = Counter()
    numbered = []
    for label in labels:
        counts[label] += 1
        numbered.append(label if counts[label] == 1 else f"{label}#{counts[label]}")
    return frozenset(numbered)
