"""Which bugs must be read again, derived from the tracker's order of changes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


def find_stale(order: Sequence[int], known: Mapping[int, datetime], after: datetime) -> frozenset[int]:
    """Return the bugs that differ from what is known, among those that changed after a time, oldest change first.

    `known` gives when a bug had last changed when it was read. A bug must be read again if it is not known, if its
    known change is not after `after`, or if it now comes behind a bug whose known change is younger. The last bugs of
    the order can hide a change that kept their place: read them from the end until one is as it was known.
    """
    found: set[int] = set()
    youngest = after
    for number in order:
        at = known.get(number, after)
        if at <= after or at < youngest:
            found.add(number)
        else:
            youngest = at
    return frozenset(found)
