"""Which new bugs are offered to people who are new to the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import areas, bugs, merits
from covbot.core.actions import FileBug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.bugs import Bug
    from covbot.core.capping import Due
    from covbot.core.policy import Policy


def tag(due: Iterable[Due], known: Mapping[int, Bug], policy: Policy) -> Iterator[Due]:
    """What is to be done, in its order, the easy bugs tagged for beginners while fewer than allowed are open.

    A task that had a bug before is not tagged: a person may have taken the tag off that one.
    """
    room = policy.low_hanging_fruit
    room -= sum(areas.BEGINNERS in bug.tags and bug.status in bugs.OPEN for bug in known.values())
    for item in due:
        entry, (first, *others) = item.proposal.entry, item.burst
        if room > 0 and isinstance(first, FileBug) and entry.filed is None and merits.is_easy(entry):
            room -= 1
            offered = attrs.evolve(first, tags=tuple(sorted({*first.tags, areas.BEGINNERS})))
            yield attrs.evolve(item, burst=(offered, *others))
        else:
            yield item
