"""`covbot verify`: a volunteer's own run against the lines of a bug."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from covbot import errors
from covbot.cli import error_lines, session
from covbot.cli.output import printing
from covbot.core import display

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from covbot.core.advice.explanations import Explanation
    from covbot.core.lines import Lines
    from covbot.core.verification.run_check import Verification
    from covbot.pipeline.project import Project
    from covbot.pipeline.verification import BugLines

_BUG_OR_KEY = re.compile(r"[0-9]+|[0-9a-f]{8,16}")
"""The number of a bug or the key of a task, which is never used as the name of a file."""


@click.command(name="verify")
@click.argument("bug", metavar="BUG|KEY|FILE")
@click.option("--data", metavar="FILE", help="The coverage of your run: .coverage (the default), JSON, LCOV or XML.")
@click.option("--repo", type=click.Path(exists=True, file_okay=False), metavar="DIR", help="The checkout you ran in.")
@session.project_option
@click.pass_context
def command(context: click.Context, *, bug: str, data: str | None, repo: str | None, names: tuple[str, ...]) -> int:
    """Say which lines of a bug your own run does not run yet; the exit code is 0 when all of them run.

    Only the coverage of the run is looked at: its tests must pass as well. Where the code of the bug was rewritten, the
    new code must run.

    A FILE with nothing but the bug's pasted text is enough: neither settings nor a network are needed then. Unless
    --repo names another, the checkout is the one around the current directory.

    \b
    Examples:
      coverage run -m pytest tests && covbot verify 1234567
      covbot verify 3f9a1c20 --data coverage.xml --repo .
      covbot verify bug.txt
    """
    from covbot.pipeline import verification
    from covbot.repository import worktree

    tree = worktree.find_worktree(Path(repo or "."))
    run = _find_data(data, tree)
    if _is_bug_file(bug):
        bug_lines = verification.read_bug_file(Path(bug), tree)
        verified = verification.verify_run(bug_lines, run, tree)
    else:
        _check_settings(Path(context.obj["settings"]))
        with session.open_session(context, names, use=session.Use.READING) as opened:
            project, bug_lines = _find_bug(opened.projects, bug)
            verified = verification.verify_run(bug_lines, run, tree, limit=project.limit)
    printing.print_lines(_describe_verification(bug_lines, verified))
    if verified.done and not bug_lines.unnamed:
        return errors.Exit.DONE
    error_lines.print_line("the bug is not done by this run: standard output says what is left")
    return errors.Exit.COULD_NOT


def _check_settings(settings: Path) -> None:
    if not settings.exists():
        message = f"{settings}: not there, which a number or key needs (a file with the bug's pasted text needs none)"
        raise errors.CannotReadSettings(message)


def _find_data(data: str | None, tree: Path) -> Path:
    """Return the file that was named, or the data of a run in the current directory or at the top of the checkout.

    Raise CannotReadReport if there is none.
    """
    if data is not None:
        return Path(data)
    places = (Path(".coverage"), tree / ".coverage")
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise errors.CannotReadReport("no .coverage here: run the tests by `coverage run`, or name a report by --data")
    return found


def _is_bug_file(bug: str) -> bool:
    try:
        return not _BUG_OR_KEY.fullmatch(bug) and Path(bug).is_file()
    except (OSError, ValueError):
        return False


def _find_bug(projects: tuple[Project, ...], bug: str) -> tuple[Project, BugLines]:
    from covbot.pipeline import verification
    from covbot.reports import cells

    for project in projects:
        bug_lines = verification.find_bug_lines(project, bug)
        if bug_lines:
            return project, bug_lines
    message = (
        f"no task with bug or key {cells.shorten_name(bug)}, and no file of that name (covbot tasks lists the tasks)"
    )
    raise errors.UnknownName(message)


def _describe_verification(bug_lines: BugLines, verified: Verification) -> Iterator[str]:
    from covbot.core import lines
    from covbot.reports import cells

    path, count = cells.shorten_name(bug_lines.path), len(verified.wanted)
    if bug_lines.note:
        yield cells.shorten_name(bug_lines.note)
    if bug_lines.unnamed:
        unnamed = f"{display.format_count(bug_lines.unnamed, 'statement')} of the bug without a line number in its text"
        yield f"not told: {unnamed}, so that they are not looked at (ask by its number or key)"
    if verified.gone:
        yield f"no more in {path}: {display.format_count(verified.gone, 'line')} of the bug"
    if bug_lines.listed_lines and verified.wanted and bug_lines.listed_lines != verified.wanted:
        here, listed = cells.format_lines(verified.wanted), cells.format_lines(bug_lines.listed_lines)
        yield f"looked at: {here} of {path} ({listed} in the bug's text, which is of another state of the file)"
    if verified.done:
        yield _describe_end(path, count)
        yield "the tests must pass as well: only the coverage of the run was looked at"
    if verified.missing or verified.unmeasured:
        failing = len(verified.missing) + len(verified.unmeasured)
        yield f"not yet: {failing} of {display.format_count(count, 'line')} in {path}"
        yield from _describe_lines(verified.explanations, verified.missing)
    if verified.unmeasured:
        yield f"  {lines.format_ranges(verified.unmeasured)}: no statement of this run (--repo says where it measured)"
    if verified.rewritten:
        changed = display.format_count(len(verified.rewritten), "new statement")
        yield f"cannot tell: the bug's code was changed, and this run does not run {changed} where it was in {path}"
        yield from _describe_lines(verified.explanations_of_rewritten, verified.rewritten)


def _describe_end(path: str, count: int) -> str:
    if not count:
        return f"done: nothing of the bug is missing in {path} any more"
    sentence = "the line that is asked for runs" if count == 1 else f"all {count:,} lines that are asked for run"
    return f"done: {sentence} in {path}"


def _describe_lines(explanations: Iterable[Explanation], failing: Lines) -> Iterator[str]:
    """Yield the reason why each of these lines does not run, as far as one is known."""
    from covbot.core import lines
    from covbot.reports import cells

    explained = [(one.lines, one.sentence) for one in explanations] or [(failing, "")] * bool(failing)
    for numbers, sentence in explained:
        yield cells.shorten_name(f"  {lines.format_ranges(numbers)}: {sentence or 'does not run'}")
