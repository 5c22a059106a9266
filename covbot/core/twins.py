"""Two bugs of one footer, should it ever happen: the younger becomes the duplicate of the elder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import bugs, standing
from covbot.core.actions import MarkDuplicate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.bugs import Bug
    from covbot.core.proposals import Proposal

WHY = "filed twice: two bugs bear one footer"


def twins(proposals: Iterable[Proposal], known: Mapping[int, Bug]) -> Iterator[MarkDuplicate]:
    """The duplicates to be marked, but for bugs of another task, bugs that people took up, and closed ones."""
    keys = {proposal.entry.filed.bug: proposal.footer.key for proposal in proposals if proposal.entry.filed}
    found: dict[bugs.Footer, list[Bug]] = {}
    for number, bug in sorted(known.items()):
        footer = bugs.footer_of(bug.description)
        own = footer is not None and keys.get(number, footer.key) == footer.key
        if footer is not None and own and bug.duplicate_of is None and bug.on_project and not bug.sealed:
            found.setdefault(footer, []).append(bug)
    for footer, several in sorted(found.items()):
        elder, *others = several
        for bug in others:
            if _is_free(bug):
                yield MarkDuplicate(footer=footer, bug=bug.number, of=elder.number, why=WHY)


def _is_free(bug: Bug) -> bool:
    ours = standing.TAG in bug.tags and standing.IGNORE not in bug.tags
    return ours and bug.status in bugs.WAITING and bug.assignee is None
