"""`covbot why`: the story of a gap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from covbot.cli import session
from covbot.cli.output import printing
from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.builds.build import Build
    from covbot.core.lines import Lines
    from covbot.core.tasks.gap import Gap
    from covbot.pipeline.project import Project
    from covbot.pipeline.queries import ModuleStory, TaskStory

MOST_RECEIPTS = 2
"""The most writes to the bug of a line that are shown."""


@click.command(name="why")
@click.argument("place", metavar="PATH[:LINE]")
@session.project_option
@click.pass_context
def command(context: click.Context, *, place: str, names: tuple[str, ...]) -> None:
    """Show the history of a gap: when it was first seen, its task and bug, or the reason that there is none.

    \b
    Examples:
      covbot why nova/api/openstack/common.py
      covbot why nova/api/openstack/common.py:57
    """
    found = re.fullmatch(r"(.*?)(?::([1-9][0-9]{0,9}))?", place, re.DOTALL)
    path, line = (found[1], int(found[2]) if found[2] else None) if found else (place, None)
    from covbot.pipeline import queries

    with session.open_session(context, names, use=session.Use.READING) as opened:
        measuring = [project for project in opened.projects if queries.is_known(project, path)]
        for project in measuring or opened.projects:
            story = queries.find_story(project, path, line)
            if line is None:
                printing.print_lines(_describe_module(project.name, story))
            else:
                printing.print_lines(_describe_line(project, story, line))


def _describe_line(project: Project, story: ModuleStory, line: int) -> Iterator[str]:
    """Yield what is known of one line, in ten lines at most but for its tasks."""
    from covbot.pipeline import line_history
    from covbot.reports import cells

    yield f"{project.name}: {cells.shorten_name(story.path)}:{line}, as of build {story.build}"
    if story.file is None:
        yield f"  build {story.build} does not measure it: it is neither covered nor missing"
    else:
        yield f"  line {line}: {_name_state(line, story.file.statements, story.file.missing)}"
        yield from _describe_builds(line_history.find_missing_builds(project, story.path, line))
    if line in story.flaky:
        yield "  flaky, so never filed and never closing: it ran in one build and not in the next"
    if story.caveat:
        yield f"  {story.caveat}"
    yield from (_describe_gap(gap) for gap in story.gaps if line in gap.lines)
    for task in story.tasks:
        yield from _describe_task(task, MOST_RECEIPTS)


def _describe_builds(missing: Sequence[Build]) -> Iterator[str]:
    """Yield since when a line is missing: `missing` are the builds in a row in which it never ran, newest first."""
    if not missing:
        return
    first = missing[-1].number
    if len(missing) == 1:
        yield f"  missing in build {first} alone: it waits for a second trusted build that agrees"
    else:
        yield f"  missing since build {first}; build {missing[-2].number} agreed"


def _describe_module(project: str, story: ModuleStory) -> Iterator[str]:
    from covbot.core import lines
    from covbot.reports import cells

    file = story.file
    yield f"{project}: {cells.shorten_name(story.path)}, as of build {story.build}"
    if file is None:
        yield f"  build {story.build} does not measure it: its lines are neither covered nor missing"
    else:
        missing = lines.format_ranges(file.missing) or "none"
        yield f"  {display.format_count(len(file.statements), 'statement')}, {len(file.missing):,} missing: {missing}"
        if story.flaky:
            yield f"  flaky, so never filed and never closing: {lines.format_ranges(story.flaky)}"
    if story.caveat:
        yield f"  {story.caveat}"
    yield from (_describe_gap(gap) for gap in story.gaps)
    if file is not None and file.missing - story.flaky and not story.gaps:
        yield "  not a gap yet: a second trusted build must agree"
    for task in story.tasks:
        yield from _describe_task(task)


def _name_state(line: int, statements: Lines, missing: Lines) -> str:
    if line not in statements:
        return "no statement"
    return "missing: no test ran it" if line in missing else "covered"


def _describe_gap(gap: Gap) -> str:
    what = f"{gap.region}: a gap" if gap.region else "a gap"
    if gap.until is not None:
        return f"  {what} from build {gap.since} on, closed by build {gap.until}"
    return f"  {what} from build {gap.since} on" + (", changed by the newest build alone" if gap.unconfirmed else "")


def _describe_task(story: TaskStory, most_receipts: int | None = None) -> Iterator[str]:
    from covbot.cli.output import receipts

    task = story.entry.task
    yield f"  task {task.key} ({task.kind.value}), {len(task.lines)} missing"
    if record := story.entry.record:
        yield f"    bug {record.bug}, filed {record.filed_at:%Y-%m-%d}, generation {record.generation}"
    if story.skipped:
        yield f"    left alone: {story.skipped.why}"
    shown = story.receipts if most_receipts is None else story.receipts[-most_receipts:]
    if len(shown) < len(story.receipts):
        yield f"    {display.format_count(len(story.receipts) - len(shown), 'earlier write')} (covbot bugs --log)"
    for receipt in shown:
        yield f"    {receipts.describe_receipt(receipt)}"
