"""The verification of a volunteer's own run: finds the lines of a bug, by its number, key or text, in its coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from covbot import errors
from covbot.core import byte_marks, display
from covbot.core.bugs.actions import EditBug, FileBug, Outcome, Receipt
from covbot.core.lines import Lines
from covbot.core.source import parsing
from covbot.core.verification import bugtext, run_check
from covbot.formats import reading
from covbot.pipeline.builds import build_views
from covbot.repository import git, views, worktree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from covbot.core.coverage import Report
    from covbot.core.tasks.task import Entry
    from covbot.core.verification.bugtext import BugText
    from covbot.core.verification.run_check import Verification
    from covbot.pipeline.project import Project
    from covbot.repository.git import Repository

T = TypeVar("T")

LONGEST_TEXT = 2**20
"""The most bytes of a bug's text; Launchpad allows 50,000 characters."""


_TIME_STEP = 1.0
"""Seconds: the step of the times of files on some file systems."""


@frozen(kw_only=True)
class BugLines:
    """The lines that a bug asks for, numbered as in the text `before`, or if that is None as in the volunteer's file.

    `note` describes how sure these lines are. `unnamed` counts the statements of the bug that its text does not list.
    `listed_lines` are the lines as the text of the bug numbers them, none if that is unknown.
    """

    path: str
    lines: Lines
    before: str | None = None
    prefix: str = ""
    note: str = ""
    unnamed: int = 0
    listed_lines: Lines = Lines()


def find_bug_lines(project: Project, name: str) -> BugLines | None:
    """Return the lines of the bug of a number, or of the task of a key; None if the project has neither."""
    ledger = project.store.ledgers.load(project.name)
    entry = _find_entry(ledger.entries, name)
    if entry is None:
        return None
    earlier = build_views.load_view(project, ledger.as_of)
    path = entry.task.path
    return BugLines(
        path=path,
        lines=entry.task.lines,
        before=earlier.placed.view.source(path) if earlier else None,
        prefix=project.context.prefix,
        listed_lines=_find_listed_lines(project, entry.task.key),
    )


def _find_listed_lines(project: Project, key: str) -> Lines:
    """Return the lines that the text of a task's bug lists, as covbot wrote it last; none if covbot never wrote it."""
    for receipt in project.store.outbox.receipts(project.name, key=key):
        match receipt:
            case Receipt(
                action=FileBug(lines=lines) | EditBug(lines=lines),
                outcome=Outcome.DONE | Outcome.FOUND_DONE | Outcome.UNSEEN,
            ):
                return lines
            case _:
                pass
    return Lines()


def _find_entry(entries: Mapping[str, Entry], name: str) -> Entry | None:
    if name in entries:
        return entries[name]
    return next((entry for entry in entries.values() if entry.record and str(entry.record.bug) == name), None)


def read_bug_file(file: Path, tree: Path) -> BugLines:
    """Return the lines that the pasted text of a bug asks for in the checkout `tree`; nothing else is needed.

    Raise UnknownName if the file has no such text, or if its lines cannot be located in the checkout.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(LONGEST_TEXT + 1)
    except OSError as error:
        raise errors.UnknownName(f"{file}: the bug's text cannot be read: {error.strerror}") from error
    asked = bugtext.parse_bug_text(byte_marks.decode_text(content, "replace")) if len(content) <= LONGEST_TEXT else None
    if asked is None:
        message = (
            f"{file}: not the whole text of a bug of covbot (it begins: No test of ... runs ... statements of ...)"
        )
        raise errors.UnknownName(message)
    now = worktree.read_file(tree, asked.path)
    if now is None:
        path = display.shorten(asked.path)
        raise errors.UnknownName(f"{path}, of which {file} speaks, is not in {tree}: name the checkout by --repo")
    return _locate_lines(asked, tree, now)


def _locate_lines(asked: BugText, tree: Path, now: str) -> BugLines:
    unnamed = max(asked.statements - len(asked.lines), 0)
    before = _read_source_at_bug(asked, tree)
    if before is not None:
        return BugLines(path=asked.path, lines=asked.lines, before=before, unnamed=unnamed, listed_lines=asked.lines)
    reason = f"the revision of the bug is not in {tree}" if asked.revisions else "the text of the bug names no commit"
    if not asked.rows:
        note = f"{reason}: its lines are taken as they are numbered in its text"
        return BugLines(path=asked.path, lines=asked.lines, note=note, unnamed=unnamed)
    lines = bugtext.follow_excerpt(asked, now)
    if lines is None:
        path = display.shorten(asked.path)
        remedy = "fetch that revision (git fetch)" if asked.revisions else "check out the code that it was filed on"
        message = f"{reason}, and the rows that the bug shows are not in {path} as they were: {remedy}"
        raise errors.UnknownName(message)
    note = f"{reason}: its lines are found by the rows that it shows"
    return BugLines(path=asked.path, lines=lines, note=note, unnamed=unnamed, listed_lines=asked.lines)


def _read_source_at_bug(asked: BugText, tree: Path) -> str | None:
    """Return the text of the file at the revision of the bug, None if the checkout does not have that revision."""
    texts = (_read_commit(tree, revision, _make_reader(asked.path)) for revision in asked.revisions)
    return next((text for text in texts if text is not None), None)


def _make_reader(path: str) -> Callable[[Repository, str], str]:
    """Return a function that reads the text of a file in a commit."""
    return lambda repository, commit: repository.source(commit, path).text


def _read_commit(tree: Path, revision: str, read: Callable[[Repository, str], T]) -> T | None:
    """Return what `read` returns for a commit of a checkout, None if it is no checkout, or that cannot be read."""
    if not (tree / ".git").exists():
        return None
    try:
        with git.open_checkout(tree) as repository:
            return read(repository, repository.resolve(revision))
    except (errors.CannotReadRepository, errors.CannotReachRepository):
        return None


def _explain_absence(path: str, now: str | None, report: Report) -> str:
    """Return why a report that was read has nothing about a file with this text."""
    shown = display.shorten(path)
    if now is None:
        return f"has nothing of {shown}, nor has the checkout: it was renamed or deleted, and cannot be verified"
    fault = parsing.parse(now).fault
    if fault and any(problem.where == path for problem in report.problems):
        return (
            f"executed lines of {shown}, which cannot be parsed as any Python from 3.6 to 3.14 "
            f"(line {fault.line}: {fault.what}): give what `coverage xml` writes of it"
        )
    return f"says nothing of {shown}: measure it, and run the tests again"


def _is_edited_since(data: Path, tree: Path, path: str, now: str | None) -> bool:
    """Whether a file was written after the data of a run, and has another text than in the commit that is checked out.

    When a report says it was written does not count: it may be the time of another machine.
    """
    written_at = worktree.read_time(tree, path)
    if now is None or written_at is None or written_at <= data.stat().st_mtime + _TIME_STEP:
        return False
    return _read_commit(tree, "HEAD", _make_reader(path)) != now


def verify_run(asked: BugLines, data: Path, tree: Path, *, limit: int = reading.LIMIT_BYTES) -> Verification:
    """Return the coverage of a bug's lines in a coverage file that was measured in the checkout `tree`.

    Raise CannotReadReport if the file cannot be read, if it does not measure the bug's source file, or if that was
    edited since.
    """
    report, now = reading.read_file(data, limit=limit), worktree.read_file(tree, asked.path)
    path = display.shorten(asked.path)
    if _is_edited_since(data, tree, asked.path, now):
        raise errors.CannotReadReport(f"{data}: {path} was edited after this run: run the tests again")
    if report.executions and now is None:
        raise errors.CannotReadReport(f"{data}: {path} is not in {tree}: name the checkout that you ran in by --repo")

    def source(name: str) -> str | None:
        return worktree.read_file(tree, name)

    known = _read_commit(tree, "HEAD", lambda repository, commit: tuple(repository.tree(commit))) or ()
    try:
        selected = views.select_file(report, asked.path, known, prefix=asked.prefix)
        placed = views.place_report_among(selected, [asked.path], prefix=asked.prefix, source=source)
    except errors.CannotReadReport as error:
        raise errors.CannotReadReport(f"{data}: {error}") from error
    file = placed.report.files.get(asked.path)
    if file is None:
        raise errors.CannotReadReport(f"{data}: {_explain_absence(asked.path, now, placed.report)}")
    return run_check.verify_lines(asked.lines, file, before=asked.before, now=now)
