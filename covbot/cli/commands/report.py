"""`covbot report`: the one-off report of files, or of a stored build."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from covbot import errors
from covbot.cli import session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TextIO


_NO_TEXT = frozenset({".htm", ".html", ".svg", ".csv", ".json", ".xml"})
"""Endings of files that hold something else than text for a terminal."""


@click.command(name="report")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--against", multiple=True, metavar="FILE", help="Compare with this earlier report (may be repeated).")
@click.option("--against-build", type=int, metavar="N", help="Compare with this stored build.")
@click.option("--repo", metavar="DIR", help="The checkout that holds the source: lines are compared, not modules.")
@click.option("--revision", metavar="R", help="The revision that the report is of (with --repo: HEAD if not given).")
@click.option("--against-revision", metavar="R", help="The revision that the earlier report is of.")
@click.option("--prefix", metavar="P", help="The folder of --repo in which the report's filenames lie, such as src.")
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
    against_build: int | None,
    repo: str | None,
    revision: str | None,
    against_revision: str | None,
    prefix: str | None,
    project: str | None,
    build: int | None,
    chosen: str,
    output: str | None,
) -> None:
    """Say what the coverage FILEs of one build say together (no settings needed), or what a stored build says.

    \b
    Examples:
      covbot report coverage.xml --against yesterday/coverage.xml
      covbot report coverage.xml --repo . --against old.xml --against-revision HEAD~20
      covbot report .coverage --repo . --prefix src/pkg
      covbot report unit.xml functional.xml --format json -o report.json
      covbot report --build 34 --against-build 30
    """
    from covbot.reports import rendering, sides, stored_builds

    if misuse := _find_misuse(context.params):
        raise click.UsageError(misuse)
    newer = sides.read_files(files, revision) if files else None
    older = sides.read_files(against, against_revision) if against else None
    if newer is not None and against_build is None:
        made = sides.compare(newer, older, repo, prefix or "")
    else:
        wanted = newer or build, older or against_build
        with session.open_session(context, [project] if project else [], use=session.Use.READING) as opened:
            made = stored_builds.make_report(opened.require_one_project(), *wanted, repo=repo, prefix=prefix or "")
    with _open_output(output) as stream:
        rendering.render_report(made, rendering.Format(chosen), stream)


def _find_misuse(given: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the options together, None if nothing is."""
    files, against_build = given["files"], given["against_build"]
    rules = {
        "either FILEs, or a stored build by --project and --build": files
        and (given["build"] or (given["project"] and against_build is None)),
        "either --against or --against-build": given["against"] and against_build is not None,
        "stored builds are compared along the repository of their project, without --repo": given["repo"]
        and against_build is not None,
        "with --repo, --against needs --against-revision": given["against"]
        and given["repo"]
        and not given["against_revision"],
        f"{given['output']} would get text for a terminal: --format json writes JSON": given["chosen"] == "terminal"
        and Path(given["output"] or "").suffix.lower() in _NO_TEXT,
        "--prefix needs --repo, the checkout that it is a folder of": given["prefix"] and not given["repo"],
    }
    return next((rule for rule, broken in rules.items() if broken), None)


@contextlib.contextmanager
def _open_output(output: str | None) -> Iterator[TextIO]:
    """Open standard output, or a file that is written completely or not at all; a pipe or a device is written directly.

    Raise CannotWrite if that fails.
    """
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
