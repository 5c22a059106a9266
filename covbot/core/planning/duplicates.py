"""The duplicates among covbot's bugs: if two have one footer, the newer one is marked as a duplicate of the older."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.bugs import bug_tags, footers, statuses
from covbot.core.bugs.actions import MarkDuplicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.proposal import Proposal

REASON = "filed twice: two bugs bear one footer"
SUPERSEDED = "the older bug asks for the same statements"


def mark_duplicates(proposals: Iterable[Proposal], known: Mapping[int, Bug]) -> Iterator[MarkDuplicate]:
    """Yield the marking of each duplicate, except bugs of another task, bugs that people work on, and closed bugs."""
    keys = {proposal.entry.record.bug: proposal.footer.key for proposal in proposals if proposal.entry.record}
    found: dict[footers.Footer, list[Bug]] = {}
    for number, bug in sorted(known.items()):
        footer = footers.parse(bug.description)
        own = footer is not None and keys.get(number, footer.key) == footer.key
        if footer is not None and own and _is_apart(bug):
            found.setdefault(footer, []).append(bug)
    for footer, duplicates in sorted(found.items()):
        oldest, *others = duplicates
        for bug in others:
            if _is_unclaimed(bug):
                yield MarkDuplicate(footer=footer, bug=bug.number, of=oldest.number, why=REASON)


def mark_superseded(proposals: Iterable[Proposal], known: Mapping[int, Bug]) -> Iterator[MarkDuplicate]:
    """Yield the marking of each bug of which an elder one has all statements, once, unless people work on it."""
    for proposal in proposals:
        record = proposal.entry.record
        elder = known.get(proposal.entry.superseded_by or 0)
        if record is None or record.marked or elder is None or record.bug not in known:
            continue
        bug = known[record.bug]
        if _is_apart(bug) and _is_unclaimed(bug) and elder.duplicate_of is None:
            footer = attrs.evolve(proposal.footer, generation=record.generation)
            yield MarkDuplicate(footer=footer, bug=bug.number, of=elder.number, why=SUPERSEDED)


def _is_apart(bug: Bug) -> bool:
    """Whether a bug is no duplicate yet, and one that covbot may write to."""
    return bug.duplicate_of is None and bug.on_project and not bug.sealed


def _is_unclaimed(bug: Bug) -> bool:
    is_ours = bug_tags.COVBOT in bug.tags and bug_tags.IGNORE not in bug.tags
    return is_ours and bug.status in statuses.WAITING and bug.assignee is None
