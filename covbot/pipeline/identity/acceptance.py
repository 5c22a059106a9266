"""A person accepts what the settings of a project changed, though nothing proves that it is the same project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.ledger import ownership
from covbot.outbox import Outbox
from covbot.pipeline import lease
from covbot.pipeline.builds import build_views
from covbot.pipeline.identity import claims, renaming, settling

if TYPE_CHECKING:
    from covbot.pipeline.project import Project


def accept_settings(project: Project, why: str) -> tuple[str, ...]:
    """Make what is stored of a project follow its present settings, for the reason that a person gives.

    Return a sentence on each change; bugs that list statements of the project under a name that no project of the
    settings has are its own from now on. Raise LeaseTaken if a pass is running, CannotUseTracker, CannotFetch.
    """
    with lease.hold_lease(project):
        outbox = Outbox(store=project.store, project=project.name, tracker=project.tracker, clock=project.clock)
        notes = settling.settle_identity(project, outbox, accepted=why)
        names = _find_unknown_names(project, outbox)
        identity = project.store.identities.load(project.name) or settling.make_identity(project)
        former = tuple(dict.fromkeys([*identity.former, *names]))
        project.store.identities.save(project.name, attrs.evolve(identity, former=former, accepted=why))
    return (*notes, *(f"bugs filed for {name} are those of {project.name} from now on" for name in names))


def _find_unknown_names(project: Project, outbox: Outbox) -> list[str]:
    ledger, listed = project.store.ledgers.load(project.name), outbox.list_bugs()
    newest = build_views.load_view(project, ledger.as_of)
    if newest is None:
        return []
    own = ownership.select_own_bugs(renaming.list_names(project), listed, ledger)
    others = ownership.select_other_bugs(listed, own)
    return claims.find_unknown_names(project, claims.find_claims(project, ledger.gaps, others, ledger, newest).values())
