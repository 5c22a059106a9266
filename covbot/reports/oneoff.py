"""The one-off report as a value: `OneOff` holds all that any format of it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core import coverage, display, policy
from covbot.core.comparison import branch_changes, function_pairs, line_changes, view
from covbot.core.source import regions
from covbot.core.tasks.task import Task, choose_kind, make_key
from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.builds.build import Build
    from covbot.core.lines import Lines

LONGEST_TITLE = 200


@frozen(kw_only=True)
class Side:
    """The union of one build's reports: the files that they were read from, its build and revision if known.

    Of a stored build, the newest one taken, the `flaky` lines are known by path; None where nothing is known of any.
    """

    files: tuple[str, ...]
    report: coverage.Report
    revision: str | None = None
    build: Build | None = None
    flaky: Mapping[str, Lines] | None = None


@frozen(kw_only=True)
class Titled:
    """A task with its title in one line of plain text."""

    task: Task
    title: str


@frozen(kw_only=True)
class OneOff:
    """Everything that a one-off report says; `before`, `delta` and `ways` are None when it was compared with nothing.

    `cautions` are those with which its files were read: problems, and sums that do not hold.
    """

    after: Side
    before: Side | None
    delta: line_changes.Delta | None
    ways: branch_changes.BranchDelta | None
    tasks: tuple[Titled, ...]
    cautions: tuple[coverage.Problem, ...]

    @property
    def problems(self) -> tuple[coverage.Problem, ...]:
        """The cautions, and the files of which the delta cannot be told line by line."""
        return (*self.cautions, *(_blur(ambiguous) for ambiguous in (self.delta.ambiguous if self.delta else ())))


def make_report(after: Side, before: Side | None = None, transition: view.Transition | None = None) -> OneOff:
    """The one-off report of `after`, compared with `before` if that is given; tasks by most missing statements first.

    A `crossing` is the way from one to the other through their source: with it, they are compared line by line.
    """
    delta = taken = None
    if before:
        delta = (
            line_changes.compare_with_source(transition)
            if transition
            else line_changes.compare(before.report, after.report)
        )
        taken = branch_changes.compare_with_source(transition or _stand_still(before.report, after.report))
    return OneOff(
        after=after,
        before=before,
        delta=delta,
        ways=taken,
        tasks=tuple(Titled(task=task, title=_title(task)) for task in _group(after.report)),
        cautions=tuple(sorted({*_cautions(after), *(_cautions(before) if before else ())})),
    )


def _stand_still(before: coverage.Report, after: coverage.Report) -> view.Transition:
    """The way between two reports without their source: a file counts if its statements are the same."""
    both = before.files.keys() & after.files.keys()
    same = {path for path in both if function_pairs.is_unchanged(before.files[path], after.files[path])}
    sides = (attrs.evolve(side, files={path: side.files[path] for path in sorted(same)}) for side in (before, after))
    older, newer = (view.BuildView(report=side) for side in sides)
    return view.Transition(before=older, after=newer)


def _cautions(side: Side) -> tuple[coverage.Problem, ...]:
    return side.report.problems + side.report.mismatches


def _blur(ambiguous: line_changes.AmbiguousFile) -> coverage.Problem:
    return coverage.Problem(
        where=ambiguous.path,
        what=f"its code changed, so that without the source single lines cannot be told apart: "
        f"{ambiguous.before:,} missing before, {ambiguous.after:,} now",
    )


def _group(report: coverage.Report) -> list[Task]:
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


def _title(task: Task) -> str:
    number = len(task.lines)
    said = f": {display.format_count(number, 'statement')} {'has' if number == 1 else 'have'} no test"
    return cells.shorten_name(task.path, LONGEST_TITLE - len(said)) + said
