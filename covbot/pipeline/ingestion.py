"""The ingestion of builds: fetch, locate, judge and record each new one, and update the ledger by each trusted one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot import errors, logs
from covbot.core.builds import trust
from covbot.core.builds.build import Build, Measurement, Snapshot, Verdict
from covbot.core.builds.evidence import Candidate
from covbot.pipeline import build_history, build_views, fetching, ledger_update
from covbot.pipeline.build_views import EarlierBuild
from covbot.pipeline.judgements import remarks, source_doubts

if TYPE_CHECKING:
    from collections.abc import Callable

    from covbot.core.comparison.view import Transition
    from covbot.core.ledger.ledger import Ledger
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
    """The result of an ingestion: the builds ingested, those postponed, and the reason if no build could be listed.

    `newest` is the build that the ledger is at, None if it was not loaded.
    """

    builds: tuple[Ingested, ...] = ()
    postponed: tuple[fetching.Postponed, ...] = ()
    outage: str | None = None
    newest: EarlierBuild | None = None


def ingest(
    project: Project, wanted: BuildRange, progress: Callable[[int, int, str], None], stop: Callable[[], bool]
) -> Intake:
    """Ingest the new builds, and return the result: a build that fails stops the others only if the source fails.

    `stop` is called before each build. Raise CannotFetch if the source is unavailable for long, or refuses access.
    """
    try:
        builds = fetching.list_new_builds(project, wanted.backfill)[: wanted.limit]
    except errors.CannotFetchNow as error:
        logs.warning("source.away", project=project.name, why=str(error))
        return Intake(outage=str(error))
    ingested: list[Ingested] = []
    postponed: list[fetching.Postponed] = []
    newest = None
    for done, build in enumerate(builds):
        if stop():
            break
        progress(done, len(builds), f"build {build.number}")
        try:
            seen, newest = ingest_build(project, build, newest)
            ingested.append(seen)
        except errors.FetchRefused:
            raise
        except errors.CannotFetch as error:
            is_temporary = isinstance(error, errors.CannotFetchNow)
            logs.warning("build.waiting", project=project.name, build=build.number, why=str(error))
            postponed.append(fetching.Postponed(build=build, why=str(error), is_temporary=is_temporary))
            if is_temporary and not fetching.is_source_available(project):
                break
    return Intake(builds=tuple(ingested), postponed=tuple(postponed), newest=newest)


def ingest_build(
    project: Project, build: Build, newest: EarlierBuild | None = None
) -> tuple[Ingested, EarlierBuild | None]:
    """Fetch, judge and record one build, and return it with the build that the ledger is at now.

    A trusted build updates the ledger. Either all of the build is stored, or nothing. `newest` is the build that the
    ledger is at, loaded here if it is None. Raise CannotFetch for a build that a later pass has to fetch again.
    """
    fetched = fetching.fetch_build(project, build)
    placed = build_views.place_build(project, build, fetched.report)
    ledger = project.store.ledgers.load(project.name)
    newest = newest or build_views.load_view(project, ledger.as_of)
    transition = build_history.find_transition(project, newest, placed) if newest else None
    checked = source_doubts.check_build(placed, newest, transition)
    placed, transition = checked.placed, checked.transition
    candidate = _make_candidate(project, build, fetched, checked, newest, ledger)
    verdict = trust.judge_build(
        candidate,
        build_history.list_past_builds(project, newest),
        accept=project.accept,
        limits=project.policy,
        accepted=project.store.judgements.accepted_kinds(project.name).keys(),
    )
    notes = (*candidate.measurement.notes, *remarks.note_doubts(project, verdict))
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


def _make_candidate(  # noqa: PLR0913 -- the evidence comes from everywhere
    project: Project,
    build: Build,
    fetched: fetching.FetchedBuild,
    checked: source_doubts.CheckedBuild,
    newest: EarlierBuild | None,
    ledger: Ledger,
) -> Candidate:
    placed, report = checked.placed, checked.placed.view.report
    cautions = remarks.note_cautions(project, build.number, fetched.report)
    return Candidate(
        build=build,
        report=report,
        measurement=Measurement.of(
            report,
            digest=fetched.digest,
            commit=placed.commit,
            notes=(*fetched.notes, *cautions, *placed.notes),
            unparsed=checked.unparsed,
            outside=checked.outside,
        ),
        faults=(*fetched.faults, *placed.faults),
        paths=placed.view.paths,
        gap_paths=frozenset(gap.path for gap in ledger.gaps.values() if gap.lines),
        explained=build_history.explain_changes(checked.transition) if checked.transition else None,
        is_ancestor=newest is not None and build_history.is_ancestor(project, placed, newest),
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
