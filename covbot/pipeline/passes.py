"""A whole pass over a project, and the rehearsal of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs
from attrs import Factory, frozen

from covbot.core import owning, planning, trust
from covbot.core.actions import Left, Plan
from covbot.outbox import Outbox
from covbot.pipeline import lease, placing, proposing, rebuilding, taking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.actions import Receipt
    from covbot.core.bugs import Bug
    from covbot.core.ledger import Ledger
    from covbot.core.proposals import Proposal
    from covbot.pipeline.placing import Earlier
    from covbot.pipeline.project import Project
    from covbot.pipeline.taking import Taken
    from covbot.store.snapshots import Row

AGREE = 2
"""So many trusted builds in a row must agree."""

Watch: TypeAlias = Callable[[int, int, str], None]
"""Told how far a pass is: units done, units in all, and what the next, or the last done, is."""


@frozen(kw_only=True)
class Result:
    """What a pass saw, what it chose from, what it planned, and what it did."""

    project: str
    builds: tuple[Taken, ...]
    proposals: tuple[Proposal, ...] = ()
    plan: Plan = Factory(Plan)
    receipts: tuple[Receipt, ...] = ()


def unwatched(done: int, total: int, what: str) -> None:
    """Watch nothing."""


def unstopped() -> bool:
    """Never stop early."""
    return False


def run(
    project: Project, *, limit: int | None = None, watch: Watch = unwatched, stop: Callable[[], bool] = unstopped
) -> Result:
    """Take the unseen builds (at most `limit`, the oldest), plan, and in live mode do what is planned.

    `stop` is asked between two builds and two actions: what is left then is left to the next pass. CannotFetch and
    CannotUseTracker end the pass before anything is planned, Paused before anything is written; LeaseTaken when another
    pass over the project is under way.
    """
    with lease.held(project) as hold:
        outbox = attrs.evolve(_outbox(project), hold=hold)
        receipts = list(_drain(outbox, watch, stop)) if project.live else []
        builds = tuple(_take(project, limit, watch, stop))
        if stop():
            return Result(project=project.name, builds=builds, receipts=tuple(receipts))
        proposals, plan = _plan(project, outbox, keep=True)
        if project.live and plan.actions:
            outbox.obey_stop_switch()
        project.store.outbox.accept(project.name, plan if project.live else _observed(plan), at=project.clock())
        if project.live:
            receipts.extend(_drain(outbox, watch, stop))
    return Result(project=project.name, builds=builds, proposals=proposals, plan=plan, receipts=tuple(receipts))


def rehearse(project: Project, *, limit: int | None = None, watch: Watch = unwatched) -> Result:
    """What a run would see and plan, with the same words; everything that it wrote to the store is undone."""
    with project.store.rehearsal():
        builds = tuple(_take(project, limit, watch, unstopped))
        proposals, plan = _plan(project, _outbox(project), keep=False)
    return Result(project=project.name, builds=builds, proposals=proposals, plan=plan)


def survey(project: Project) -> dict[int, Bug]:
    """The project's bugs as the tracker shows them now, by number; nothing is kept. CannotUseTracker."""
    with project.store.rehearsal():
        return owning.own(project.name, _outbox(project).survey(), project.store.ledgers.load(project.name))


def _take(project: Project, limit: int | None, watch: Watch, stop: Callable[[], bool]) -> Iterator[Taken]:
    builds = taking.unseen(project)[:limit]
    for done, build in enumerate(builds):
        if stop():
            return
        watch(done, len(builds), f"build {build.number}")
        yield taking.take(project, build)


def _drain(outbox: Outbox, watch: Watch, stop: Callable[[], bool]) -> Iterator[Receipt]:
    total = len(outbox.store.outbox.pending(outbox.project))
    for done, receipt in enumerate(outbox.drain(), start=1):
        watch(done, total, f"bug {receipt.bug}" if receipt.bug else receipt.action.footer.key)
        yield receipt
        if stop():
            return


def _outbox(project: Project) -> Outbox:
    return Outbox(store=project.store, project=project.name, tracker=project.tracker, clock=project.clock)


def _plan(project: Project, outbox: Outbox, *, keep: bool) -> tuple[tuple[Proposal, ...], Plan]:
    """Plan from what the ledger and the tracker say now; with `keep` the tasks are kept, unless the plan is refused."""
    now = project.clock()
    before = project.store.ledgers.load(project.name)
    known = owning.own(project.name, outbox.survey(), before)
    newest = placing.look_back(project, before.as_of)
    if newest is None:
        return (), Plan()
    moment = _moment(project, before, newest)
    ledger = proposing.regroup(project, rebuilding.rebuild(project, before, known, newest), known, now)
    proposals = proposing.propose(project, ledger, known, moment, now)
    plan = planning.plan(
        proposals,
        known,
        project.policy,
        now,
        accepted=newest.row.accepted is not None,
    )
    if keep and not plan.refused:
        project.store.ledgers.save(project.name, ledger)
    return tuple(proposals), plan


def _moment(project: Project, ledger: Ledger, newest: Earlier) -> proposing.Moment:
    rows = sorted(project.store.snapshots.rows(project.name), key=lambda row: row.build.started_at)
    trusted = [row for row in rows if row.trusted]
    return proposing.Moment(
        view=newest.placed.view,
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


def _rebaseline(project: Project, trusted: Sequence[Row], newest: Earlier) -> str | None:
    """Why the newest trusted build only begins a new baseline: nothing is written in its pass."""
    if len(trusted) < AGREE or newest.row.accepted is not None:
        return None
    earlier = placing.look_back(project, trusted[-AGREE].id)
    why = trust.rebaseline(placing.past_of(earlier), placing.past_of(newest)) if earlier else None
    return f"a new baseline: {why}" if why else None


def _observed(plan: Plan) -> Plan:
    """What is kept of a plan in observe mode, in which its actions are but reasons."""
    observed = (
        Left(key=action.footer.key, title="", why=f"{type(action).__name__} is due, but the mode is observe")
        for action in plan.actions
    )
    return attrs.evolve(plan, actions=(), left=(*plan.left, *{left.key: left for left in observed}.values()))
