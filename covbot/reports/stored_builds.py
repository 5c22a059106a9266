"""The two sides of a one-off report in which a stored build takes part: compared along its project's repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs
from attrs import frozen

from covbot import errors
from covbot.core import coverage
from covbot.core.comparison.view import BuildView, Transition
from covbot.pipeline.builds import build_views
from covbot.reports import oneoff, sides
from covbot.reports.oneoff import OneOffReport, ReportSide
from covbot.repository import views

if TYPE_CHECKING:
    from covbot.pipeline.project import Project

Wanted: TypeAlias = "int | ReportSide | None"
"""A stored build by its number, None for the newest; or what files say."""


@frozen(kw_only=True)
class _PlacedSide:
    """A side whose files are named by their paths in the repository; `commit` is None if its source is not known."""

    side: ReportSide
    view: BuildView
    commit: str | None = None


def make_report(
    project: Project, after: Wanted, before: Wanted, *, repo: str | None = None, prefix: str = ""
) -> OneOffReport:
    """Return the report on a stored build, the newest if none is named, compared with another side if there is one.

    With a checkout `repo` it is compared along that, otherwise along the project's own repository. Raise UnknownName
    for a build that is not stored, CannotReadReport, CannotReadRepository or CannotReachRepository.
    """
    if before is not None and repo is None:
        return _compare(project, after, before)
    newer = after if isinstance(after, ReportSide) else sides.load_build(project.store, project.name, after)
    return sides.compare(newer, before if isinstance(before, ReportSide) else None, repo, prefix)


def _compare(project: Project, after: Wanted, before: Wanted) -> OneOffReport:
    """Return the report on one side compared with the other, at least one of which is a stored build of a project.

    The files of a report are named as those of the stored build are. Lines are compared where the source of both is
    known, which takes the project's repository and a revision, otherwise modules.
    """
    if isinstance(after, ReportSide):
        older = _load_side(project, before if isinstance(before, int) else None)
        newer = _place_side(project, after, older)
    else:
        newer = _load_side(project, after)
        older = _place_side(project, before, newer) if isinstance(before, ReportSide) else _load_side(project, before)
    if project.repository is None or older.commit is None or newer.commit is None:
        return oneoff.make_report(newer.side, older.side)
    wanted = older.side.report.files.keys() | newer.side.report.files.keys()
    linemap = project.repository.line_map(older.commit, newer.commit, wanted)
    return oneoff.make_report(newer.side, older.side, Transition(before=older.view, after=newer.view, linemap=linemap))


def _load_side(project: Project, number: int | None) -> _PlacedSide:
    snapshot = sides.find_snapshot(project.store, project.name, number)
    side = sides.load_build(project.store, project.name, number)
    loaded = build_views.load_view(project, snapshot.id)
    if loaded is None or project.repository is None:
        return _PlacedSide(side=side, view=BuildView(report=side.report))
    if loaded.placed.commit is None:
        side = _add_caution(side, f"build {snapshot.build.number}", "the source of its revision is not known")
    return _PlacedSide(side=side, view=loaded.placed.view, commit=loaded.placed.commit)


def _place_side(project: Project, side: ReportSide, other: _PlacedSide) -> _PlacedSide:
    """Return a side of files as the settings of the project place its builds."""
    prefix, repository = project.context.prefix, project.repository
    if repository is not None and side.revision is not None:
        commit = repository.find_commit(side.revision)
        if misfit := views.explain_misfit(side.report, repository, commit, prefix):
            raise errors.CannotReadReport(misfit)
        view = views.place_report(side.report, repository, commit, prefix=prefix)
        placed = attrs.evolve(side, report=view.report, revision=commit)
        return _PlacedSide(side=placed, view=view, commit=commit)
    view = views.place_report_among(side.report, other.side.report.files, prefix=prefix)
    placed = attrs.evolve(side, report=attrs.evolve(view.report, problems=side.report.problems))
    if repository is not None:
        placed = _add_caution(
            placed, " ".join(side.files), "its revision is not named (--revision, --against-revision)"
        )
    return _PlacedSide(side=placed, view=view)


def _add_caution(side: ReportSide, where: str, what: str) -> ReportSide:
    """Return a side whose source is not known, with a warning that says so."""
    problem = coverage.Problem(where=where, what=f"{what}: modules are compared, and not lines")
    return attrs.evolve(side, report=attrs.evolve(side.report, problems=(*side.report.problems, problem)))
