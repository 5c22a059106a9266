"""The builds of a source: the list of new ones, and the coverage files of each."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import coverage
from covbot.core.builds import order
from covbot.core.coverage import Report
from covbot.errors import BadArtifact, BuildGone, CannotFetch, CannotFetchNow, CannotReadReport, TooLarge
from covbot.formats import reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from covbot.core.builds.build import Build, StoredSnapshot
    from covbot.pipeline.project import Project
    from covbot.ports import Attachment, Delivery, Source

OUTAGE_LIMIT = timedelta(hours=6)
"""How long an outage of a source is tolerated before it is reported as a failure."""

RETRY_PERIOD = timedelta(days=1)
"""A fault of a build that is older than this, while its source answers, is permanent."""

CLOCK_SKEW = timedelta(minutes=5)
"""The tolerated lag of the clock of the machine that ran a build behind its server's."""

HISTORY_DEPTH = 1000
"""The number of builds to list if more were added since the last pass than a source usually lists."""


_BLOCK = 64 * 1024


@frozen(kw_only=True)
class Postponed:
    """A build that could not be fetched, and why: a later pass retries; `is_temporary` if that is likely to help.

    `is_rare` if it is to be requested more and more rarely, and `rests` if it was not requested in this pass.
    """

    build: Build
    why: str
    is_temporary: bool
    is_rare: bool = False
    rests: bool = False


@frozen(kw_only=True)
class FetchedBuild:
    """The union of a build's coverage files, their faults, and the digest of their bytes as delivered.

    `notes` are further remarks on the build for the operator.
    """

    report: Report
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str | None = None


def list_new_builds(project: Project, backfill: int | None = None) -> list[Build]:
    """Return the listed builds that are not recorded yet, oldest first; with `backfill`, among that many newest ones.

    Suspect builds since the last trusted one are among them if they would be read in another way now. If none of those
    listed is recorded, but earlier ones are, one more request finds those in between. Raise CannotFetchNow if an outage
    of the source is shorter than OUTAGE_LIMIT, CannotFetch if it is longer.
    """
    try:
        builds = _list_unrecorded_builds(project, backfill)
    except CannotFetchNow as error:
        since = project.store.outages.begin(project.name, str(error), at=project.clock())
        message = f"{error} (no answer since {since:%Y-%m-%d %H:%M} UTC)"
        if project.clock() - since < OUTAGE_LIMIT:
            raise CannotFetchNow(message) from error
        raise CannotFetch(message) from error
    project.store.outages.end(project.name)
    return builds


def _list_unrecorded_builds(project: Project, backfill: int | None) -> list[Build]:
    known = project.store.snapshots.known(project.name, project.job)
    dismissed = {_identify_build(each.build) for each in project.store.judgements.dismissals(project.name)}
    builds = project.source.builds() if backfill is None else project.source.builds(backfill)
    if backfill is None and known and len(builds) > 1 and known.isdisjoint(map(_identify_build, builds)):
        recorded = [each.build for each in order.sort_snapshots(project.store.snapshots.list_all(project.name))]
        builds = [build for build in project.source.builds(HISTORY_DEPTH) if not order.is_late(build, recorded)]
    outdated = {
        _identify_build(snapshot.build)
        for snapshot in project.store.snapshots.list_since_trusted(project.name)
        if snapshot.build.job == project.job and _is_outdated(project, snapshot)
    }
    return [build for build in builds if _identify_build(build) not in (known - outdated) | dismissed]


def _identify_build(build: Build) -> tuple[int, datetime]:
    return build.number, build.started_at


def _is_outdated(project: Project, snapshot: StoredSnapshot) -> bool:
    """Whether a suspect build would be read from other files, by other settings, or from a source known only now."""
    build, repository = snapshot.build, project.repository
    has_source = repository is not None and bool(build.revision) and repository.has(str(build.revision))
    return find_basis(project, build, has_source=has_source) != snapshot.measurement.basis


def find_basis(project: Project, build: Build, *, has_source: bool) -> str:
    """Return a text that differs if other files of a listed build would be read, or by other settings."""
    return f"{project.basis} {'with' if has_source else 'without'} source {project.source.version(build)}".rstrip()


def is_source_available(project: Project) -> bool:
    """Whether the source answers, so that a fault is the build's own."""
    try:
        project.source.builds(1)
    except CannotFetchNow:
        return False
    return True


def fetch_build(project: Project, build: Build) -> FetchedBuild:
    """Return the coverage files of a build.

    A permanent loss is a fault, so that the build is recorded and not requested again. Raise CannotFetch for any
    failure that can be fixed or is temporary: CannotFetchNow if it may end by itself.
    """
    try:
        return _read_delivery(build, project.source.reports(build), project.limit)
    except BadArtifact as error:
        return FetchedBuild(report=Report(), faults=(f"its report cannot be read: {error}",))
    except (BuildGone, TooLarge) as error:
        return FetchedBuild(report=Report(), faults=(f"it cannot be fetched any more: {error}",))
    except CannotFetchNow as error:
        if project.clock() - build.started_at < RETRY_PERIOD or not is_source_available(project):
            raise
        return FetchedBuild(report=Report(), faults=(f"it could not be fetched for a day: {error}",))


def find_newest_build(source: Source, accept: Collection[str]) -> Build | None:
    """Return the newest build of a source that may be trusted by its result, any if there is none; CannotFetch."""
    builds = source.builds()
    accepted = [build for build in builds if build.result in accept]
    return (accepted or [*builds])[-1] if builds else None


def read_report(source: Source, build: Build, limit: int) -> Report:
    """Return the coverage files of a build as far as they can be read; CannotFetch if they cannot be fetched."""
    return _read_delivery(build, source.reports(build), limit).report


def inspect_newest_build(source: Source, *, accept: Collection[str], limit: int) -> list[str]:
    """Return sentences on the coverage files of the newest build that may be trusted.

    `limit` is the most bytes of a report. Raise CannotFetch if the build has faults.
    """
    build = find_newest_build(source, accept)
    if build is None:
        return []
    delivered = _read_delivery(build, source.reports(build), limit)
    if delivered.faults:
        raise CannotFetch(f"build {build.number} ({build.result}): {'; '.join(delivered.faults)}")
    return [f"build {build.number} ({build.result}) measures {_summarize_report(delivered.report)}", *delivered.notes]


def _summarize_report(report: Report) -> str:
    numbers, parts = report.numbers, []
    if report.files or not report.executions:
        parts += [
            f"{len(report.files):,} files, {numbers.statements:,} statements, {numbers.missing:,} of them missing"
        ]
    if report.executions:
        parts += [
            f"{len(report.executions):,} files by coverage.py's data, whose statements the source of its revision tells"
        ]
    return "; and ".join(parts)


def _read_delivery(build: Build, delivery: Delivery, limit: int) -> FetchedBuild:
    faults = [f"its report {name} is missing" for name in delivery.missing]
    reports = []
    digest = hashlib.sha256()
    for attachment in delivery.attachments:
        faults.extend(_describe_stale_report(build, attachment))
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


def _describe_stale_report(build: Build, attachment: Attachment) -> Iterator[str]:
    written_at = attachment.modified_at
    if written_at is not None and written_at < build.started_at - CLOCK_SKEW:
        yield (
            f"its report {attachment.name} was written at {written_at:%Y-%m-%d %H:%M} UTC, before the build began:"
            " it is that of an earlier one"
        )
