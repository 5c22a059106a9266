"""The two sides of a one-off report: read from files or loaded from the store, and compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core import coverage, display
from covbot.core.builds import order
from covbot.core.comparison import source_check
from covbot.core.comparison.source_check import SourceCheck
from covbot.core.comparison.view import Transition
from covbot.formats import reading
from covbot.reports import oneoff
from covbot.reports.oneoff import OneOffReport, ReportSide
from covbot.repository import git, views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.builds.build import StoredSnapshot
    from covbot.core.comparison.view import BuildView
    from covbot.repository.git import Repository
    from covbot.store.store import Store


def read_files(files: Sequence[str], revision: str | None) -> ReportSide:
    """Return the union of some coverage files; CannotReadReport."""
    report = coverage.merge_reports(reading.read_file(Path(file)) for file in files)
    return ReportSide(files=tuple(files), report=report, revision=revision)


def find_snapshot(store: Store, project: str, number: int | None) -> StoredSnapshot:
    """Return a stored build of a project, the newest if no number is given; UnknownName if there is none."""
    found = [each for each in store.snapshots.list_all(project) if number in {None, each.build.number}]
    if not found:
        message = f"no build {number or ''} of {project} is stored (covbot builds lists those that are)"
        raise errors.UnknownName(message)
    return order.sort_snapshots(found)[-1]


def load_build(store: Store, project: str, number: int | None) -> ReportSide:
    """Return what a stored build of a project says, the newest if no number is given; UnknownName if there is none."""
    snapshot = find_snapshot(store, project, number)
    report, ledger = store.snapshots.report(snapshot.id), store.ledgers.load(project)
    lately = {path: lines for path in ledger.flips if (lines := ledger.flaky(path))}
    flaky = lately if ledger.as_of == snapshot.id else None
    return ReportSide(files=(), report=report, revision=snapshot.build.revision, build=snapshot.build, flaky=flaky)


def compare(after: ReportSide, before: ReportSide | None, repo: str | None, prefix: str = "") -> OneOffReport:
    """Return the report on a side, compared with an earlier one if there is one.

    With a checkout `repo` files are named by their paths in it, where `prefix` may be missing at the beginning of their
    names, and compared line by line along its source. CannotReadReport, CannotReadRepository.
    """
    if repo is not None:
        return _compare_in_checkout(repo, prefix, after, before)
    return oneoff.make_report(_require_statements(after), before and _require_statements(before))


def _compare_in_checkout(repo: str, prefix: str, after: ReportSide, before: ReportSide | None) -> OneOffReport:
    with git.open_checkout(Path(repo)) as repository:
        newer, view, commit = _place(after, repository, prefix)
        check = source_check.check_source(view, view.report.files, syntax=before is None)
        if before is None:
            return oneoff.make_report(_add_problems(newer, check))
        older, earlier, base = _place(before, repository, prefix)
        wanted = older.report.files.keys() | newer.report.files.keys()
        placed = Transition(before=earlier, after=view, linemap=repository.line_map(base, commit, wanted))
        return _report_transition(older, newer, placed, check)


def _place(side: ReportSide, repository: Repository, prefix: str) -> tuple[ReportSide, BuildView, str]:
    """Return a side with its files named by their paths in its commit, the view of it, and the commit."""
    commit = repository.find_commit(side.revision or "HEAD")
    if misfit := views.explain_misfit(side.report, repository, commit, prefix):
        raise errors.CannotReadReport(misfit)
    view = views.place_report(side.report, repository, commit, prefix=prefix)
    return attrs.evolve(side, report=view.report, revision=side.revision or commit), view, commit


def _report_transition(older: ReportSide, newer: ReportSide, placed: Transition, check: SourceCheck) -> OneOffReport:
    """Return the report on two sides without what their sources do not bear out; the newer one was checked.

    What did not change between them is checked once, and only what opened or closed is parsed.
    """
    view, earlier, unchanged = placed.after, placed.before, placed.unchanged_paths
    changed = source_check.check_source(earlier, earlier.report.files.keys() - unchanged, syntax=False)
    base = source_check.join_checks(changed, check, unchanged)
    believed = Transition(
        before=source_check.believe(earlier, base), after=source_check.believe(view, check), linemap=placed.linemap
    )
    report = oneoff.make_report(_add_problems(newer, check), _add_problems(older, base), believed)
    faults = {
        **source_check.find_faults_around(believed.before, report.closed_lines),
        **source_check.find_faults_around(believed.after, report.opened_lines),
    }
    return report.with_warnings(source_check.list_problems(SourceCheck(unparsed=faults)))


def _add_problems(side: ReportSide, check: SourceCheck) -> ReportSide:
    problems = (*side.report.problems, *source_check.list_problems(check))
    return attrs.evolve(side, report=attrs.evolve(side.report, problems=problems))


def _require_statements(side: ReportSide) -> ReportSide:
    """Return the same side; CannotReadReport if its files do not name their statements by themselves."""
    if side.report.executions:
        name, count = " ".join(side.files), display.format_count(len(side.report.executions), "file")
        message = f"{name}: coverage.py's data tells which lines of {count} ran, and not which there are: "
        raise errors.CannotReadReport(f"{message}name the checkout of that source by --repo (and its --revision)")
    return side
