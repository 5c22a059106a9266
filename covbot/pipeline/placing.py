"""Builds in their repository: paths and sources at a build's revision, and the way from one build to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot import errors
from covbot.core.builds.evidence import ExplainedChange, Past
from covbot.core.comparison.view import BuildView, Transition
from covbot.core.lines import Lines
from covbot.repository import placing

if TYPE_CHECKING:
    from covbot.core.builds.build import Build
    from covbot.core.coverage import Report
    from covbot.pipeline.project import Project
    from covbot.store.snapshots import Row


@frozen(kw_only=True, eq=False)
class Placed:
    """A build's report, by paths in the repository where its revision is known; what could not be done is said."""

    view: BuildView
    commit: str | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True, eq=False)
class Earlier:
    """A recorded build, looked at again."""

    row: Row
    placed: Placed


def place(project: Project, build: Build, report: Report) -> Placed:
    """Put a new build's report into the tree of its revision; without one it keeps to the paths known before."""
    prefix, counted = project.context.prefix, attrs.evolve(report, traces={})
    if project.repository is None:
        return Placed(
            view=BuildView(report=_put_below(prefix, counted)),
            faults=_blind(project, report, "no repository is set for it"),
        )
    try:
        commit = project.repository.obtain(build.revision or "")
        return Placed(view=placing.place(report, project.repository, commit, prefix=prefix), commit=commit)
    except errors.CannotReadReport as error:
        return Placed(view=BuildView(report=counted), faults=(str(error),))
    except errors.CannotReadRepository as error:
        why = str(error) if build.revision else "the build does not tell its revision"
        if report.traces:
            return Placed(view=BuildView(report=counted), faults=_blind(project, report, why))
        grain = "function" if any(file.functions for file in report.files.values()) else "module"
        note = f"compared at {grain} grain, without the source: {why}"
        known = _known_paths(project)
        below = _put_below(prefix, report)
        try:
            return Placed(
                view=placing.place_among(report, known, prefix=prefix) if known else BuildView(report=below),
                notes=(note,),
            )
        except errors.CannotReadReport as doubt:
            return Placed(view=BuildView(report=below), faults=(str(doubt),), notes=(note,))


def _blind(project: Project, report: Report, why: str) -> tuple[str, ...]:
    """What is wrong with a report that traces what ran, where no source tells the statements."""
    if not report.traces:
        return ()
    told = "its report is coverage.py's data, which tells no statements without the source at the build's revision"
    mend = f"mend that in projects.{project.name}.repository, or archive what `coverage xml` writes"
    return (f"{told}, and {why}: {mend}",)


def look_back(project: Project, snapshot: int | None) -> Earlier | None:
    """A recorded build with its report and, where its commit is still known, its source; None for no snapshot."""
    if snapshot is None:
        return None
    row, report = project.store.snapshots.row(snapshot), project.store.snapshots.report(snapshot)
    if project.repository is None or row.commit is None:
        return Earlier(row=row, placed=Placed(view=BuildView(report=report)))
    try:
        commit = project.repository.obtain(row.commit)
        view = placing.view(report, project.repository, commit)
    except errors.CannotReadRepository:
        return Earlier(row=row, placed=Placed(view=BuildView(report=report)))
    return Earlier(row=row, placed=Placed(view=view, commit=commit))


def stand_in(project: Project, earlier: Earlier) -> Earlier | None:
    """A recorded build with a source: its own, or as far as its statements are the same that of the last before it."""
    if earlier.placed.commit is not None or project.repository is None:
        return earlier if earlier.placed.commit is not None else None
    rows = [row for row in project.store.snapshots.rows(project.name) if row.trusted and row.commit is not None]
    older = [row for row in rows if row.build.started_at < earlier.row.build.started_at]
    last = look_back(project, max(older, key=lambda row: row.build.started_at).id) if older else None
    if last is None or last.placed.commit is None:
        return None
    report, before = earlier.placed.view.report, last.placed.view.report.files
    same = {
        path: file
        for path, file in report.files.items()
        if path in before and before[path].statements == file.statements
    }
    view = placing.view(attrs.evolve(report, files=same), project.repository, last.placed.commit)
    return Earlier(row=earlier.row, placed=Placed(view=view, commit=last.placed.commit))


def cross(project: Project, earlier: Earlier, newer: Placed) -> Transition | None:
    """The way from a recorded build to a newer one; None where no source shows it."""
    before, after = earlier.placed, newer
    if project.repository is None or before.commit is None or after.commit is None:
        return None
    wanted = before.view.report.files.keys() | after.view.report.files.keys()
    linemap = project.repository.line_map(before.commit, after.commit, wanted)
    return Transition(before=before.view, after=after.view, linemap=linemap)


def is_ancestor(project: Project, placed: Placed, newest: Earlier) -> bool:
    """Whether a build's commit came before that of the newest build taken."""
    older, newer = placed.commit, newest.placed.commit
    if project.repository is None or older is None or newer is None or older == newer:
        return False
    return project.repository.is_ancestor(older, newer)


def explain(transition: Transition) -> ExplainedChange:
    """What the difference between the two sources accounts for, in measured files and their statements."""
    before, after, linemap = transition.before.report.files, transition.after.report.files, transition.linemap
    changed = {file.after: path for path, file in linemap.files.items()}
    added = deleted = 0
    for path in linemap.added & after.keys():
        added += len(after[path].statements)
    for path in linemap.deleted & before.keys():
        deleted += len(before[path].statements)
    for there, path in changed.items():
        old = before[path].statements if path in before else Lines()
        new = after[there].statements if there in after else Lines()
        kept = transition.forward(path, old).get(there, Lines()) & new
        added += len(new) - len(kept)
        deleted += len(old) - len(kept)
    return ExplainedChange(
        files_added=len(linemap.added & after.keys()),
        files_deleted=len(linemap.deleted & before.keys()),
        lines_added=added,
        lines_deleted=deleted,
    )


def history(project: Project, newest: Earlier | None) -> list[Past]:
    """The trusted builds before, oldest first; of the newest also what it measured and its tree held."""
    if newest is None:
        return []
    rows = [row for row in project.store.snapshots.rows(project.name) if row.trusted and row.id != newest.row.id]
    return [*map(_past, sorted(rows, key=lambda row: row.build.started_at)), past_of(newest)]


def past_of(earlier: Earlier) -> Past:
    """A recorded build as those that come after it look back on it, with what it measured and its tree held."""
    view = earlier.placed.view
    measured = frozenset(path for path, file in view.report.files.items() if file.statements)
    return attrs.evolve(_past(earlier.row), measured=measured, paths=view.paths)


def _past(row: Row) -> Past:
    return Past(
        build=row.build,
        numbers=row.numbers,
        files=row.files,
        digest=row.digest,
        commit=row.commit,
        writer=row.writer,
        sources=row.sources,
        written_at=row.written_at,
    )


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
