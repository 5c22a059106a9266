"""The bugs of a project are kept in another tracker from now on: they are moved there, or begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core import display
from covbot.core.ledger import departure, ownership
from covbot.pipeline import task_proposals
from covbot.pipeline.identity import renaming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.outbox import Outbox
    from covbot.pipeline.project import Project
    from covbot.ports import FormerTracker


def change_tracker(project: Project, outbox: Outbox, former: str) -> str:
    """Make the ledger refer to the project's present tracker, no longer to the one at a former address.

    Return a sentence on it. Bugs are moved if the trackers can do that. Otherwise the ledger refers to no bug any more,
    and what people declined stays declined.
    """
    ledger, now = project.store.ledgers.load(project.name), project.tracker.address
    reachable = project.open_former_tracker(former)
    bugs = ownership.select_own_bugs(
        renaming.list_names(project), _list_former_bugs(project, former, reachable), ledger
    )
    with project.store.transaction():
        if reachable is not None and reachable.move is not None:
            reachable.move(tuple(bugs))
            entries = {
                key: attrs.evolve(entry, record=entry.record and attrs.evolve(entry.record, tracker=now))
                for key, entry in ledger.entries.items()
            }
            project.store.ledgers.save(project.name, attrs.evolve(ledger, entries=entries))
            return f"its {display.format_count(len(bugs), 'bug')} moved from {former} to {now}, as the settings say"
        states = task_proposals.find_states(project, ledger, bugs, project.clock())
        outbox.withdraw_all(f"its bug is one of {former}, and the tracker is {now} now")
        left = departure.leave_tracker(ledger, states, former)
        project.store.ledgers.forget_records(project.name)
        project.store.ledgers.save(project.name, left)
    declined = sum(bool(entry.declined) for entry in left.entries.values())
    return (
        f"its bugs are kept at {now} from now on: covbot begins anew there, and leaves "
        f"{display.format_count(len(bugs), 'bug')} at {former} as they are"
        + (f"; {display.format_count(declined, 'task')} declined by people stay so" if declined else "")
    )


def _list_former_bugs(project: Project, former: str, reachable: FormerTracker | None) -> Mapping[int, Bug]:
    """Return the bugs of a former tracker as it shows them now, or as it showed them last."""
    since, known, hidden = project.store.bug_cache.load(project.name, former)
    if reachable is None:
        return known
    try:
        return reachable.tracker.listing(since, known, hidden).update(known)
    except errors.CannotUseTracker:
        return known
