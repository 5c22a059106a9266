"""The views of builds in their repository: their reports by path, with the sources at their revisions."""

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
    """A build's report, by paths in the repository if its revision is known, with faults and notes if it is not."""

    view: BuildView
    commit: str | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True, eq=False)
class EarlierBuild:
    """A recorded build, loaded again with its view."""

    snapshot: StoredSnapshot
    placed: PlacedBuild


def place_build(project: Project, build: Build, report: Report) -> PlacedBuild:
    """Return a new build with its report by the paths of its tree; without a revision, by known paths."""
    prefix, without_traces = project.context.prefix, attrs.evolve(report, executions={})
    if project.repository is None:
        return PlacedBuild(
            view=BuildView(report=_prepend_prefix(prefix, without_traces)),
            faults=_explain_missing_source(project, report, "no repository is set for it"),
        )
    try:
        commit = project.repository.obtain(build.revision or "")
        return PlacedBuild(view=views.place_report(report, project.repository, commit, prefix=prefix), commit=commit)
    except errors.CannotReadReport as error:
        return PlacedBuild(view=BuildView(report=without_traces), faults=(str(error),))
    except errors.CannotReadRepository as error:
        why = str(error) if build.revision else "the build does not tell its revision"
        if report.executions:
            return PlacedBuild(
                view=BuildView(report=without_traces), faults=_explain_missing_source(project, report, why)
            )
        grain = "function" if any(file.functions for file in report.files.values()) else "module"
        note = f"compared at {grain} grain, without the source: {why}"
        known = _list_known_paths(project)
        below = _prepend_prefix(prefix, report)
        try:
            return PlacedBuild(
                view=views.place_report_among(report, known, prefix=prefix) if known else BuildView(report=below),
                notes=(note,),
            )
        except errors.CannotReadReport as path_error:
            return PlacedBuild(view=BuildView(report=below), faults=(str(path_error),), notes=(note,))


def _explain_missing_source(project: Project, report: Report, why: str) -> tuple[str, ...]:
    """Return the fault of a report that records executed lines alone, if there is no source to find its statements."""
    if not report.executions:
        return ()
    problem = "its report is coverage.py's data, which tells no statements without the source at the build's revision"
    remedy = f"fix that in projects.{project.name}.repository, or archive what `coverage xml` writes"
    return (f"{problem}, and {why}: {remedy}",)


def load_view(project: Project, snapshot: int | None) -> EarlierBuild | None:
    """Return a recorded build with its report and, if its commit is still known, its source; None for no snapshot."""
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
    """Return a recorded build with its source or an older one, None if there is none.

    The older source is that of the last build before it with one. Only files with the same statements are kept then.
    """
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


def _prepend_prefix(prefix: str, report: Report) -> Report:
    """Return the report with its filenames below the configured prefix, except those that cannot be below it."""
    if not prefix:
        return report
    files = {_join_prefix(prefix, name): file for name, file in report.files.items()}
    return attrs.evolve(report, files=dict(sorted(files.items())))


def _join_prefix(prefix: str, name: str) -> str:
    start = prefix.strip("/") + "/"
    inside = not name.startswith(("/", "\\", start)) and ":" not in name and ".." not in name.split("/")
    return start + name if inside else name


def _list_known_paths(project: Project) -> frozenset[str]:
    newest = project.store.ledgers.load(project.name).as_of
    return frozenset(project.store.snapshots.report(newest).files) if newest is not None else frozenset()
