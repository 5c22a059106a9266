"""Two bugs of one footer, should it ever happen: the younger becomes the duplicate of the elder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.bugs import bug_tags, footers, statuses
from covbot.core.bugs.actions import MarkDuplicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.proposal import Proposal

WHY = "filed twice: two bugs bear one footer"


def mark_duplicates(proposals: Iterable[Proposal], known: Mapping[int, Bug]) -> Iterator[MarkDuplicate]:
    """The duplicates to be marked, but for bugs of another task, bugs that people took up, and closed ones."""
    keys = {proposal.entry.record.bug: proposal.footer.key for proposal in proposals if proposal.entry.record}
    found: dict[footers.Footer, list[Bug]] = {}
    for number, bug in sorted(known.items()):
        footer = footers.parse(bug.description)
        own = footer is not None and keys.get(number, footer.key) == footer.key
        if footer is not None and own and bug.duplicate_of is None and bug.on_project and not bug.sealed:
            found.setdefault(footer, []).append(bug)
    for footer, several in sorted(found.items()):
        elder, *others = several
        for bug in others:
            if _is_free(bug):
                yield MarkDuplicate(footer=footer, bug=bug.number, of=elder.number, why=WHY)


def _is_free(bug: Bug) -> bool:
    ours = bug_tags.COVBOT in bug.tags and bug_tags.IGNORE not in bug.tags
    return ours and bug.status in statuses.WAITING and bug.assignee is None
