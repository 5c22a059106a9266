"""`covbot why`: the story of a gap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from covbot import errors
from covbot.cli import session
from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.lines import Lines
    from covbot.core.tasks.gap import Gap
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.project import Project


@click.command(name="why")
@click.argument("place", metavar="PATH[:LINE]")
@session.project_option
@click.pass_context
def command(context: click.Context, *, place: str, names: tuple[str, ...]) -> None:
    """Tell the story of a gap: when it was first seen, its task and bug, or the reason that there is none.

    \b
    Examples:
      covbot why nova/api/openstack/common.py
      covbot why nova/api/openstack/common.py:57
    """
    found = re.fullmatch(r"(.*?)(?::([1-9][0-9]{0,9}))?", place, re.DOTALL)
    path, line = (found[1], int(found[2]) if found[2] else None) if found else (place, None)
    with session.open_session(context, names, create=False) as opened:
        knowing = [project for project in opened.projects if _knows(project, path)]
        for project in knowing or opened.projects:
            for told in _tell(project, path, line):
                click.echo(told)


def _knows(project: Project, path: str) -> bool:
    """Whether a trusted build of the project measured the path."""
    ledger = project.store.ledgers.load(project.name)
    measured = ledger.as_of is not None and project.store.snapshots.file(ledger.as_of, path) is not None
    return measured or any(where == path for where, _ in ledger.gaps)


def _tell(project: Project, path: str, line: int | None) -> Iterator[str]:
    """The story in lines; UnknownName if no trusted build measured the path."""
    from covbot.core import lines
    from covbot.reports import cells

    ledger = project.store.ledgers.load(project.name)
    newest = project.store.snapshots.row(ledger.as_of) if ledger.as_of else None
    file = project.store.snapshots.file(newest.id, path) if newest else None
    gaps = [gap for (where, _), gap in sorted(ledger.gaps.items()) if where == path]
    if newest is None or (file is None and not gaps):
        message = (
            f"{cells.shorten_name(path)} is in no trusted build of {project.name} (covbot builds lists the builds)"
        )
        raise errors.UnknownName(message)
    yield f"{project.name}: {cells.shorten_name(path)}, as of build {newest.build.number}"
    if file is None:
        yield f"  build {newest.build.number} does not measure it: its lines are neither covered nor missing"
    else:
        missing = lines.format_ranges(file.missing) or "none"
        yield f"  {display.format_count(len(file.statements), 'statement')}, {len(file.missing):,} missing: {missing}"
        if line is not None:
            yield f"  line {line}: {_state(line, file.statements, file.missing)}"
        flaky = ledger.flaky(path)
        if flaky:
            yield f"  flaky, so never filed and never closing: {lines.format_ranges(flaky)}"
    yield from (_tell_gap(gap) for gap in gaps)
    if file is not None and file.missing and not gaps:
        yield "  not a gap yet: a second trusted build must agree"
    for entry in ledger.entries.values():
        if entry.task.path == path and (line is None or line in entry.task.lines):
            yield from _tell_task(project, entry)


def _state(line: int, statements: Lines, missing: Lines) -> str:
    if line not in statements:
        return "no statement"
    return "missing: no test ran it" if line in missing else "covered"


def _tell_gap(gap: Gap) -> str:
    what = f"{gap.region}: a gap" if gap.region else "a gap"
    if gap.until is not None:
        return f"  {what} from build {gap.since} on, closed by build {gap.until}"
    return f"  {what} from build {gap.since} on" + (", changed by the newest build alone" if gap.unconfirmed else "")


def _tell_task(project: Project, entry: Entry) -> Iterator[str]:
    from covbot.cli.output import receipts

    task = entry.task
    yield f"  task {task.key} ({task.kind.value}), {len(task.lines)} missing"
    if record := entry.record:
        yield f"    bug {record.bug}, filed {record.filed_at:%Y-%m-%d}, generation {record.generation}"
    left = project.store.outbox.skipped(project.name).get(task.key)
    if left:
        yield f"    left alone: {left.why}"
    for receipt in reversed(project.store.outbox.receipts(project.name, key=task.key)):
        yield f"    {receipts.describe_receipt(receipt)}"
