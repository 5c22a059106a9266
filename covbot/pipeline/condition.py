"""What an operator watches of a project between two passes, as the store has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.builds.condition import Condition
from covbot.core.builds.pending import PendingState
from covbot.pipeline.builds import repository_outages

if TYPE_CHECKING:
    from covbot.pipeline.project import Project

_WAITING = frozenset({PendingState.WAITING, PendingState.STUCK})


def inspect_project(project: Project) -> Condition:
    """Return the condition of a project; raise CannotUseStore if it cannot be read."""
    store = project.store
    outage = store.outages.find(project.name) or repository_outages.find_outage(project)
    newest = store.ledgers.load(project.name).as_of
    return Condition(
        trusted=store.snapshots.get(newest).build if newest else None,
        waiting=sum(each.state in _WAITING for each in store.judgements.pending(project.name)),
        away=outage[1] if outage else "",
        away_since=outage[0] if outage else None,
    )
