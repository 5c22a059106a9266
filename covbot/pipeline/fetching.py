"""Builds from their source: which of them were not seen yet, and what one of them delivers."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import coverage
from covbot.core.coverage import Report
from covbot.errors import BuildGone, CannotFetch, CannotFetchNow, CannotReadReport, TooLarge
from covbot.formats import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from covbot.core.builds.build import Build
    from covbot.pipeline.project import Project
    from covbot.ports import Attachment, Delivery, Source

PATIENCE = timedelta(hours=6)
"""For so long a source may be away before that is called a failure."""

SETTLED = timedelta(days=1)
"""What is wrong with a build for so long after its start, while its source answers, does not pass any more."""

SKEW = timedelta(minutes=5)
"""How much the clock of the machine that ran the build may lag behind its server's."""

HISTORY = 1000
"""How many builds are looked through where more came since the last pass than a source usually lists."""


_BLOCK = 64 * 1024


@frozen(kw_only=True)
class Postponed:
    """A build that could not be fetched, and why: a later pass asks for it again, `passing` if that may well help."""

    build: Build
    why: str
    passing: bool


@frozen(kw_only=True)
class FetchedBuild:
    """The union of a build's coverage files, what is wrong with them, and the digest of their bytes as they lay there.

    `notes` are what else an operator should know of the build.
    """

    report: Report
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str | None = None


def list_new_builds(project: Project, backfill: int | None = None) -> list[Build]:
    """The builds on offer that are not recorded yet, oldest first; with `backfill`, of that many newest ones.

    Where none on offer is known, but earlier ones are, those in between are looked for by one more request.
    CannotFetchNow while the source is away for less than PATIENCE, CannotFetch when it is away for longer.
    """
    try:
        builds = _list(project, backfill)
    except CannotFetchNow as error:
        since = project.store.outages.begin(project.name, str(error), at=project.clock())
        told = f"{error} (no answer since {since:%Y-%m-%d %H:%M} UTC)"
        if project.clock() - since < PATIENCE:
            raise CannotFetchNow(told) from error
        raise CannotFetch(told) from error
    project.store.outages.end(project.name)
    return builds


def _list(project: Project, backfill: int | None) -> list[Build]:
    known = project.store.snapshots.known(project.name, project.job)
    builds = project.source.builds() if backfill is None else project.source.builds(backfill)
    new = [build for build in builds if (build.number, build.started_at) not in known]
    if backfill is None and known and len(new) == len(builds) > 1:
        last = max(started_at for _number, started_at in known)
        return [build for build in project.source.builds(HISTORY) if build.started_at > last]
    return new


def is_source_available(project: Project) -> bool:
    """Whether the source answers, so that what a build suffers from is the build's own."""
    try:
        project.source.builds(1)
    except CannotFetchNow:
        return False
    return True


def fetch_build(project: Project, build: Build) -> FetchedBuild:
    """What a build delivers. What is lost for good is a fault, so that the build is recorded and not asked for again.

    CannotFetch for all that may be mended or may pass: CannotFetchNow if it may pass by itself.
    """
    try:
        return _read(build, project.source.reports(build), project.limit)
    except (BuildGone, TooLarge) as error:
        return FetchedBuild(report=Report(), faults=(f"it cannot be fetched any more: {error}",))
    except CannotFetchNow as error:
        if project.clock() - build.started_at < SETTLED or not is_source_available(project):
            raise
        return FetchedBuild(report=Report(), faults=(f"it could not be fetched for a day: {error}",))


def inspect_newest_build(source: Source, *, accept: Collection[str], limit: int) -> list[str]:
    """What the newest build that may be trusted delivers, in sentences; CannotFetch if something is wrong with it.

    `limit` bounds the bytes of a report.
    """
    builds = source.builds()
    if not builds:
        return []
    build = max(builds, key=lambda build: (build.result in accept, build.started_at))
    delivered = _read(build, source.reports(build), limit)
    if delivered.faults:
        raise CannotFetch(f"build {build.number} ({build.result}): {'; '.join(delivered.faults)}")
    return [f"build {build.number} ({build.result}) measures {_sum_up(delivered.report)}", *delivered.notes]


def _sum_up(report: Report) -> str:
    numbers, told = report.numbers, []
    if report.files or not report.executions:
        told += [f"{len(report.files):,} files, {numbers.statements:,} statements, {numbers.missing:,} of them missing"]
    if report.executions:
        told += [
            f"{len(report.executions):,} files by coverage.py's data, whose statements the source of its revision tells"
        ]
    return "; and ".join(told)


def _read(build: Build, delivery: Delivery, limit: int) -> FetchedBuild:
    faults = [f"its report {name} is missing" for name in delivery.missing]
    reports = []
    digest = hashlib.sha256()
    for attachment in delivery.attachments:
        faults.extend(_tell_stale(build, attachment))
        try:
            with attachment.open() as stream:
                reports.append(reading.read(stream, attachment.name, limit=limit))
        except CannotReadReport as error:
            faults.append(f"its report cannot be read: {error}")
            continue
        with attachment.open() as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    return FetchedBuild(
        report=coverage.merge_reports(reports) if reports else Report(),
        faults=(*faults, *delivery.notes) if delivery.missing else tuple(faults),
        notes=() if delivery.missing else delivery.notes,
        digest=digest.hexdigest() if reports else None,
    )


def _tell_stale(build: Build, attachment: Attachment) -> Iterator[str]:
    written_at = attachment.modified_at
    if written_at is not None and written_at < build.started_at - SKEW:
        yield (
            f"its report {attachment.name} was written at {written_at:%Y-%m-%d %H:%M} UTC, before the build began:"
            " it is that of an earlier one"
        )
