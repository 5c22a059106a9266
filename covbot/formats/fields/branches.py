"""The ways out of a line, as each format tells them, as a `Branch`."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from covbot.core.coverage import Branch

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT: Final = "exit"
"""The target of a way that leaves the function, the class or the module."""

_PAIR: Final = re.compile(r"\(\s*([0-9]{1,9})\s*/\s*([0-9]{1,9})\s*\)")


def from_condition(condition: str, targets: str | None) -> Branch | None:
    """The ways out that `50% (1/2)` counts and `5,exit` names; None where no sound count is given.

    The names are taken only if they are as many as the count of those never taken.
    """
    taken, total = _to_pair(condition[:100])
    if not 0 < total >= taken:
        return None
    labels = _to_labels(targets, total - taken)
    return Branch(total=total, targets=None if labels is None else _tell_apart(labels), at_most=total - taken)


def from_targets(total: int, missing: Sequence[str | None]) -> Branch:
    """So many ways out, and where those lead that were never taken; None is a way that leads to no known place."""
    known = [target for target in missing if target is not None]
    targets = _tell_apart(known) if known and len(known) == len(missing) else None
    return Branch(total=total, targets=targets, at_most=len(missing))


@functools.lru_cache(maxsize=1024)
def _to_pair(condition: str) -> tuple[int, int]:
    found = _PAIR.search(condition)
    return (0, 0) if found is None else (int(found[1]), int(found[2]))


def _to_labels(text: str | None, count: int) -> list[str] | None:
    if not text or not count:
        return None
    labels = text.replace(" ", "").split(",", count)
    sound = len(labels) == count and all(label == EXIT or label.isdecimal() for label in labels)
    return labels if sound else None


def _tell_apart(labels: Sequence[str]) -> frozenset[str]:
    """Several ways that lead to one place: `exit`, `exit#2`."""
    once = frozenset(labels)
    if len(once) == len(labels):
        return once
    met: Counter[str] = Counter()
    apart = []
    for label in labels:
        met[label] += 1
        apart.append(label if met[label] == 1 else f"{label}#{met[label]}")
    return frozenset(apart)
