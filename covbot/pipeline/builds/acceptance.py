"""The kinds of doubts that a person accepts for every build of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.builds import order
from covbot.pipeline import lease
from covbot.pipeline.builds import ingestion

if TYPE_CHECKING:
    from covbot.core.builds.build import Build, DoubtKind
    from covbot.pipeline.project import Project


def accept_kind(project: Project, kind: DoubtKind, why: str) -> tuple[Build, ...]:
    """Accept a kind of doubts for every build of a project, and trust the builds that only such kinds are against.

    Those are the builds since the newest trusted one; they are returned, oldest first. Raise LeaseTaken if a pass is
    running.
    """
    store = project.store
    with lease.hold_lease(project):
        store.judgements.accept_kind(project.name, kind, why, at=project.clock())
        accepted = store.judgements.accepted_kinds(project.name)
        as_of = store.ledgers.load(project.name).as_of
        doubted = [
            snapshot
            for snapshot in order.list_newer(store.snapshots.list_all(project.name), as_of)
            if not snapshot.usable and snapshot.verdict.kinds and accepted.keys() >= {*snapshot.verdict.kinds}
        ]
        for snapshot in doubted:
            ingestion.accept_snapshot(project, snapshot, why)
    return tuple(snapshot.build for snapshot in doubted)
