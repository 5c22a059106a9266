"""The doubts that a person accepts: of one build, or of a kind for every build of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors
from covbot.pipeline import build_history, build_views, lease, ledger_update

if TYPE_CHECKING:
    from covbot.core.builds.build import Build, DoubtKind, StoredSnapshot
    from covbot.pipeline.project import Project


def accept_build(project: Project, number: int, why: str) -> Build:
    """Trust a suspect build for the reason that a person gives, and return it.

    Raise UnknownName if there is no such build or a newer one was ingested, LeaseTaken if a pass is running.
    """
    with lease.hold_lease(project):
        found = [each for each in project.store.snapshots.list_all(project.name) if each.build.number == number]
        if not found:
            message = f"build {number} of {project.name} was not seen (covbot builds lists those that were)"
            raise errors.UnknownName(message)
        snapshot = max(found, key=lambda each: each.build.started_at)
        _accept_snapshot(project, snapshot, why)
        return snapshot.build


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
        start = store.snapshots.get(as_of).build.started_at if as_of is not None else None
        doubted = [
            snapshot
            for snapshot in sorted(store.snapshots.list_all(project.name), key=lambda each: each.build.started_at)
            if not snapshot.usable and snapshot.verdict.kinds and accepted.keys() >= {*snapshot.verdict.kinds}
            if start is None or snapshot.build.started_at > start
        ]
        for snapshot in doubted:
            _accept_snapshot(project, snapshot, why)
    return tuple(snapshot.build for snapshot in doubted)


def _accept_snapshot(project: Project, snapshot: StoredSnapshot, why: str) -> None:
    ledger = project.store.ledgers.load(project.name)
    newest = build_views.load_view(project, ledger.as_of)
    at = newest.snapshot if newest else None
    if at and at.id != snapshot.id and at.build.started_at > snapshot.build.started_at:
        message = f"build {snapshot.build.number} is older than build {at.build.number}, which was taken already"
        raise errors.UnknownName(message)
    newer = build_views.load_view(project, snapshot.id)
    with project.store.transaction():
        project.store.snapshots.accept(snapshot.id, why, at=project.clock())
        if newer and not snapshot.usable:
            transition = build_history.find_transition(project, newest, newer.placed) if newest else None
            updated = ledger_update.update_ledger(project, ledger, newer, newest, transition)
            project.store.ledgers.save(project.name, updated)
