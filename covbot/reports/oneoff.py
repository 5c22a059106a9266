"""The one-off report as a value: `OneOffReport` holds everything that its formats show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core import coverage, display, policy
from covbot.core.comparison import branch_changes, function_pairs, line_changes, view
from covbot.core.lines import Lines, union_by_path
from covbot.core.source import regions
from covbot.core.tasks.task import Task, choose_kind, make_key
from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.builds.build import Build

LONGEST_TITLE = 200


@frozen(kw_only=True)
class ReportSide:
    """The union of one build's reports: the files that they were read from, its build and revision if known.

    `flaky` are the flaky lines by path, which are known for the newest stored build; None if nothing is known of any.
    """

    files: tuple[str, ...]
    report: coverage.Report
    revision: str | None = None
    build: Build | None = None
    flaky: Mapping[str, Lines] | None = None


@frozen(kw_only=True)
class TitledTask:
    """A task with its title in one line of plain text."""

    task: Task
    title: str


@frozen(kw_only=True)
class OneOffReport:
    """Everything in a one-off report; `before`, `delta` and `branches` are None if it was compared with nothing.

    `warnings` are those with which its files were read: problems, and sums that do not hold.
    """

    after: ReportSide
    before: ReportSide | None
    delta: line_changes.Delta | None
    branches: branch_changes.BranchDelta | None
    tasks: tuple[TitledTask, ...]
    warnings: tuple[coverage.Problem, ...]

    @property
    def problems(self) -> tuple[coverage.Problem, ...]:
        """The warnings, and the files whose changes cannot be determined line by line."""
        return (
            *self.warnings,
            *(_warn_ambiguous(ambiguous) for ambiguous in (self.delta.ambiguous if self.delta else ())),
        )

    @property
    def opened_lines(self) -> dict[str, Lines]:
        """The lines of the newer report, by path, on which a statement or a branch opened."""
        branches = self.branches.opened if self.branches else ()
        return _list_lines(self.delta.opened if self.delta else (), branches)

    @property
    def closed_lines(self) -> dict[str, Lines]:
        """The lines of the older report, by path, on which a statement or a branch closed."""
        branches = self.branches.closed if self.branches else ()
        return _list_lines(self.delta.closed if self.delta else (), branches)

    def with_warnings(self, more: Iterable[coverage.Problem]) -> OneOffReport:
        """Return the same report with more warnings."""
        return attrs.evolve(self, warnings=tuple(sorted({*self.warnings, *more})))


def make_report(
    after: ReportSide, before: ReportSide | None = None, transition: view.Transition | None = None
) -> OneOffReport:
    """Return the report of `after`, compared with `before` if given; the tasks with most missing statements come first.

    A `transition` maps one to the other through their source: with it, they are compared line by line.
    """
    delta = branches = None
    if before:
        delta = (
            line_changes.compare_with_source(transition)
            if transition
            else line_changes.compare(before.report, after.report)
        )
        branches = branch_changes.compare_with_source(
            transition or _make_unmoved_transition(before.report, after.report)
        )
    return OneOffReport(
        after=after,
        before=before,
        delta=delta,
        branches=branches,
        tasks=tuple(TitledTask(task=task, title=_make_title(task)) for task in _make_tasks(after.report)),
        warnings=tuple(sorted({*_list_warnings(after), *(_list_warnings(before) if before else ())})),
    )


def _list_lines(
    statements: Iterable[line_changes.LineChange], branches: Iterable[branch_changes.BranchChange]
) -> dict[str, Lines]:
    return union_by_path(
        [
            *({change.path: change.lines} for change in statements),
            *({change.path: Lines.of([change.line])} for change in branches),
        ]
    )


def _make_unmoved_transition(before: coverage.Report, after: coverage.Report) -> view.Transition:
    """Return the transition between two reports without source: a file counts if its statements are the same."""
    both = before.files.keys() & after.files.keys()
    same = {path for path in both if function_pairs.is_unchanged(before.files[path], after.files[path])}
    sides = (attrs.evolve(side, files={path: side.files[path] for path in sorted(same)}) for side in (before, after))
    older, newer = (view.BuildView(report=side) for side in sides)
    return view.Transition(before=older, after=newer)


def _list_warnings(side: ReportSide) -> tuple[coverage.Problem, ...]:
    return side.report.problems + side.report.mismatches


def _warn_ambiguous(ambiguous: line_changes.AmbiguousFile) -> coverage.Problem:
    return coverage.Problem(
        where=ambiguous.path,
        what=f"its code changed, so that without the source single lines cannot be told apart: "
        f"{ambiguous.before:,} missing before, {ambiguous.after:,} now",
    )


def _make_tasks(report: coverage.Report) -> list[Task]:
    limits = policy.Policy()
    found: dict[str, Task] = {}
    for path, file in sorted(report.files.items()):
        if file.missing:
            key = make_key("", path, regions.MODULE_BODY, taken=found)
            found[key] = Task(
                key=key,
                path=path,
                regions=(regions.MODULE_BODY,),
                lines=file.missing,
                kind=choose_kind(file.missing, limits),
            )
    return sorted(found.values(), key=lambda task: (-len(task.lines), task.path))


def _make_title(task: Task) -> str:
    number = len(task.lines)
    suffix = f": {display.format_count(number, 'statement')} {'has' if number == 1 else 'have'} no test"
    return cells.shorten_name(task.path, LONGEST_TITLE - len(suffix)) + suffix
