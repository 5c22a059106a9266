"""Builds in their repository: paths and sources at a build's revision, and the way from one build to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot import errors
from covbot.core.comparison.view import BuildView
from covbot.repository import views

if TYPE_CHECKING:
    from covbot.core.builds.build import Build, StoredSnapshot
    from covbot.core.coverage import Report
    from covbot.pipeline.project import Project


@frozen(kw_only=True, eq=False)
class PlacedBuild:
    """A build's report, by paths in the repository where its revision is known; what could not be done is said."""

    view: BuildView
    commit: str | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True, eq=False)
class EarlierBuild:
    """A recorded build, looked at again."""

    snapshot: StoredSnapshot
    placed: PlacedBuild


def place_build(project: Project, build: Build, report: Report) -> PlacedBuild:
    """Put a new build's report into the tree of its revision; without one it keeps to the paths known before."""
    prefix, counted = project.context.prefix, attrs.evolve(report, executions={})
    if project.repository is None:
        return PlacedBuild(
            view=BuildView(report=_put_below(prefix, counted)),
            faults=_blind(project, report, "no repository is set for it"),
        )
    try:
        commit = project.repository.obtain(build.revision or "")
        return PlacedBuild(view=views.place_report(report, project.repository, commit, prefix=prefix), commit=commit)
    except errors.CannotReadReport as error:
        return PlacedBuild(view=BuildView(report=counted), faults=(str(error),))
    except errors.CannotReadRepository as error:
        why = str(error) if build.revision else "the build does not tell its revision"
        if report.executions:
            return PlacedBuild(view=BuildView(report=counted), faults=_blind(project, report, why))
        grain = "function" if any(file.functions for file in report.files.values()) else "module"
        note = f"compared at {grain} grain, without the source: {why}"
        known = _known_paths(project)
        below = _put_below(prefix, report)
        try:
            return PlacedBuild(
                view=views.place_report_among(report, known, prefix=prefix) if known else BuildView(report=below),
                notes=(note,),
            )
        except errors.CannotReadReport as doubt:
            return PlacedBuild(view=BuildView(report=below), faults=(str(doubt),), notes=(note,))


def _blind(project: Project, report: Report, why: str) -> tuple[str, ...]:
    """What is wrong with a report that traces what ran, where no source tells the statements."""
    if not report.executions:
        return ()
    told = "its report is coverage.py's data, which tells no statements without the source at the build's revision"
    mend = f"mend that in projects.{project.name}.repository, or archive what `coverage xml` writes"
    return (f"{told}, and {why}: {mend}",)


def load_view(project: Project, snapshot: int | None) -> EarlierBuild | None:
    """A recorded build with its report and, where its commit is still known, its source; None for no snapshot."""
    if snapshot is None:
        return None
    stored, report = project.store.snapshots.get(snapshot), project.store.snapshots.report(snapshot)
    commit = stored.measurement.commit
    if project.repository is None or commit is None:
        return EarlierBuild(snapshot=stored, placed=PlacedBuild(view=BuildView(report=report)))
    try:
        commit = project.repository.obtain(commit)
        view = views.make_view(report, project.repository, commit)
    except errors.CannotReadRepository:
        return EarlierBuild(snapshot=stored, placed=PlacedBuild(view=BuildView(report=report)))
    return EarlierBuild(snapshot=stored, placed=PlacedBuild(view=view, commit=commit))


def with_older_source(project: Project, earlier: EarlierBuild) -> EarlierBuild | None:
    """A recorded build with a source: its own, or as far as its statements are the same that of the last before it."""
    if earlier.placed.commit is not None or project.repository is None:
        return earlier if earlier.placed.commit is not None else None
    older = [
        snapshot
        for snapshot in project.store.snapshots.list_all(project.name)
        if snapshot.usable and snapshot.measurement.commit is not None
        if snapshot.build.started_at < earlier.snapshot.build.started_at
    ]
    last = load_view(project, max(older, key=lambda snapshot: snapshot.build.started_at).id) if older else None
    if last is None or last.placed.commit is None:
        return None
    report, before = earlier.placed.view.report, last.placed.view.report.files
    same = {
        path: file
        for path, file in report.files.items()
        if path in before and before[path].statements == file.statements
    }
    view = views.make_view(attrs.evolve(report, files=same), project.repository, last.placed.commit)
    return EarlierBuild(snapshot=earlier.snapshot, placed=PlacedBuild(view=view, commit=last.placed.commit))


def _put_below(prefix: str, report: Report) -> Report:
    """The report with its filenames below the configured prefix, those apart that are no such names."""
    if not prefix:
        return report
    files = {_join(prefix, name): file for name, file in report.files.items()}
    return attrs.evolve(report, files=dict(sorted(files.items())))


def _join(prefix: str, name: str) -> str:
    head = prefix.strip("/") + "/"
    inside = not name.startswith(("/", "\\", head)) and ":" not in name and ".." not in name.split("/")
    return head + name if inside else name


def _known_paths(project: Project) -> frozenset[str]:
    newest = project.store.ledgers.load(project.name).as_of
    return frozenset(project.store.snapshots.report(newest).files) if newest is not None else frozenset()
