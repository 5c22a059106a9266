"""The matching of equal chunks between two versions of a text, whatever their classes are called."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.core.linemap.diff import Pairs
    from covbot.core.source.chunks import Chunk


def match_classes(before: Sequence[Chunk], after: Sequence[Chunk]) -> dict[str, str]:
    """Return name before -> name after of the classes of which most members are in a class of another name now."""
    owners: dict[str, set[str]] = defaultdict(set)
    for chunk in after:
        if chunk.owner:
            owners[chunk.text].add(chunk.owner)
    renamed: dict[str, str] = {}
    for name, members in _group_by_owner(before).items():
        counts = Counter(owner for text in members for owner in owners.get(text, ()))
        best = max(sorted(counts), key=lambda owner: (counts[owner], owner == name), default=name)
        if best != name and 2 * counts[best] >= len(members) and best not in renamed.values():
            renamed[name] = best
    return renamed


def _group_by_owner(found: Iterable[Chunk]) -> dict[str, set[str]]:
    """Return the texts of the members of each class by its name."""
    groups: dict[str, set[str]] = defaultdict(set)
    for chunk in found:
        if chunk.owner:
            groups[chunk.owner].add(chunk.text)
    return groups


def pair_chunks(before: Sequence[Chunk], after: Sequence[Chunk], classes: Mapping[str, str]) -> Pairs:
    """Return the pairs of indices of equal chunks that occur once in their class on both sides.

    `classes` holds the names of the classes that were renamed, before -> after.
    """
    there = _index_unique_chunks(after, {})
    return [(index, there[key]) for key, index in _index_unique_chunks(before, classes).items() if key in there]


def _index_unique_chunks(found: Sequence[Chunk], classes: Mapping[str, str]) -> dict[tuple[str, str], int]:
    keys = [(classes.get(chunk.owner, chunk.owner), chunk.text) for chunk in found]
    indices = dict(zip(keys, itertools.count(), strict=False))
    if len(indices) == len(keys):
        return indices
    counts = Counter(keys)
    return {key: index for key, index in indices.items() if counts[key] == 1}
