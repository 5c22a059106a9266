"""`covbot why`: the story of a gap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from covbot.cli import session
from covbot.cli.output import printing
from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.lines import Lines
    from covbot.core.tasks.gap import Gap
    from covbot.pipeline.queries import ModuleStory, TaskStory


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
            printing.print_lines(_describe_module(project.name, queries.find_story(project, path, line), line))


def _describe_module(project: str, story: ModuleStory, line: int | None) -> Iterator[str]:
    from covbot.core import lines
    from covbot.reports import cells

    file = story.file
    yield f"{project}: {cells.shorten_name(story.path)}, as of build {story.build}"
    if file is None:
        yield f"  build {story.build} does not measure it: its lines are neither covered nor missing"
    else:
        missing = lines.format_ranges(file.missing) or "none"
        yield f"  {display.format_count(len(file.statements), 'statement')}, {len(file.missing):,} missing: {missing}"
        if line is not None:
            yield f"  line {line}: {_describe_line(line, file.statements, file.missing)}"
        if story.flaky:
            yield f"  flaky, so never filed and never closing: {lines.format_ranges(story.flaky)}"
    if story.caveat:
        yield f"  {story.caveat}"
    yield from (_describe_gap(gap) for gap in story.gaps)
    if file is not None and file.missing - story.flaky and not story.gaps:
        yield "  not a gap yet: a second trusted build must agree"
    for task in story.tasks:
        yield from _describe_task(task)


def _describe_line(line: int, statements: Lines, missing: Lines) -> str:
    if line not in statements:
        return "no statement"
    return "missing: no test ran it" if line in missing else "covered"


def _describe_gap(gap: Gap) -> str:
    what = f"{gap.region}: a gap" if gap.region else "a gap"
    if gap.until is not None:
        return f"  {what} from build {gap.since} on, closed by build {gap.until}"
    return f"  {what} from build {gap.since} on" + (", changed by the newest build alone" if gap.unconfirmed else "")


def _describe_task(story: TaskStory) -> Iterator[str]:
    from covbot.cli.output import receipts

    task = story.entry.task
    yield f"  task {task.key} ({task.kind.value}), {len(task.lines)} missing"
    if record := story.entry.record:
        yield f"    bug {record.bug}, filed {record.filed_at:%Y-%m-%d}, generation {record.generation}"
    if story.skipped:
        yield f"    left alone: {story.skipped.why}"
    for receipt in story.receipts:
        yield f"    {receipts.describe_receipt(receipt)}"
