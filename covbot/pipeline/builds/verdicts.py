"""The verdict on a new build, and notes on its doubts and on what was read with caution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import display
from covbot.core.builds import order, trust
from covbot.pipeline.builds import build_history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.builds.build import StoredSnapshot, Verdict
    from covbot.core.builds.evidence import Candidate
    from covbot.core.coverage import Report
    from covbot.pipeline.builds.build_views import EarlierBuild
    from covbot.pipeline.project import Project


def judge_build(
    project: Project, candidate: Candidate, newest: EarlierBuild | None, fetched: Report
) -> tuple[Verdict, tuple[str, ...]]:
    """Return the verdict on a build, and the notes on it with those on its report as it was fetched."""
    verdict = trust.judge_build(
        candidate,
        build_history.list_past_builds(project, newest),
        accept=project.accept,
        limits=project.policy,
        accepted=project.store.judgements.accepted_kinds(project.name).keys(),
    )
    cautions = _note_cautions(project, candidate.build.number, fetched)
    return verdict, (*candidate.measurement.notes, *cautions, *_note_doubts(project, verdict))


def _note_doubts(project: Project, verdict: Verdict) -> tuple[str, ...]:
    """Return notes on the doubts of the newest build: those of accepted kinds, and those that return in each build."""
    kinds = project.store.judgements.accepted_kinds(project.name) if verdict.accepted else {}
    notes = [
        f"{doubt} (such doubts are accepted for all builds: {'; '.join(kinds.values())})" for doubt in verdict.accepted
    ]
    earlier = _count_repetitions(project.store.snapshots.list_all(project.name), verdict) if verdict.kinds else 0
    if earlier:
        before = "the build" if earlier == 1 else f"the {earlier:,} builds"
        options = " ".join(f"--kind {kind}" for kind in verdict.kinds[:1])
        notes.append(
            f"{before} before it had the same kind of doubt: if every report of this job is so,"
            f" covbot accept {options} --why TEXT trusts them in spite of it"
        )
    return tuple(notes)


def _count_repetitions(snapshots: Sequence[StoredSnapshot], verdict: Verdict) -> int:
    """Return how many of the newest recorded builds in a row have a doubt of one of the same kinds."""
    count = 0
    for snapshot in reversed(order.sort_snapshots(snapshots)):
        if not {*verdict.kinds}.intersection(snapshot.verdict.kinds):
            break
        count += 1
    return count


def _note_cautions(project: Project, number: int, report: Report) -> tuple[str, ...]:
    """Return a note on the parts of a report that were read with caution, none if there are none."""
    if not report.problems:
        return ()
    first = report.problems[0]
    cautions = display.format_count(len(report.problems), "caution")
    more = f" (covbot report --project {project.name} --build {number} names each)" if len(report.problems) > 1 else ""
    return (
        f"its report was read with {cautions}: {display.shorten(first.where)}: {display.shorten(first.what)}{more}",
    )
