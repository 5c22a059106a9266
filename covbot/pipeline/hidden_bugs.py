"""Bugs of covbot's that the tracker counts and does not show, and those that a person gave up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors
from covbot.core.bugs import bug_tags
from covbot.pipeline import lease

if TYPE_CHECKING:
    from collections.abc import Collection, Container

    from covbot.pipeline.project import Project
    from covbot.ports import Listing


def count_unknown(project: Project, shown: Container[int], listing: Listing) -> int:
    """Return how many hidden bugs there are beyond those whose numbers are recorded, or were given up."""
    if not listing.hidden:
        return 0
    address = project.tracker.address
    known = project.store.ledgers.find_bug_numbers(address)
    known |= project.store.judgements.given_up_bugs(project.name, address)
    return max(0, listing.hidden - sum(number not in shown for number in known))


def give_up(project: Project, numbers: Collection[int], why: str) -> None:
    """Give up bugs that covbot cannot read: it goes on without them.

    Nothing is filed for the statements that it knows them to list.

    Raise UnknownName if covbot can read one of them, LeaseTaken if a pass is running.
    """
    store, address = project.store, project.tracker.address
    with lease.hold_lease(project):
        readable = [number for number in sorted(numbers) if store.bug_cache.find(project.name, address, number)]
        if readable:
            named = ", ".join(f"bug {number}" for number in readable)
            raise errors.UnknownName(
                f"{project.name}: covbot can read {named}: the tag {bug_tags.IGNORE} takes a bug out of its hands"
            )
        store.judgements.give_up_bugs(project.name, address, numbers, why, at=project.clock())
