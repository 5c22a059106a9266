"""The views of builds in their repository: their reports by path, with the sources at their revisions."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot import errors
from covbot.core.builds import order
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


@frozen(kw_only=True)
class BuildLocation:
    """The commit that a build measured, or why it is not known though a repository is set; neither without one."""

    commit: str | None = None
    unknown: str | None = None


@frozen(kw_only=True, eq=False)
class EarlierBuild:
    """A recorded build, loaded again with its view."""

    snapshot: StoredSnapshot
    placed: PlacedBuild


def locate_build(project: Project, build: Build) -> BuildLocation:
    """Return the commit that a build measured; without a repository none.

    Raise CannotReachRepository if the repository cannot be read now.
    """
    if project.repository is None:
        return BuildLocation()
    if not build.revision:
        return BuildLocation(unknown="the build does not tell its revision")
    try:
        return BuildLocation(commit=project.repository.obtain(build.revision))
    except errors.CannotReadRepository as error:
        return BuildLocation(unknown=str(error))


def place_build(project: Project, location: BuildLocation, report: Report) -> PlacedBuild:
    """Return a new build with its report by the paths of its tree; without a repository, by those of the report.

    A build whose source was asked for and is not known has that as a fault, and so has one that does not fit it.
    """
    prefix, without_traces = project.context.prefix, attrs.evolve(report, executions={})
    if project.repository is None or location.commit is None:
        return PlacedBuild(
            view=BuildView(report=_prepend_prefix(prefix, without_traces)),
            faults=_explain_missing_source(project, report, location.unknown),
        )
    misfit = views.explain_misfit(report, project.repository, location.commit, prefix)
    try:
        if misfit is None:
            view = views.place_report(report, project.repository, location.commit, prefix=prefix)
            return PlacedBuild(view=view, commit=location.commit)
        fault = f"{misfit}: fix it in projects.{project.name}.repository"
    except errors.CannotReadReport as error:
        fault = str(error)
    return PlacedBuild(view=BuildView(report=without_traces), faults=(fault,))


def _explain_missing_source(project: Project, report: Report, unknown: str | None) -> tuple[str, ...]:
    """Return the fault of a build without source, if it was asked for or is needed to find the statements."""
    if report.executions:
        why = unknown or "no repository is set for it"
        problem = (
            "its report is coverage.py's data, which tells no statements without the source at the build's revision"
        )
        remedy = f"fix that in projects.{project.name}.repository, or archive what `coverage xml` writes"
        return (f"{problem}, and {why}: {remedy}",)
    return (f"its source is not known: {unknown} (see projects.{project.name}.repository)",) if unknown else ()


def load_view(project: Project, snapshot: int | None) -> EarlierBuild | None:
    """Return a recorded build with its report and, if its commit is still known, its source; None for no snapshot.

    Raise CannotReachRepository if the repository cannot be read now.
    """
    if snapshot is None:
        return None
    stored, report = project.store.snapshots.get(snapshot), project.store.snapshots.report(snapshot)
    commit = stored.measurement.commit
    placed = PlacedBuild(view=BuildView(report=report))
    if project.repository is not None and commit is not None:
        with contextlib.suppress(errors.CannotReadRepository):
            commit = project.repository.obtain(commit)
            placed = PlacedBuild(view=views.make_view(report, project.repository, commit), commit=commit)
    return EarlierBuild(snapshot=stored, placed=placed)


def with_older_source(project: Project, earlier: EarlierBuild) -> EarlierBuild | None:
    """Return a recorded build with its source or an older one, None if there is none.

    The older source is that of the last build before it with one. Only files with the same statements are kept then.
    """
    if earlier.placed.commit is not None or project.repository is None:
        return earlier if earlier.placed.commit is not None else None
    usable = [snapshot for snapshot in project.store.snapshots.list_all(project.name) if snapshot.usable]
    preceding = itertools.takewhile(lambda each: each.id != earlier.snapshot.id, order.sort_snapshots(usable))
    older = [snapshot for snapshot in preceding if snapshot.measurement.commit is not None]
    last = load_view(project, older[-1].id) if older else None
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
