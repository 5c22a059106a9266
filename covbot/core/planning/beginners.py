"""The tag for beginners on new bugs that are easy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.bugs import bug_tags, statuses
from covbot.core.bugs.actions import FileBug
from covbot.core.tasks import ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.caps import DueBurst
    from covbot.core.policy import Policy


def tag_beginner_bugs(due: Iterable[DueBurst], known: Mapping[int, Bug], policy: Policy) -> Iterator[DueBurst]:
    """Yield the due bursts in order, with easy new bugs tagged for beginners while fewer than allowed are open.

    A bug of a task that had one before is not tagged: a person may have removed the tag from the former bug.
    """
    room = policy.low_hanging_fruit
    room -= sum(bug_tags.BEGINNERS in bug.tags and bug.status in statuses.OPEN for bug in known.values())
    for item in due:
        entry, (first, *others) = item.proposal.entry, item.burst
        if room > 0 and isinstance(first, FileBug) and entry.record is None and ranking.is_easy(entry):
            room -= 1
            tagged = attrs.evolve(first, tags=tuple(sorted({*first.tags, bug_tags.BEGINNERS})))
            yield attrs.evolve(item, burst=(tagged, *others))
        else:
            yield item
