"""The builds that a pass saw and did not record: kept for people who look for them, and not requested at each pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.builds.pending import PendingBuild, PendingState
from covbot.pipeline.builds import fetching

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from covbot.core.builds.build import Build
    from covbot.pipeline.builds.fetching import Postponed
    from covbot.pipeline.project import Project
    from covbot.ports import PassedOver


def split_resting(project: Project, builds: Sequence[Build]) -> tuple[list[Build], list[Postponed]]:
    """Return the builds to be requested in this pass, and those that are not.

    A build without any file is requested after ever longer times, of which each is as long as all before.
    """
    pending, now = _load_pending(project), project.clock()
    due, resting = [], []
    for build in builds:
        known = pending.get(_identify(build))
        if (
            known is None
            or known.tried_at is None
            or now - build.started_at >= fetching.RETRY_PERIOD
            or now - known.tried_at >= known.tried_at - known.since
        ):
            due.append(build)
        else:
            resting.append(fetching.Postponed(build=build, why=known.why, is_temporary=True, rests=True))
    return due, resting


def save_pending(
    project: Project, new: Sequence[Build], postponed: Sequence[Postponed], passed_over: Sequence[PassedOver]
) -> None:
    """Replace the pending builds by those of this pass: the postponed, those not offered, and those not reached yet.

    `new` are the builds that this pass was to record, and `passed_over` those that its source listed beside them.
    """
    before = _load_pending(project)
    found = {_identify(each.build): each for each in _describe_passed_over(passed_over)}
    for each in postponed:
        found[_identify(each.build)] = _describe_postponed(project, before.get(_identify(each.build)), each)
    recorded = project.store.snapshots.known(project.name, project.job)
    for build in new:
        if _identify(build) in before and (build.number, build.started_at) not in recorded:
            found.setdefault(_identify(build), before[_identify(build)])
    project.store.judgements.replace_pending(project.name, found.values())


def _load_pending(project: Project) -> dict[tuple[str, int, datetime], PendingBuild]:
    return {_identify(each.build): each for each in project.store.judgements.pending(project.name)}


def _describe_postponed(project: Project, before: PendingBuild | None, postponed: Postponed) -> PendingBuild:
    since = before.since if before and before.state is not PendingState.ABORTED else project.clock()
    tried_at = project.clock() if postponed.is_rare else None
    return PendingBuild(
        build=postponed.build,
        state=PendingState.WAITING if postponed.is_temporary else PendingState.STUCK,
        why=postponed.why,
        since=since,
        tried_at=before.tried_at if postponed.rests and before else tried_at,
    )


def _describe_passed_over(passed_over: Sequence[PassedOver]) -> Iterator[PendingBuild]:
    for each in passed_over:
        why = "it is running" if each.running else f"it was stopped ({each.build.result}), and is never taken"
        state = PendingState.WAITING if each.running else PendingState.ABORTED
        yield PendingBuild(build=each.build, state=state, why=why, since=each.build.started_at)


def _identify(build: Build) -> tuple[str, int, datetime]:
    return build.job, build.number, build.started_at
