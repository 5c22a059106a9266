"""A complete pass over a project, and its dry run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs
from attrs import Factory, frozen

from covbot import logs
from covbot.core.bugs.actions import Outcome, Plan
from covbot.core.ledger import ownership
from covbot.outbox import Outbox
from covbot.pipeline import lease, plans
from covbot.pipeline.builds import ingestion
from covbot.pipeline.identity import settling

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

    `notes` are sentences on changed settings and on other projects in the same tracker project.
    `postponed` are builds that could not be fetched now. `outage` is the reason if no build could be listed: then the
    pass ends before anything is planned.
    """

    project: str
    notes: tuple[str, ...] = ()
    builds: tuple[Ingested, ...] = ()
    postponed: tuple[Postponed, ...] = ()
    outage: str | None = None
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
    pass. CannotFetch and CannotUseTracker end the pass before anything is planned, Paused before anything is written.
    Raise LeaseTaken if another pass over the project is running.
    """
    with lease.hold_lease(project) as prolong:

        def is_over() -> bool:
            """Whether to stop between two builds; the lease is prolonged, since any number of builds may follow."""
            prolong()
            return stop()

        outbox = attrs.evolve(_open_outbox(project), hold=prolong)
        notes = settling.settle_identity(project, outbox)
        receipts = [*outbox.review(), *_drain_outbox(project, outbox, progress, stop)]
        intake = ingestion.ingest(project, builds, progress, is_over)
        drafted = plans.Draft()
        if not intake.outage and not stop():
            written = sum(receipt.outcome is Outcome.DONE for receipt in receipts)
            drafted = plans.draft(project, outbox, intake.newest, written=written)
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
        drafted = plans.Draft() if intake.outage else plans.draft(project, outbox, intake.newest, shown=shown)
    return _make_result(project, intake, drafted, receipts, notes)


def list_bugs(project: Project) -> dict[int, Bug]:
    """Return the project's bugs as the tracker shows them now, by number, without storing them; CannotUseTracker."""
    with project.store.rollback():
        ledger = project.store.ledgers.load(project.name)
        return ownership.select_own_bugs(settling.list_names(project), _open_outbox(project).list_bugs(), ledger)


def check_identity(project: Project) -> tuple[str, ...]:
    """Return sentences on what the settings changed since the last pass, and on what they share; nothing is stored."""
    with project.store.rollback():
        notes = settling.settle_identity(project, _open_outbox(project))
    return (*(notes or (f"bugs are kept at {project.tracker.address}",)), *settling.describe_sharing(project))


def _open_outbox(project: Project) -> Outbox:
    return Outbox(store=project.store, project=project.name, tracker=project.tracker, clock=project.clock)


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
        notes=(*notes, *settling.describe_sharing(project)),
        builds=intake.builds,
        postponed=intake.postponed,
        outage=intake.outage,
        proposals=drafted.proposals,
        plan=drafted.plan,
        receipts=tuple(receipts),
    )
