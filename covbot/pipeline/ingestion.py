"""Builds in: place, judge, record, and bring the ledger up to a trusted build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot import errors
from covbot.core.builds import trust
from covbot.core.builds.build import Build, Snapshot, Verdict
from covbot.core.builds.evidence import Candidate
from covbot.pipeline import build_history, build_views, fetching, lease, ledger_update

if TYPE_CHECKING:
    from covbot.pipeline.project import Project


@frozen(kw_only=True)
class Ingested:
    """A build that this pass saw for the first time, how it was judged, and what else is to be said of it."""

    build: Build
    verdict: Verdict
    notes: tuple[str, ...] = ()


def ingest_build(project: Project, build: Build) -> Ingested:
    """Fetch, judge and record one build; a trusted one moves the ledger on. Nothing of it is kept unless all is.

    CannotFetch for a build that a later pass asks for again.
    """
    delivered = fetching.fetch_build(project, build)
    placed = build_views.place_build(project, build, delivered.report)
    notes = (*delivered.notes, *placed.notes)
    ledger = project.store.ledgers.load(project.name)
    newest = build_views.load_view(project, ledger.as_of)
    transition = build_history.find_transition(project, newest, placed) if newest else None
    candidate = Candidate(
        build=build,
        report=placed.view.report,
        faults=(*delivered.faults, *placed.faults),
        digest=delivered.digest,
        commit=placed.commit,
        paths=placed.view.paths,
        gap_paths=frozenset(gap.path for gap in ledger.gaps.values() if gap.lines),
        explained=build_history.explain_changes(transition) if transition else None,
        is_ancestor=newest is not None and build_history.is_ancestor(project, placed, newest),
    )
    history = build_history.list_past_builds(project, newest)
    verdict = trust.judge_build(candidate, history, accept=project.accept, limits=project.policy)
    snapshot = Snapshot(
        build=build,
        report=placed.view.report,
        verdict=verdict,
        digest=delivered.digest,
        commit=placed.commit,
        notes=notes,
    )
    with project.store.transaction():
        at = project.store.snapshots.record(project.name, snapshot, at=project.clock())
        if verdict.trusted:
            stepped = ledger_update.update_ledger(
                project, ledger, ledger_update.NewerBuild(at=at, number=build.number, placed=placed)
            )
            project.store.ledgers.save(project.name, stepped)
    return Ingested(build=build, verdict=verdict, notes=notes)


def accept_build(project: Project, number: int, why: str) -> Build:
    """Trust a build after all, as a person says, while no pass is under way.

    UnknownName if there is no such build, or a newer one was taken; LeaseTaken while a pass is under way.
    """
    with lease.hold_lease(project):
        return _accept(project, number, why)


def _accept(project: Project, number: int, why: str) -> Build:
    rows = [row for row in project.store.snapshots.rows(project.name) if row.build.number == number]
    if not rows:
        raise errors.UnknownName(f"build {number} of {project.name} was not seen (covbot builds lists those that were)")
    row = max(rows, key=lambda row: row.build.started_at)
    ledger = project.store.ledgers.load(project.name)
    newest = project.store.snapshots.row(ledger.as_of) if ledger.as_of is not None else None
    if newest and newest.id != row.id and newest.build.started_at > row.build.started_at:
        raise errors.UnknownName(f"build {number} is older than build {newest.build.number}, which was taken already")
    placed = build_views.load_view(project, row.id)
    with project.store.transaction():
        project.store.snapshots.accept(row.id, why, at=project.clock())
        if placed and not row.trusted:
            newer = ledger_update.NewerBuild(at=row.id, number=number, placed=placed.placed)
            project.store.ledgers.save(project.name, ledger_update.update_ledger(project, ledger, newer))
    return row.build
