"""Builds in: fetch, parse, judge, record, and bring the gaps and tasks of the ledger up to a trusted build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot import errors
from covbot.core import coverage, quorum, tasks, trust
from covbot.core.builds import Build, Snapshot, Verdict
from covbot.core.coverage import FileCoverage, Report
from covbot.formats import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.ledger import Ledger
    from covbot.pipeline.project import Project


@frozen(kw_only=True)
class Taken:
    """A build that this pass saw for the first time, and how it was judged."""

    build: Build
    verdict: Verdict


def unseen(project: Project) -> list[Build]:
    """The builds on offer that are not recorded yet, oldest first."""
    known = project.store.snapshots.known(project.name, project.job)
    return [build for build in project.source.builds() if (build.number, build.started_at) not in known]


def take(project: Project, build: Build) -> Taken:
    """Read, judge and record one build; a trusted one moves the ledger on. Nothing of it is kept unless all is."""
    report, faults = _read(project, build)
    with project.store.transaction():
        newest = newest_trusted(project)
        verdict = trust.judge(build, report, accept=project.accept, faults=faults, newest=newest)
        snapshot = Snapshot(build=build, report=report, verdict=verdict)
        at = project.store.snapshots.record(project.name, snapshot, project.clock())
        if verdict.trusted:
            ledger = project.store.ledgers.load(project.name)
            project.store.ledgers.save(project.name, _advance(project, ledger, at=at, build=build, report=report))
    return Taken(build=build, verdict=verdict)


def accept(project: Project, number: int, why: str) -> Build:
    """Trust a suspect build after all, as a person says; UnknownName if there is no such build."""
    with project.store.transaction():
        rows = [row for row in project.store.snapshots.rows(project.name) if row.build.number == number]
        if not rows:
            message = f"build {number} of {project.name} was not seen yet (covbot builds lists those that were)"
            raise errors.UnknownName(message)
        row = max(rows, key=lambda row: row.build.started_at)
        project.store.snapshots.accept(row.id, why, project.clock())
        newest = newest_trusted(project)
        if not row.verdict.trusted and (newest is None or newest.number < number):
            ledger = project.store.ledgers.load(project.name)
            report = project.store.snapshots.report(row.id)
            ledger = _advance(project, ledger, at=row.id, build=row.build, report=report)
            project.store.ledgers.save(project.name, ledger)
    return row.build


def newest_trusted(project: Project) -> Build | None:
    """The newest build that changed the ledger."""
    at = project.store.ledgers.load(project.name).as_of
    rows = project.store.snapshots.rows(project.name)
    return next((row.build for row in rows if row.id == at), None)


def _read(project: Project, build: Build) -> tuple[Report, list[str]]:
    """The union of the build's coverage files, and what is wrong with them."""
    delivery = project.source.reports(build)
    faults = [f"its report {name} is missing" for name in delivery.missing]
    reports = []
    for attachment in delivery.attachments:
        try:
            with attachment.open() as stream:
                reports.append(reading.read(stream, attachment.name, limit=project.limit))
        except errors.CannotReadReport as error:
            faults.append(f"its report cannot be read: {error}")
    return coverage.merge(reports) if reports else Report(), faults


def _advance(project: Project, ledger: Ledger, *, at: int, build: Build, report: Report) -> Ledger:
    """The ledger after one more trusted build, the snapshot `at`."""
    if ledger.as_of is None:
        return attrs.evolve(ledger, as_of=at)
    before = project.store.snapshots.report(ledger.as_of)
    gaps, entries = dict(ledger.gaps), dict(ledger.entries)
    holders = _by_path(ledger.entries)
    for path, after in report.files.items():
        known = gaps.get((path, tasks.MODULE_BODY))
        was = _last_measured(project, known, before.files.get(path), ledger.as_of)
        if was is None:
            continue
        step = quorum.Step(path=path, before=was, after=after, at=at, number=build.number)
        gap = quorum.advance(known, step)
        if gap is None:
            continue
        gaps[path, gap.region] = gap
        for entry in quorum.advance_entries(holders.get(path, ()), step, gap):
            entries[entry.task.key] = entry
    return attrs.evolve(ledger, as_of=at, gaps=gaps, entries=entries)


def _last_measured(
    project: Project, gap: tasks.Gap | None, newest: FileCoverage | None, as_of: int
) -> FileCoverage | None:
    """The file as it was last measured: in the newest trusted snapshot, or in the one its gap is numbered by."""
    if newest is not None or gap is None or gap.at == as_of:
        return newest
    return project.store.snapshots.file(gap.at, gap.path)


def _by_path(entries: Mapping[str, tasks.Entry]) -> dict[str, list[tasks.Entry]]:
    holders: dict[str, list[tasks.Entry]] = {}
    for key in sorted(entries):
        holders.setdefault(entries[key].task.path, []).append(entries[key])
    return holders
