"""A complete pass over a project, and its dry run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs
from attrs import Factory, frozen

from covbot import errors, logs
from covbot.core.bugs.actions import Outcome, Plan
from covbot.core.ledger import ownership
from covbot.outbox import Outbox
from covbot.pipeline import lease, plans
from covbot.pipeline.builds import ingestion, repository_outages
from covbot.pipeline.identity import renaming, settling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from covbot.core.bugs.actions import Receipt
    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.proposal import Proposal
    from covbot.pipeline.builds.fetching import Postponed
    from covbot.pipeline.builds.ingestion import Ingested, Intake
    from covbot.pipeline.project import Project

ReportProgress: TypeAlias = Callable[[int, int, str], None]
"""Called with the units done, the units in all, and the name of the next unit or of the last one done."""


@frozen(kw_only=True)
class Result:
    """The result of a pass: the builds ingested, the proposals, the plan, and the receipts of what was done.

    `notes` are sentences on changed settings, on other projects in the same tracker project, and on a first build.
    `postponed` are builds that could not be fetched now. `outage` is the reason if the source or the repository is not
    available: then the pass ends before anything is planned. `unread` is the reason if the source of the newest build
    was asked for and has not been known since an earlier pass. `left_out` are sentences on broken builds.
    """

    project: str
    notes: tuple[str, ...] = ()
    builds: tuple[Ingested, ...] = ()
    postponed: tuple[Postponed, ...] = ()
    outage: str | None = None
    unread: str | None = None
    left_out: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    plan: Plan = Factory(Plan)
    receipts: tuple[Receipt, ...] = ()


def ignore_progress(done: int, total: int, what: str) -> None:
    """Report nothing."""


def never_stop() -> bool:
    """Never stop early."""
    return False


def run(
    project: Project,
    *,
    builds: ingestion.BuildRange = ingestion.ALL_NEW_BUILDS,
    progress: ReportProgress = ignore_progress,
    stop: Callable[[], bool] = never_stop,
) -> Result:
    """Ingest the new builds within range, make a plan, carry it out in live mode, and return the result.

    `stop` is called between two builds and between two actions: once it returns True, the rest is left to the next
    pass. CannotFetch, CannotReachRepository and CannotUseTracker end the pass before anything is planned, Paused before
    anything is written.
    Raise LeaseTaken if another pass over the project is running.
    """
    with lease.hold_lease(project, stop) as check_lease:

        def is_over() -> bool:
            """Whether to stop between two builds; raise LeaseTaken if another pass holds the lease by now."""
            check_lease()
            return stop()

        outbox = attrs.evolve(_open_outbox(project), hold=check_lease)
        notes = settling.settle_identity(project, outbox)
        receipts = [*outbox.review(), *_drain_outbox(project, outbox, progress, stop)]
        intake = ingestion.ingest(project, builds, progress, is_over)
        drafted = plans.Draft()
        if not intake.outage and not stop():
            written = sum(receipt.outcome is Outcome.DONE for receipt in receipts)
            intake, drafted = _draft_plan(project, outbox, intake, written=written)
            plans.accept(project, drafted, outbox)
            receipts.extend(_drain_outbox(project, outbox, progress, stop))
    return _make_result(project, intake, drafted, receipts, notes)


def dry_run(project: Project, *, progress: ReportProgress = ignore_progress, shown: Collection[str] = ()) -> Result:
    """Return what a run would ingest and plan, with the same texts; every change of the store is rolled back.

    Tasks with a key in `shown` are described in full even if nothing is due for them.
    """
    with project.store.rollback():
        outbox = _open_outbox(project)
        notes = settling.settle_identity(project, outbox)
        receipts = list(outbox.review())
        intake = ingestion.ingest(project, ingestion.ALL_NEW_BUILDS, progress, never_stop)
        drafted = plans.Draft()
        if not intake.outage:
            intake, drafted = _draft_plan(project, outbox, intake, shown=shown)
    return _make_result(project, intake, drafted, receipts, notes)


def _draft_plan(
    project: Project, outbox: Outbox, intake: Intake, *, shown: Collection[str] = (), written: int = 0
) -> tuple[Intake, plans.Draft]:
    """Return the plan that is due, with the intake as it is known by now: the repository may have become unavailable.

    Nothing is planned then, and a lasting outage is raised as CannotReachRepository.
    """
    try:
        drafted = plans.draft(project, outbox, intake, shown=shown, written=written)
    except errors.CannotReachRepository as error:
        return attrs.evolve(intake, outage=repository_outages.report_outage(project, error)), plans.Draft()
    if drafted.unread is None:
        repository_outages.end_outage(project)
        return attrs.evolve(intake, unread=None), drafted
    return attrs.evolve(intake, unread=repository_outages.note_outage(project, drafted.unread)), drafted


def list_bugs(project: Project) -> dict[int, Bug]:
    """Return the project's bugs as the tracker shows them now, by number, without storing them; CannotUseTracker."""
    with project.store.rollback():
        ledger = project.store.ledgers.load(project.name)
        return ownership.select_own_bugs(renaming.list_names(project), _open_outbox(project).list_bugs(), ledger)


def check_identity(project: Project) -> tuple[str, ...]:
    """Return sentences on what the settings changed since the last pass, and on what they share; nothing is stored."""
    with project.store.rollback():
        notes = settling.settle_identity(project, _open_outbox(project))
    return (*(notes or (f"bugs are kept at {project.tracker.address}",)), *settling.describe_sharing(project))


def _open_outbox(project: Project) -> Outbox:
    return Outbox(
        store=project.store,
        project=project.name,
        tracker=project.tracker,
        clock=project.clock,
        policy=project.policy if settling.describe_sharing(project) else None,
    )


def _drain_outbox(
    project: Project, outbox: Outbox, progress: ReportProgress, stop: Callable[[], bool]
) -> Iterator[Receipt]:
    """Carry out the actions in the outbox in live mode, and yield the receipts."""
    if not project.live:
        return
    total = len(outbox.store.outbox.pending(outbox.project))
    for done, receipt in enumerate(outbox.drain(), start=1):
        progress(done, total, f"bug {receipt.bug}" if receipt.bug else receipt.action.footer.key)
        yield receipt
        if stop():
            return


def _make_result(
    project: Project, intake: Intake, drafted: plans.Draft, receipts: Collection[Receipt], notes: Collection[str]
) -> Result:
    if drafted.plan.refused:
        logs.warning("plan.refused", project=project.name, why=drafted.plan.refused)
    logs.info("pass.done", project=project.name, builds=len(intake.builds), writes=len(receipts))
    return Result(
        project=project.name,
        notes=(*notes, *settling.describe_sharing(project), *_describe_first_build(drafted)),
        builds=intake.builds,
        postponed=intake.postponed,
        outage=intake.outage,
        unread=intake.unread,
        left_out=tuple(project.source.left_out()),
        proposals=drafted.proposals,
        plan=drafted.plan,
        receipts=tuple(receipts),
    )


def _describe_first_build(drafted: plans.Draft) -> Iterator[str]:
    if 0 < drafted.agreeing < plans.AGREEING_BUILDS:
        yield "one more build must agree before anything is filed"
