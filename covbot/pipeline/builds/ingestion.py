"""The ingestion of builds: fetch, locate, judge and record each new one, and update the ledger by each trusted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot import errors, logs
from covbot.core.builds import order
from covbot.core.builds.build import Build, Measurement, Snapshot, Verdict
from covbot.core.builds.evidence import Candidate
from covbot.pipeline import lease, ledger_update
from covbot.pipeline.builds import (
    build_history,
    build_views,
    fetching,
    repository_outages,
    source_doubts,
    verdicts,
    waiting,
)
from covbot.pipeline.builds.build_views import EarlierBuild

if TYPE_CHECKING:
    from collections.abc import Callable

    from covbot.core.builds.build import StoredSnapshot
    from covbot.core.comparison.view import Transition
    from covbot.core.ledger.ledger import Ledger
    from covbot.pipeline.builds.fetching import FetchedBuild
    from covbot.pipeline.builds.source_doubts import CheckedBuild
    from covbot.pipeline.project import Project


@frozen(kw_only=True)
class BuildRange:
    """The builds that a pass ingests: the oldest `limit` new ones; with `backfill`, among that many newest ones."""

    limit: int | None = None
    backfill: int | None = None


ALL_NEW_BUILDS = BuildRange()
"""Every new build that the source usually lists."""


@frozen(kw_only=True)
class Ingested:
    """A build that this pass ingested, its verdict, and further remarks on it."""

    build: Build
    verdict: Verdict
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Intake:
    """The result of an ingestion: the builds ingested, those postponed, and the reason if it had to end early.

    `unread` is why the source of the newest build is not known, None if it is. `newest` is the build that the ledger is
    at, None if it was not loaded.
    """

    builds: tuple[Ingested, ...] = ()
    postponed: tuple[fetching.Postponed, ...] = ()
    outage: str | None = None
    unread: str | None = None
    newest: EarlierBuild | None = None


def ingest(
    project: Project, wanted: BuildRange, progress: Callable[[int, int, str], None], stop: Callable[[], bool]
) -> Intake:
    """Ingest the new builds, and return the result: a build that fails stops the others only if the source fails.

    `stop` is called before each build. Raise CannotFetch if the source is unavailable for long, or refuses access,
    CannotReachRepository if the repository was not available in an earlier pass either, or has no usable address.
    """
    if project.repository is not None:
        project.repository.expire()
    try:
        builds = fetching.list_new_builds(project, wanted.backfill)[: wanted.limit]
    except errors.CannotFetchNow as error:
        logs.warning("source.away", project=project.name, why=str(error))
        return Intake(outage=str(error))
    passed_over, (due, postponed) = project.source.passed_over(), waiting.split_resting(project, builds)
    ingested: list[Ingested] = []
    newest = outage = unread = None
    for done, build in enumerate(due):
        if stop():
            break
        progress(done, len(due), f"build {build.number}")
        try:
            seen, newest = ingest_build(project, build, newest)
            ingested.append(seen)
            unread = None
        except errors.CannotReachRepository as error:
            outage = repository_outages.report_outage(project, error)
            break
        except errors.CannotReadRepository as error:
            unread = str(error)
            postponed.append(_postpone(project, build, error))
        except errors.FetchRefused:
            raise
        except errors.CannotFetch as error:
            postponed.append(_postpone(project, build, error))
            if postponed[-1].is_temporary and not fetching.is_source_available(project):
                break
    waiting.save_pending(project, builds, postponed, passed_over)
    return Intake(builds=tuple(ingested), postponed=tuple(postponed), outage=outage, unread=unread, newest=newest)


def _postpone(
    project: Project, build: Build, error: errors.CannotFetch | errors.CannotReadRepository
) -> fetching.Postponed:
    """Return a build that is left to a later pass, and log why; an unknown revision may still arrive."""
    is_temporary = isinstance(error, errors.CannotFetchNow | errors.CannotReadRepository)
    logs.warning("build.waiting", project=project.name, build=build.number, why=str(error))
    return fetching.Postponed(
        build=build, why=str(error), is_temporary=is_temporary, is_rare=isinstance(error, errors.NoArtifacts)
    )


def ingest_build(
    project: Project, build: Build, newest: EarlierBuild | None = None
) -> tuple[Ingested, EarlierBuild | None]:
    """Fetch, judge and record one build, and return it with the build that the ledger is at now.

    A trusted build updates the ledger. Either all of the build is stored, or nothing. `newest` is the build that the
    ledger is at, loaded here if it is None. Raise CannotFetch for a build that a later pass has to fetch again, and
    CannotReadRepository for one whose revision may still arrive in the repository.
    """
    location = _locate_build(project, build)
    basis = fetching.find_basis(project, build, has_source=location.commit is not None)
    fetched = fetching.fetch_build(project, build)
    if basis != fetching.find_basis(project, build, has_source=location.commit is not None):
        raise errors.CannotFetchNow("its files are still being written")
    placed = build_views.place_build(project, location, fetched.report)
    ledger = project.store.ledgers.load(project.name)
    newest = newest or build_views.load_view(project, ledger.as_of)
    transition = build_history.find_transition(project, newest, placed) if newest else None
    checked = source_doubts.check_build(placed, newest, transition)
    placed, transition = checked.placed, checked.transition
    candidate = attrs.evolve(
        _make_candidate(build, fetched, checked, basis),
        gap_paths=frozenset(gap.path for gap in ledger.gaps.values() if gap.lines),
        explained=build_history.explain_changes(transition) if transition else None,
        is_ancestor=newest is not None and build_history.is_ancestor(project, placed, newest),
    )
    verdict, notes = verdicts.judge_build(project, candidate, newest, fetched.report)
    measurement = attrs.evolve(candidate.measurement, notes=notes)
    snapshot = Snapshot(build=build, report=candidate.report, verdict=verdict, measurement=measurement)
    with project.store.transaction():
        at = project.store.snapshots.record(project.name, snapshot, at=project.clock())
        newer = EarlierBuild(snapshot=project.store.snapshots.get(at), placed=placed)
        if verdict.trusted:
            _update_ledger(project, ledger, newer, newest, transition)
    ingested = Ingested(build=build, verdict=verdict, notes=notes)
    _log_build(project, ingested)
    return ingested, newer if verdict.trusted else newest


def _locate_build(project: Project, build: Build) -> build_views.BuildLocation:
    """Return where the source of a build is; raise CannotReadRepository while an unknown revision is not a day old."""
    location = build_views.locate_build(project, build)
    if build.revision and location.unknown and project.clock() - build.started_at < fetching.RETRY_PERIOD:
        raise errors.CannotReadRepository(location.unknown)
    return location


def _make_candidate(build: Build, fetched: FetchedBuild, checked: CheckedBuild, basis: str) -> Candidate:
    """Return the build as it is judged, without what the builds before it show."""
    placed = checked.placed
    return Candidate(
        build=build,
        report=placed.view.report,
        measurement=Measurement.of(
            placed.view.report,
            digest=fetched.digest,
            basis=basis,
            commit=placed.commit,
            notes=(*fetched.notes, *placed.notes),
            unparsed=checked.unparsed,
            outside=checked.outside,
        ),
        faults=(*fetched.faults, *placed.faults),
        paths=placed.view.paths,
        misfits=checked.misfits,
    )


def _update_ledger(
    project: Project, ledger: Ledger, newer: EarlierBuild, newest: EarlierBuild | None, transition: Transition | None
) -> None:
    updated = ledger_update.update_ledger(project, ledger, newer, newest, transition)
    project.store.ledgers.save(project.name, updated)


def _log_build(project: Project, ingested: Ingested) -> None:
    number, verdict = ingested.build.number, ingested.verdict
    logs.info("build.taken", project=project.name, build=number, verdict=verdict.word, reasons=list(verdict.reasons))
    for note in ingested.notes:
        logs.warning("build.noted", project=project.name, build=number, what=note)


def accept_build(project: Project, number: int, why: str) -> Build:
    """Trust a suspect build for the reason that a person gives, and return it.

    Raise UnknownName if there is no such build or a newer one was ingested, LeaseTaken if a pass is running, and
    CannotReadRepository if a repository is set and the source of the build is not known.
    """
    with lease.hold_lease(project):
        return _accept_build(project, number, why)


def _accept_build(project: Project, number: int, why: str) -> Build:
    listed = project.store.snapshots.list_all(project.name)
    found = [snapshot for snapshot in listed if snapshot.build.number == number]
    if not found:
        raise errors.UnknownName(f"build {number} of {project.name} was not seen (covbot builds lists those that were)")
    snapshot = order.sort_snapshots(found)[-1]
    accept_snapshot(project, snapshot, why)
    return snapshot.build


def accept_snapshot(project: Project, snapshot: StoredSnapshot, why: str) -> None:
    """Trust a recorded build, under the lease of the project; raise UnknownName if a newer one was ingested."""
    number, stored = snapshot.build.number, project.store.snapshots
    ledger = project.store.ledgers.load(project.name)
    newest = build_views.load_view(project, ledger.as_of)
    at = newest.snapshot if newest else None
    if at and at.id != snapshot.id and snapshot not in order.list_newer(stored.list_all(project.name), at.id):
        raise errors.UnknownName(f"build {number} is older than build {at.build.number}, which was taken already")
    newer = build_views.load_view(project, snapshot.id)
    if newer and project.repository is not None and newer.placed.commit is None:
        raise errors.CannotReadRepository(f"build {number} cannot be trusted: its source is not known")
    with project.store.transaction():
        stored.accept(snapshot.id, why, at=project.clock())
        if newer and not snapshot.usable:
            transition = build_history.find_transition(project, newest, newer.placed) if newest else None
            _update_ledger(project, ledger, newer, newest, transition)
