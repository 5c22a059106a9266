"""The plan of a pass: proposals from the current ledger and tracker, and capped actions from the proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import Factory, frozen

from covbot.core.advice import untested
from covbot.core.advice.suites import SuiteIndex
from covbot.core.bugs.actions import Plan, Skipped
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.builds import baseline, order
from covbot.core.ledger import ownership
from covbot.core.planning.planner import Planner
from covbot.pipeline import analysis, hidden_bugs, recovery, task_proposals
from covbot.pipeline.builds import build_history, build_views
from covbot.pipeline.identity import claims, renaming
from covbot.pipeline.task_proposals import PassContext

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import StoredSnapshot
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.planning.proposal import Proposal
    from covbot.outbox import Outbox
    from covbot.pipeline.builds.build_views import EarlierBuild
    from covbot.pipeline.builds.ingestion import Intake
    from covbot.pipeline.project import Project
    from covbot.ports import Listing

AGREEING_BUILDS = 2
"""The number of trusted builds in a row that must agree."""


@frozen(kw_only=True)
class Draft:
    """The proposals, the plan made of them, and the ledger that it belongs to; `held` if nothing may be written.

    `unread` is why the source of the newest build was asked for and is not known, None if it is. `agreeing` is how many
    trusted builds there are, but not more than must agree.
    """

    proposals: tuple[Proposal, ...] = ()
    plan: Plan = Factory(Plan)
    ledger: Ledger | None = None
    held: bool = False
    unread: str | None = None
    agreeing: int = 0


def draft(project: Project, outbox: Outbox, intake: Intake, *, shown: Collection[str] = (), written: int = 0) -> Draft:
    """Return the plan that is due now, without writing anything.

    Tasks with a key in `shown` are described in full even if nothing is due for them. `written` counts the writes that
    the run made before. Nothing is due while a newer build waits for its source. Raise CannotUseTracker if the bugs
    cannot be read, CannotReachRepository if the repository cannot.
    """
    before = project.store.ledgers.load(project.name)
    newest = intake.newest or build_views.load_view(project, before.as_of)
    listed, listing = outbox.read_listing()
    bugs = ownership.select_own_bugs(renaming.list_names(project), listed, before)
    unread = intake.unread or _explain_unread(project, newest)
    if newest is None:
        return Draft(unread=unread)
    context = _make_context(project, before, newest, unread, now=outbox.clock())
    recovered = recovery.recover_bugs(project, recovery.catch_up(project, before, bugs, newest), bugs, newest)
    ledger, proposals = _propose_tasks(project, recovered, context, bugs)
    accepted = newest.snapshot.accepted is not None
    planner = Planner(bugs=bugs, policy=project.policy, now=context.now, accepted=accepted, written=written)
    planner = _add_others(project, planner, listed, listing)
    if actions := planner.plan(proposals).actions:
        proposals = recovery.catch_up_comments(project, proposals, actions)
        planner = planner if listing.counted else _refresh_planner(project, outbox, planner)
        proposals = task_proposals.refresh_states(project, proposals, planner.bugs, context.now)
    if planner.others and (actions or claims.find_unknown_names(project, planner.others.values())):
        tasks = {each.footer.key: each.entry.task for each in proposals}
        planner = attrs.evolve(planner, claimed=claims.hold_claimed(project, tasks, planner.others, ledger, newest))
    described, plan = _describe_plan(project, context, planner, proposals, shown)
    return Draft(
        proposals=tuple(described),
        plan=plan,
        ledger=attrs.evolve(ledger, entries={proposal.footer.key: proposal.entry for proposal in described}),
        held=context.held is not None,
        unread=unread,
        agreeing=len(context.agreeing),
    )


def _explain_unread(project: Project, newest: EarlierBuild | None) -> str | None:
    """Return why the source of the newest build is not known though a repository is set, None if it is known."""
    if project.repository is None:
        return None
    doubted = project.store.snapshots.list_since_trusted(project.name)
    if doubted:
        return "; ".join(doubted[0].verdict.reasons) if doubted[0].measurement.commit is None else None
    if newest is not None and newest.placed.commit is None:
        return f"the source of the newest trusted build {newest.snapshot.build.number} is not known in the repository"
    return None


def _propose_tasks(
    project: Project, ledger: Ledger, context: PassContext, bugs: Mapping[int, Bug]
) -> tuple[Ledger, list[Proposal]]:
    """Return the ledger with its gaps grouped into tasks again, and a proposal for each task."""
    states = task_proposals.find_states(project, ledger, bugs, context.now)
    grouped = task_proposals.regroup_tasks(project, ledger, context, states)
    return grouped, task_proposals.propose_tasks(project, grouped, bugs, context, states)


def _add_others(project: Project, planner: Planner, listed: Mapping[int, Bug], listing: Listing) -> Planner:
    """Return the planner with what a listing shows beside the project's own bugs."""
    others = ownership.select_other_bugs(listed, planner.bugs)
    return attrs.evolve(planner, others=others, hidden=hidden_bugs.count_unknown(project, listed, listing))


def _refresh_planner(project: Project, outbox: Outbox, planner: Planner) -> Planner:
    """Return the planner with the bugs that are visible in a second listing.

    A bug that became unreadable shows only if all bugs are counted, which the first listing omitted.
    """
    visible, listing = outbox.read_listing()
    bugs = {number: bug for number, bug in planner.bugs.items() if number in visible}
    return _add_others(project, attrs.evolve(planner, bugs=bugs), visible, listing)


def _describe_plan(
    project: Project,
    context: PassContext,
    planner: Planner,
    proposals: Sequence[Proposal],
    shown: Collection[str],
) -> tuple[Sequence[Proposal], Plan]:
    """Return the proposals, those that are due or shown with all that their source shows, and their plan.

    Others become due in place of those whose texts cannot be made.
    """
    analyzer = analysis.TaskAnalyzer(project=project, context=context)
    proposals, plan, described = analyzer.rank(proposals, planner), Plan(), set[str]()
    while True:
        plan = planner.plan(proposals)
        keys = {*shown, *(action.footer.key for action in plan.actions)} - described
        if not keys:
            return proposals, plan
        proposals = analyzer.describe(proposals, keys, planner.all_bugs)
        described |= keys


def accept(project: Project, drafted: Draft, outbox: Outbox) -> None:
    """Save the ledger of a draft, unless its plan was refused or held, and put its actions into the outbox.

    In observe mode the actions become reasons. Raise Paused, before anything is put there, if a person paused covbot.
    """
    plan = drafted.plan
    if drafted.ledger is not None and not plan.refused and not drafted.held:
        project.store.ledgers.save(project.name, drafted.ledger)
    if project.live and plan.actions:
        outbox.check_stop_switch()
    kept = plan if project.live else _hold_actions(plan)
    project.store.outbox.accept(project.name, kept, at=outbox.clock())


def _hold_actions(plan: Plan) -> Plan:
    """Return the plan as it is stored in observe mode, in which its actions become reasons for skipped tasks."""
    observed = (
        Skipped(
            key=action.footer.key,
            title="",
            why=f"{type(action).__name__} is due, but the mode is observe",
            kind=HoldKind.OBSERVE_MODE,
        )
        for action in plan.actions
    )
    by_key = {skipped.key: skipped for skipped in observed}
    return attrs.evolve(plan, actions=(), skipped=(*plan.skipped, *by_key.values()))


def _make_context(
    project: Project, ledger: Ledger, newest: EarlierBuild, unread: str | None, *, now: datetime
) -> PassContext:
    snapshots = order.sort_snapshots(project.store.snapshots.list_all(project.name))
    dismissed = [each.build for each in project.store.judgements.dismissals(project.name)]
    snapshots = [snapshot for snapshot in snapshots if snapshot.usable or snapshot.build not in dismissed]
    usable, view = [snapshot for snapshot in snapshots if snapshot.usable], newest.placed.view
    tests = SuiteIndex(paths=view.paths, source=view.source) if view.paths is not None else None
    return PassContext(
        now=now,
        view=view,
        unparsed=frozenset(newest.snapshot.measurement.unparsed),
        commit=newest.placed.commit,
        tests=tests,
        untested=untested.find_untested_modules(ledger.gaps.values(), view, tests, project.context, project.policy),
        agreeing=tuple(snapshot.build for snapshot in usable[-AGREEING_BUILDS:]),
        trusted=tuple(snapshot.build.started_at for snapshot in usable),
        pending=project.store.outbox.pending_keys(project.name),
        queued=frozenset(ledger.entries),
        held=_hold_suspect(snapshots[-1]) or _hold_unread(unread) or _hold_baseline(project, usable, newest),
    )


def _hold_unread(unread: str | None) -> Hold | None:
    """Return the hold of everything while the source of the newest build is not known."""
    return (
        Hold(kind=HoldKind.NO_SOURCE, text=f"the source of the newest build is not known: {unread}") if unread else None
    )


def _hold_suspect(newest: StoredSnapshot) -> Hold | None:
    """Return the hold of everything while the newest build is suspect."""
    if newest.usable:
        return None
    text = f"the newest build {newest.build.number} is suspect: {'; '.join(newest.verdict.reasons)}"
    return Hold(kind=HoldKind.SUSPECT_BUILD, text=text)


def _hold_baseline(project: Project, usable: Sequence[StoredSnapshot], newest: EarlierBuild) -> Hold | None:
    """Return the hold of everything in the pass in which the newest trusted build begins a new baseline."""
    if len(usable) < AGREEING_BUILDS or newest.snapshot.accepted is not None:
        return None
    earlier = build_views.load_view(project, usable[-AGREEING_BUILDS].id)
    if earlier is None:
        return None
    before, after = build_history.summarize_build(earlier), build_history.summarize_build(newest)
    why = baseline.explain_new_baseline(before, after)
    return Hold(kind=HoldKind.NEW_BASELINE, text=f"a new baseline: {why}") if why else None
