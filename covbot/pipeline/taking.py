"""Builds in: place, judge, record, and bring the ledger up to a trusted build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot import errors
from covbot.core.builds import trust
from covbot.core.builds.build import Build, Snapshot, Verdict
from covbot.core.builds.evidence import Candidate
from covbot.pipeline import fetching, lease, placing, stepping

if TYPE_CHECKING:
    from covbot.pipeline.project import Project


@frozen(kw_only=True)
class Taken:
    """A build that this pass saw for the first time, how it was judged, and what else is to be said of it."""

    build: Build
    verdict: Verdict
    notes: tuple[str, ...] = ()


def take(project: Project, build: Build) -> Taken:
    """Fetch, judge and record one build; a trusted one moves the ledger on. Nothing of it is kept unless all is.

    CannotFetch for a build that a later pass asks for again.
    """
    delivered = fetching.deliver(project, build)
    placed = placing.place(project, build, delivered.report)
    notes = (*delivered.notes, *placed.notes)
    ledger = project.store.ledgers.load(project.name)
    newest = placing.look_back(project, ledger.as_of)
    transition = placing.cross(project, newest, placed) if newest else None
    candidate = Candidate(
        build=build,
        report=placed.view.report,
        faults=(*delivered.faults, *placed.faults),
        digest=delivered.digest,
        commit=placed.commit,
        paths=placed.view.paths,
        gap_paths=frozenset(gap.path for gap in ledger.gaps.values() if gap.lines),
        explained=placing.explain(transition) if transition else None,
        is_ancestor=newest is not None and placing.is_ancestor(project, placed, newest),
    )
    history = placing.history(project, newest)
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
            stepped = stepping.step(project, ledger, stepping.Newer(at=at, number=build.number, placed=placed))
            project.store.ledgers.save(project.name, stepped)
    return Taken(build=build, verdict=verdict, notes=notes)


def accept(project: Project, number: int, why: str) -> Build:
    """Trust a build after all, as a person says, while no pass is under way.

    UnknownName if there is no such build, or a newer one was taken; LeaseTaken while a pass is under way.
    """
    with lease.held(project):
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
    placed = placing.look_back(project, row.id)
    with project.store.transaction():
        project.store.snapshots.accept(row.id, why, at=project.clock())
        if placed and not row.trusted:
            newer = stepping.Newer(at=row.id, number=number, placed=placed.placed)
            project.store.ledgers.save(project.name, stepping.step(project, ledger, newer))
    return row.build
