"""The builds before a new one: their measurements, and the changes since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.builds import order
from covbot.core.builds.evidence import ExplainedChange, PastBuild
from covbot.core.comparison.view import Transition
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from covbot.pipeline.builds.build_views import EarlierBuild, PlacedBuild
    from covbot.pipeline.project import Project


def find_transition(project: Project, earlier: EarlierBuild, newer: PlacedBuild) -> Transition | None:
    """Return the transition from a recorded build to a newer one, None if no source shows it."""
    before, after = earlier.placed, newer
    if project.repository is None or before.commit is None or after.commit is None:
        return None
    wanted = before.view.report.files.keys() | after.view.report.files.keys()
    linemap = project.repository.line_map(before.commit, after.commit, wanted)
    return Transition(before=before.view, after=after.view, linemap=linemap)


def is_ancestor(project: Project, placed: PlacedBuild, newest: EarlierBuild) -> bool:
    """Whether a build's commit is an ancestor of that of the newest build ingested."""
    older, newer = placed.commit, newest.placed.commit
    if project.repository is None or older is None or newer is None or older == newer:
        return False
    return project.repository.is_ancestor(older, newer)


def explain_changes(transition: Transition) -> ExplainedChange:
    """Return the change that the diff of two sources accounts for, in measured files and their statements."""
    before, after, linemap = transition.before.report.files, transition.after.report.files, transition.linemap
    changed = {file.after: path for path, file in linemap.files.items()}
    added = deleted = 0
    for path in linemap.added & after.keys():
        added += len(after[path].statements)
    for path in linemap.deleted & before.keys():
        deleted += len(before[path].statements)
    for new_path, path in changed.items():
        old = before[path].statements if path in before else Lines()
        new = after[new_path].statements if new_path in after else Lines()
        kept = transition.forward(path, old).get(new_path, Lines()) & new
        added += len(new) - len(kept)
        deleted += len(old) - len(kept)
    return ExplainedChange(
        files_added=len(linemap.added & after.keys()),
        files_deleted=len(linemap.deleted & before.keys()),
        lines_added=added,
        lines_deleted=deleted,
    )


def list_past_builds(project: Project, newest: EarlierBuild | None) -> list[PastBuild]:
    """Return the trusted builds before, oldest first, the newest one with its measured files and its tree's paths."""
    if newest is None:
        return []
    stored = project.store.snapshots.list_all(project.name)
    before = [snapshot for snapshot in stored if snapshot.usable and snapshot.id != newest.snapshot.id]
    past = [
        PastBuild(build=snapshot.build, measurement=snapshot.measurement) for snapshot in order.sort_snapshots(before)
    ]
    return [*past, summarize_build(newest)]


def summarize_build(earlier: EarlierBuild) -> PastBuild:
    """Return a recorded build as evidence for the builds after it, with its measured files and its tree's paths."""
    view, snapshot = earlier.placed.view, earlier.snapshot
    measured = frozenset(path for path, file in view.report.files.items() if file.statements)
    return PastBuild(build=snapshot.build, measurement=snapshot.measurement, measured=measured, paths=view.paths)
