"""The one-off report for a terminal or a pipe: 80 columns, the most important first, bounded lists with counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from covbot.core import display
from covbot.reports import cells, changes, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from covbot.core import coverage
    from covbot.core.lines import Lines
    from covbot.reports import oneoff

PIPE_COLUMNS = 80
NARROWEST_TERMINAL = 40
MOST_FILES = 3


def write_terminal(report: oneoff.OneOffReport, stream: TextIO) -> None:
    """Write the report, in colour on a terminal without `NO_COLOR`; what the stream cannot encode is escaped."""
    terminal = stream.isatty()
    console = Console(file=stream, force_terminal=terminal, width=None if terminal else PIPE_COLUMNS, highlight=False)
    console.width = max(console.width, NARROWEST_TERMINAL)
    with console.capture() as captured:
        for part in _render_parts(report):
            console.print(part)
    text = "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
    stream.write(text.encode(console.encoding, "backslashreplace").decode(console.encoding))


def _render_parts(report: oneoff.OneOffReport) -> Iterator[RenderableType]:
    yield Text(_name_side(report.after))
    yield from _summarize_coverage(report.after.report)
    if report.warnings:
        yield Text(
            f"Read with {display.format_count(len(report.warnings), 'caution')}, named at the end.", style="yellow"
        )
    if report.before and report.delta is not None and report.branches is not None:
        yield from changes.describe_changes(report.delta, report.branches, _name_side(report.before))
    yield from _list_gaps(report)
    yield from tables.make_table(
        "Flaky: run in one build and not in the next, so never filed and never closing",
        ("lines", "module"),
        sorted((report.after.flaky or {}).items()),
        _format_flaky,
    )
    yield from tables.make_table(
        "Cautions",
        ("where", "what"),
        report.warnings,
        lambda warning: (cells.shorten_name(warning.where), cells.shorten_name(warning.what)),
    )


def _name_side(side: oneoff.ReportSide) -> str:
    parts = [cells.shorten_name(name) for name in side.files[:MOST_FILES]]
    if len(side.files) > MOST_FILES:
        parts.append(display.format_count(len(side.files) - MOST_FILES, "more file"))
    if side.build:
        parts.append(f"build {side.build.number} of {cells.shorten_name(side.build.job)}")
    if side.revision:
        parts.append(f"revision {cells.shorten_name(side.revision)}")
    return f"{', '.join(parts)} (written by {cells.shorten_name(side.report.writer)})"


def _summarize_coverage(report: coverage.Report) -> Iterator[RenderableType]:
    numbers = report.numbers
    if not numbers.statements:
        files = display.format_count(len(report.files), "file")
        what = f"{files} without a statement" if report.files else "the report holds no file"
        yield Text(f"Nothing to cover: {what}.", style="bold")
        return
    gaps = sum(1 for file in report.files.values() if file.missing)
    idle_files = [len(file.missing) for file in report.files.values() if file.missing and not file.numbers.covered]
    files = display.format_count(len(report.files), "file")
    missing = f"{numbers.missing:,} missing, in {gaps:,} of {files}" if gaps else f"none missing in {files}"
    yield Text(
        f"{numbers.share} of {display.format_count(numbers.statements, 'statement')} ran: {missing}.", style="bold"
    )
    if idle_files:
        statements = display.format_count(sum(idle_files), "statement")
        yield Text(f"Nothing at all ran in {display.format_count(len(idle_files), 'file')}: {statements}.")
    if numbers.branches:
        partial = display.format_count(numbers.partial, "line")
        yield Text(
            f"{numbers.missing_branches:,} of {display.format_count(numbers.branches, 'branch')} never taken, "
            f"{partial} ran only in part."
        )


def _list_gaps(report: oneoff.OneOffReport) -> Iterator[RenderableType]:
    def format_gap(titled: oneoff.TitledTask) -> tuple[str, str, str, str]:
        task = titled.task
        numbers = report.after.report.files[task.path].numbers
        name = f"{cells.shorten_name(task.path)}\n{cells.format_lines(task.lines)}"
        return f"{numbers.missing:,}", f"{numbers.statements:,}", numbers.share, name

    left = sum(len(titled.task.lines) for titled in report.tasks[tables.MOST_ROWS :])
    rest = f" with {display.format_count(left, 'missing statement')}"
    yield from tables.make_table(
        "Biggest gaps", ("missing", "of", "ran", "module"), report.tasks, format_gap, rest=rest
    )


def _format_flaky(flaky: tuple[str, Lines]) -> tuple[str, str]:
    path, lines = flaky
    return f"{len(lines):,}", f"{cells.shorten_name(path)}\n{cells.format_lines(lines)}"
