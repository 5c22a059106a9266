"""Builds in: fetch, parse, place, judge, record, and bring the ledger up to a trusted build."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from attrs import frozen

from covbot import errors
from covbot.core import coverage, trust
from covbot.core.builds import Build, Snapshot, Verdict
from covbot.core.coverage import Report
from covbot.formats import reading
from covbot.pipeline import placing, stepping

if TYPE_CHECKING:
    from covbot.pipeline.project import Project


BLOCK = 2**16
"""Bytes of a coverage file that are hashed at a time."""


@frozen(kw_only=True)
class Taken:
    """A build that this pass saw for the first time, how it was judged, and what else is to be said of it."""

    build: Build
    verdict: Verdict
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class _Files:
    """The coverage files of a build: their union, what is wrong with them, and a digest of their bytes."""

    report: Report
    faults: tuple[str, ...]
    digest: str | None


def unseen(project: Project) -> list[Build]:
    """The builds on offer that are not recorded yet, oldest first."""
    known = project.store.snapshots.known(project.name, project.job)
    return [build for build in project.source.builds() if (build.number, build.started_at) not in known]


def take(project: Project, build: Build) -> Taken:
    """Read, judge and record one build; a trusted one moves the ledger on. Nothing of it is kept unless all is."""
    files = _read(project, build)
    placed = placing.place(project, build, files.report)
    ledger = project.store.ledgers.load(project.name)
    newest = placing.look_back(project, ledger.as_of)
    crossing = placing.cross(project, newest, placed) if newest else None
    candidate = trust.Candidate(
        build=build,
        report=placed.view.report,
        faults=(*files.faults, *placed.faults),
        digest=files.digest,
        commit=placed.commit,
        paths=placed.view.paths,
        gap_paths=frozenset(gap.path for gap in ledger.gaps.values() if gap.lines),
        explained=placing.explain(crossing) if crossing else None,
        is_ancestor=newest is not None and placing.is_ancestor(project, placed, newest),
    )
    history = placing.history(project, newest)
    verdict = trust.judge(candidate, history, accept=project.accept, limits=project.policy)
    snapshot = Snapshot(
        build=build,
        report=placed.view.report,
        verdict=verdict,
        digest=files.digest,
        commit=placed.commit,
        notes=placed.notes,
    )
    with project.store.transaction():
        at = project.store.snapshots.record(project.name, snapshot, at=project.clock())
        if verdict.trusted:
            stepped = stepping.step(project, ledger, stepping.Newer(at=at, number=build.number, placed=placed))
            project.store.ledgers.save(project.name, stepped)
    return Taken(build=build, verdict=verdict, notes=placed.notes)


def accept(project: Project, number: int, why: str) -> Build:
    """Trust a build after all, as a person says; UnknownName if there is no such build, or a newer one was taken."""
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


def _read(project: Project, build: Build) -> _Files:
    """Read the build's coverage files, those that can be read."""
    delivery = project.source.reports(build)
    faults = [f"its report {name} is missing" for name in delivery.missing]
    digest = hashlib.sha256()
    reports = []
    for attachment in delivery.attachments:
        try:
            with attachment.open() as stream:
                while block := stream.read(BLOCK):
                    digest.update(block)
            with attachment.open() as stream:
                reports.append(reading.read(stream, attachment.name, limit=project.limit))
        except errors.CannotReadReport as error:
            faults.append(f"its report cannot be read: {error}")
    report = coverage.merge(reports) if reports else Report()
    return _Files(report=report, faults=tuple(faults), digest=digest.hexdigest() if reports else None)
