"""A whole pass over a project, and the rehearsal of one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs
from attrs import Factory, frozen

from covbot import errors
from covbot.core.advice import untested
from covbot.core.advice.suites import SuiteIndex
from covbot.core.bugs.actions import Plan, Skipped
from covbot.core.builds import baseline
from covbot.core.ledger import ownership
from covbot.core.planning import planner
from covbot.outbox import Outbox
from covbot.pipeline import analysis, build_history, build_views, fetching, ingestion, lease, recovery, task_proposals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from covbot.core.bugs.actions import Receipt
    from covbot.core.bugs.bug import Bug
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.planning.proposal import Proposal
    from covbot.pipeline.build_views import EarlierBuild
    from covbot.pipeline.ingestion import Ingested
    from covbot.pipeline.project import Project
    from covbot.store.snapshots import Row

AGREE = 2
"""So many trusted builds in a row must agree."""

ReportProgress: TypeAlias = Callable[[int, int, str], None]
"""Told how far a pass is: units done, units in all, and what the next, or the last done, is."""


@frozen(kw_only=True)
class Result:
    """What a pass saw, what it chose from, what it planned, and what it did.

    `waiting` are builds that could not be fetched now; `away` says why nothing at all could be, for then the pass ends
    before anything is planned.
    """

    project: str
    builds: tuple[Ingested, ...] = ()
    waiting: tuple[fetching.Postponed, ...] = ()
    away: str | None = None
    proposals: tuple[Proposal, ...] = ()
    plan: Plan = Factory(Plan)
    receipts: tuple[Receipt, ...] = ()


@frozen(kw_only=True)
class BuildRange:
    """Which builds a pass takes: the oldest `limit` that are new; with `backfill`, among that many newest ones."""

    limit: int | None = None
    backfill: int | None = None


def ignore_progress(done: int, total: int, what: str) -> None:
    """Watch nothing."""


def never_stop() -> bool:
    """Never stop early."""
    return False


ALL_NEW_BUILDS = BuildRange()
"""Every new build that the source usually lists."""


def run(
    project: Project,
    *,
    reach: BuildRange = ALL_NEW_BUILDS,
    watch: ReportProgress = ignore_progress,
    stop: Callable[[], bool] = never_stop,
) -> Result:
    """Take the unseen builds within reach, plan, and in live mode do what is planned.

    `stop` is asked between two builds and two actions: what is left then is left to the next pass. CannotFetch and
    CannotUseTracker end the pass before anything is planned, Paused before anything is written; LeaseTaken when another
    pass over the project is under way.
    """
    with lease.hold_lease(project) as hold:

        def is_over() -> bool:
            """Asked between two builds, of which any number may wait: the lease must last for all of them."""
            hold()
            return stop()

        outbox = attrs.evolve(_outbox(project), hold=hold)
        receipts = list(outbox.review())
        if project.live:
            receipts.extend(_drain(outbox, watch, stop))
        seen = _take(project, reach, watch, is_over)
        if stop() or seen.away:
            return attrs.evolve(seen, receipts=tuple(receipts))
        proposals, plan = _plan(project, outbox, keep=True)
        if project.live and plan.actions:
            outbox.obey_stop_switch()
        project.store.outbox.accept(project.name, plan if project.live else _observed(plan), at=project.clock())
        if project.live:
            receipts.extend(_drain(outbox, watch, stop))
    return attrs.evolve(seen, proposals=proposals, plan=plan, receipts=tuple(receipts))


def dry_run(project: Project, *, watch: ReportProgress = ignore_progress, shown: Collection[str] = ()) -> Result:
    """What a run would see and plan, with the same words; everything that it wrote to the store is undone.

    Tasks with a key in `shown` are told in full even if nothing is due for them.
    """
    with project.store.rollback():
        outbox = _outbox(project)
        receipts = tuple(outbox.review())
        seen = _take(project, ALL_NEW_BUILDS, watch, never_stop)
        if seen.away:
            return attrs.evolve(seen, receipts=receipts)
        proposals, plan = _plan(project, outbox, keep=False, shown=shown)
    return attrs.evolve(seen, proposals=proposals, plan=plan, receipts=receipts)


def _outbox(project: Project) -> Outbox:
    return Outbox(store=project.store, project=project.name, tracker=project.tracker, clock=project.clock)


def _take(project: Project, reach: BuildRange, watch: ReportProgress, stop: Callable[[], bool]) -> Result:
    """The builds in: a build in trouble does not stop the others, unless it is the source that is."""
    try:
        builds = fetching.list_new_builds(project, reach.backfill)[: reach.limit]
    except errors.CannotFetchNow as error:
        return Result(project=project.name, away=str(error))
    taken, waiting = [], []
    for done, build in enumerate(builds):
        if stop():
            break
        watch(done, len(builds), f"build {build.number}")
        try:
            taken.append(ingestion.ingest_build(project, build))
        except errors.FetchRefused:
            raise
        except errors.CannotFetch as error:
            passing = isinstance(error, errors.CannotFetchNow)
            waiting.append(fetching.Postponed(build=build, why=str(error), passing=passing))
            if passing and not fetching.is_source_available(project):
                break
    return Result(project=project.name, builds=tuple(taken), waiting=tuple(waiting))


def _drain(outbox: Outbox, watch: ReportProgress, stop: Callable[[], bool]) -> Iterator[Receipt]:
    total = len(outbox.store.outbox.pending(outbox.project))
    for done, receipt in enumerate(outbox.drain(), start=1):
        watch(done, total, f"bug {receipt.bug}" if receipt.bug else receipt.action.footer.key)
        yield receipt
        if stop():
            return


def list_bugs(project: Project) -> dict[int, Bug]:
    """The project's bugs as the tracker shows them now, by number; nothing is kept. CannotUseTracker."""
    with project.store.rollback():
        return ownership.select_own_bugs(
            project.name, _outbox(project).survey(), project.store.ledgers.load(project.name)
        )


def _plan(
    project: Project, outbox: Outbox, *, keep: bool, shown: Collection[str] = ()
) -> tuple[tuple[Proposal, ...], Plan]:
    """Plan from what the ledger and the tracker say now; with `keep` the tasks are kept, unless the plan is refused."""
    now = project.clock()
    before = project.store.ledgers.load(project.name)
    known = ownership.select_own_bugs(project.name, outbox.survey(), before)
    newest = build_views.load_view(project, before.as_of)
    if newest is None:
        return (), Plan()
    moment = _moment(project, before, newest)
    rebuilt = recovery.recover_bugs(project, before, known, newest)
    ledger = task_proposals.regroup_tasks(project, rebuilt, known, moment, now)
    first = task_proposals.propose_tasks(project, ledger, known, moment, now)
    choose = functools.partial(planner.plan, policy=project.policy, now=now, accepted=newest.row.accepted is not None)
    if choose(first, known).actions:
        # A bug that was closed to covbot shows only when all are counted, which a first listing may have left out.
        shown_now = outbox.survey()
        known = {number: bug for number, bug in known.items() if number in shown_now}
    choose = functools.partial(choose, known=known)
    study = analysis.TaskAnalyzer(project=project, moment=moment)
    settled = study.settle(first, choose)
    due = {action.footer.key for action in choose(settled).actions}
    proposals = study.deepen(settled, due.union(shown), known) if due or shown else settled
    plan = choose(proposals)
    if keep and not plan.refused and not moment.held:
        entries = {proposal.footer.key: proposal.entry for proposal in proposals}
        project.store.ledgers.save(project.name, attrs.evolve(ledger, entries=entries))
    return tuple(proposals), plan


def _moment(project: Project, ledger: Ledger, newest: EarlierBuild) -> task_proposals.PassContext:
    # No build starts after it was recorded: where one says so, its clock was wrong.
    rows = sorted(
        project.store.snapshots.rows(project.name),
        key=lambda row: (min(row.build.started_at, row.recorded_at), row.id),
    )
    trusted, view = [row for row in rows if row.trusted], newest.placed.view
    files = SuiteIndex(paths=view.paths, source=view.source) if view.paths is not None else None
    return task_proposals.PassContext(
        view=view,
        commit=newest.placed.commit,
        files=files,
        untested=untested.find_untested_modules(ledger.gaps.values(), view, files, project.context, project.policy),
        agreeing=tuple(row.build for row in trusted[-AGREE:]),
        trusted=tuple(row.build.started_at for row in trusted),
        pending=frozenset(pending.action.footer.key for pending in project.store.outbox.pending(project.name)),
        queued=frozenset(ledger.entries),
        held=_suspicion(rows[-1]) or _rebaseline(project, trusted, newest),
    )


def _suspicion(newest: Row) -> str | None:
    """Why a suspect newest build holds everything."""
    if newest.trusted:
        return None
    return f"the newest build {newest.build.number} is suspect: {'; '.join(newest.verdict.reasons)}"


def _rebaseline(project: Project, trusted: Sequence[Row], newest: EarlierBuild) -> str | None:
    """Why the newest trusted build only begins a new baseline: nothing is written in its pass."""
    if len(trusted) < AGREE or newest.row.accepted is not None:
        return None
    earlier = build_views.load_view(project, trusted[-AGREE].id)
    why = (
        baseline.explain_new_baseline(build_history.summarize_build(earlier), build_history.summarize_build(newest))
        if earlier
        else None
    )
    return f"a new baseline: {why}" if why else None


def _observed(plan: Plan) -> Plan:
    """What is kept of a plan in observe mode, in which its actions are but reasons."""
    observed = (
        Skipped(key=action.footer.key, title="", why=f"{type(action).__name__} is due, but the mode is observe")
        for action in plan.actions
    )
    return attrs.evolve(plan, actions=(), left=(*plan.left, *{left.key: left for left in observed}.values()))
