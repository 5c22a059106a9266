"""`covbot report`: the one-off report of files, or of a stored build."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from covbot import errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from covbot.reports.oneoff import Side


@click.command(name="report")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--against", multiple=True, metavar="FILE", help="Compare with this earlier report (may be repeated).")
@click.option("--revision", metavar="R", help="The revision that the report is of.")
@click.option("--against-revision", metavar="R", help="The revision that the earlier report is of.")
@click.option("--project", "-p", metavar="NAME", help="The project of a stored build.")
@click.option("--build", type=int, metavar="N", help="A stored build instead of files (default: the newest).")
@click.option(
    "--format",
    "chosen",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="Its form.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False), metavar="PATH", help="Write to this file.")
@click.pass_context
def command(  # noqa: PLR0913 -- each option of the contract is an argument
    context: click.Context,
    /,
    *,
    files: tuple[str, ...],
    against: tuple[str, ...],
    revision: str | None,
    against_revision: str | None,
    project: str | None,
    build: int | None,
    chosen: str,
    output: str | None,
) -> None:
    """Say what the coverage FILEs of one build say together (no settings needed), or what a stored build says.

    \b
    Examples:
      covbot report coverage.xml
      covbot report coverage.xml --against yesterday/coverage.xml
      covbot report unit.xml functional.xml --format json -o report.json
      covbot report --project nova --build 34
    """
    from covbot.reports import oneoff, rendering

    if files and (project or build):
        message = "either FILEs, or a stored build by --project and --build"
        raise click.UsageError(message)
    after = _read(files, revision) if files else _load(context, project, build)
    before = _read(against, against_revision) if against else None
    with _opened(output) as stream:
        rendering.render(oneoff.build(after, before), rendering.Format(chosen), stream)


def _read(files: Sequence[str], revision: str | None) -> Side:
    """The union of some coverage files."""
    from covbot.core import coverage
    from covbot.formats import reading
    from covbot.reports import oneoff

    report = coverage.merge(reading.read_file(Path(file)) for file in files)
    return oneoff.Side(files=tuple(files), report=report, revision=revision)


def _load(context: click.Context, project: str | None, build: int | None) -> Side:
    """A stored build, the newest if none is named."""
    from covbot.cli import session
    from covbot.reports import oneoff

    with session.opened(context, [project] if project else [], create=False) as opened:
        name = opened.one().name
        rows = [row for row in opened.store.snapshots.rows(name) if build in {None, row.build.number}]
        if not rows:
            message = f"no build {build or ''} of {name} is stored (covbot builds lists those that are)"
            raise errors.UnknownName(message)
        row = max(rows, key=lambda row: (row.build.number, row.build.started_at))
        report = opened.store.snapshots.report(row.id)
    return oneoff.Side(files=(), report=report, revision=row.build.revision, build=row.build)


@contextlib.contextmanager
def _opened(output: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears whole or not at all."""
    if output is None:
        yield sys.stdout
        return
    target = Path(output)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            yield stream
        part.replace(target)
    except OSError as error:
        message = f"cannot write {output}: {error.strerror}"
        raise errors.CannotWrite(message) from error
    finally:
        part.unlink(missing_ok=True)
