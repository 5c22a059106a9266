"""`covbot report`: the one-off report of files, or of a stored build."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from covbot import errors
from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from covbot.core.comparison.view import BuildView
    from covbot.reports.oneoff import OneOffReport, ReportSide


@click.command(name="report")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--against", multiple=True, metavar="FILE", help="Compare with this earlier report (may be repeated).")
@click.option("--repo", metavar="DIR", help="The checkout that holds the source: lines are compared, not modules.")
@click.option("--revision", metavar="R", help="The revision that the report is of (with --repo: HEAD if not given).")
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
    repo: str | None,
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
      covbot report coverage.xml --repo . --against old.xml --against-revision HEAD~20
      covbot report .coverage --repo . --revision HEAD
      covbot report unit.xml functional.xml --format json -o report.json
      covbot report --project nova --build 34
    """
    from covbot.reports import oneoff, rendering

    if files and (project or build):
        raise click.UsageError("either FILEs, or a stored build by --project and --build")
    if against and repo and not against_revision:
        raise click.UsageError("with --repo, --against needs --against-revision")
    after = _read(files, revision) if files else _load(context, project, build)
    before = _read(against, against_revision) if against else None
    with _opened(output) as stream:
        made = _compare(repo, after, before) if repo else oneoff.make_report(_whole(after), before and _whole(before))
        rendering.render_report(made, rendering.Format(chosen), stream)


def _compare(repo: str, after: ReportSide, before: ReportSide | None) -> OneOffReport:
    """The report by paths in a repository, compared line by line."""
    from covbot.core.comparison.view import Transition
    from covbot.reports import oneoff
    from covbot.repository import git, views

    def place(side: ReportSide) -> tuple[ReportSide, BuildView, str]:
        commit = repository.resolve(side.revision or "HEAD")
        view = views.place_report(side.report, repository, commit)
        return attrs.evolve(side, report=view.report, revision=side.revision or commit), view, commit

    with git.open_checkout(Path(repo)) as repository:
        newer, view, commit = place(after)
        if before is None:
            return oneoff.make_report(newer)
        older, earlier, base = place(before)
        wanted = older.report.files.keys() | newer.report.files.keys()
        linemap = repository.line_map(base, commit, wanted)
        return oneoff.make_report(newer, older, Transition(before=earlier, after=view, linemap=linemap))


def _read(files: Sequence[str], revision: str | None) -> ReportSide:
    """The union of some coverage files."""
    from covbot.core import coverage
    from covbot.formats import reading
    from covbot.reports import oneoff

    report = coverage.merge_reports(reading.read_file(Path(file)) for file in files)
    return oneoff.ReportSide(files=tuple(files), report=report, revision=revision)


def _whole(side: ReportSide) -> ReportSide:
    """The same report, if it tells its statements by itself."""
    if side.report.traces:
        name, count = " ".join(side.files), display.format_count(len(side.report.traces), "file")
        message = f"{name}: coverage.py's data tells which lines of {count} ran, and not which there are: "
        raise errors.CannotReadReport(f"{message}name the checkout of that source by --repo (and its --revision)")
    return side


def _load(context: click.Context, project: str | None, build: int | None) -> ReportSide:
    """A stored build, the newest if none is named."""
    from covbot.cli import session
    from covbot.reports import oneoff

    with session.open_session(context, [project] if project else [], create=False) as opened:
        name = opened.one().name
        rows = [row for row in opened.store.snapshots.rows(name) if build in {None, row.build.number}]
        if not rows:
            message = f"no build {build or ''} of {name} is stored (covbot builds lists those that are)"
            raise errors.UnknownName(message)
        row = max(rows, key=lambda row: (row.build.number, row.build.started_at))
        report, ledger = opened.store.snapshots.report(row.id), opened.store.ledgers.load(name)
        lately = {path: lines for path in ledger.flips if (lines := ledger.flaky(path))}
    flaky = lately if ledger.as_of == row.id else None
    return oneoff.ReportSide(files=(), report=report, revision=row.build.revision, build=row.build, flaky=flaky)


@contextlib.contextmanager
def _opened(output: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears whole or not at all; what is no file (a pipe, a device) is written to."""
    if output is None:
        yield sys.stdout
        return
    target = Path(output).resolve()
    whole = target.is_file() or not target.exists()
    part = target.with_name(target.name + ".part") if whole else target
    try:
        with part.open("w", encoding="utf-8") as stream:
            yield stream
        if whole:
            part.replace(target)
    except OSError as error:
        message = f"cannot write {output}: {error.strerror}"
        raise errors.CannotWrite(message) from error
    finally:
        if whole:
            part.unlink(missing_ok=True)
