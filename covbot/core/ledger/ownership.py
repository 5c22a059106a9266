"""The bugs of covbot's account that belong to a project: the account may have other bugs, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.bugs import bug_tags, footers

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.ledger.ledger import Ledger


def select_own_bugs(names: Container[str], bugs: Mapping[int, Bug], ledger: Ledger) -> dict[int, Bug]:
    """Return the bugs that the ledger records, those whose footer has one of the names, and those with just the tag."""
    recorded = {entry.record.bug for entry in ledger.entries.values() if entry.record}
    return {number: bug for number, bug in bugs.items() if number in recorded or _is_own(names, bug)}


def select_other_bugs(bugs: Mapping[int, Bug], own: Mapping[int, Bug]) -> dict[int, Bug]:
    """Return the bugs of covbot's other projects in the same tracker project, which share its limits."""
    return {
        number: bug
        for number, bug in bugs.items()
        if number not in own and bug.on_project and footers.identify(bug) is not None
    }


def _is_own(names: Container[str], bug: Bug) -> bool:
    footer = footers.identify(bug)
    return bug_tags.COVBOT in bug.tags if footer is None else footer.project in names
