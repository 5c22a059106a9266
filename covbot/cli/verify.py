"""`covbot verify`: a volunteer's own run against the lines of a bug."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from covbot import errors
from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.tasks import Entry
    from covbot.core.verifying import Verified
    from covbot.pipeline.project import Project


@click.command(name="verify")
@click.argument("bug", metavar="BUG|KEY")
@click.option("--data", required=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE", help="Coverage.")
@click.option("--repo", type=click.Path(exists=True, file_okay=False), metavar="DIR", help="The checkout you ran in.")
@session.project_option
@click.pass_context
def command(context: click.Context, *, bug: str, data: str, repo: str | None, names: tuple[str, ...]) -> int:
    """Say which lines of a bug your own run does not run yet; the exit code is 0 when all of them run.

    \b
    Examples:
      coverage xml && covbot verify 1234567 --data coverage.xml
      covbot verify 3f9a1c20 --data coverage.xml --repo .
    """
    from covbot.pipeline import verifying

    with session.opened(context, names, create=False) as opened:
        project, entry = _find(opened.projects, bug)
        verified = verifying.verify(project, entry, Path(data), Path(repo) if repo else None)
    for line in _tell(entry, verified):
        click.echo(line)
    return errors.Exit.DONE if verified.done else errors.Exit.COULD_NOT


def _find(projects: tuple[Project, ...], bug: str) -> tuple[Project, Entry]:
    from covbot.pipeline import verifying
    from covbot.reports import plain

    for project in projects:
        entry = verifying.find(project, bug)
        if entry:
            return project, entry
    message = f"no task with bug or key {plain.shorten(bug)} (covbot tasks lists them)"
    raise errors.UnknownName(message)


def _tell(entry: Entry, verified: Verified) -> Iterator[str]:
    from covbot.core import lines
    from covbot.reports import plain

    path, count = plain.shorten(entry.task.path), len(verified.wanted)
    if verified.gone:
        yield f"{plain.count(verified.gone, 'line')} of the bug are no more in {path}"
    if verified.done:
        yield f"done: all {plain.count(count, 'line')} that are asked for run in {path}"
        return
    failing = len(verified.missing) + len(verified.strange)
    yield f"not yet: {failing} of {plain.count(count, 'line')} in {path}"
    for stretch in verified.stretches:
        yield plain.shorten(f"  {lines.spans(stretch.lines)}: {stretch.sentence or 'does not run'}")
    if verified.missing and not verified.stretches:
        yield f"  {lines.spans(verified.missing)}: does not run"
    if verified.strange:
        yield f"  {lines.spans(verified.strange)}: no statement of this run (--repo says where it measured)"
