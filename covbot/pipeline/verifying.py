"""Finds the lines of a bug in the coverage of somebody's own run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors
from covbot.core import verifying
from covbot.formats import reading
from covbot.pipeline import placing
from covbot.repository import decoding
from covbot.repository.placing import place_among

if TYPE_CHECKING:
    from pathlib import Path

    from covbot.core.tasks import Entry
    from covbot.core.verifying import Verified
    from covbot.pipeline.project import Project


def find(project: Project, name: str) -> Entry | None:
    """The task of a bug's number, or of a key; None if the project has none of that name."""
    entries = project.store.ledgers.load(project.name).entries
    if name in entries:
        return entries[name]
    return next((entry for entry in entries.values() if entry.filed and str(entry.filed.bug) == name), None)


def verify(project: Project, entry: Entry, data: Path, tree: Path | None = None) -> Verified:
    """What a coverage file says of a task's lines; `tree` is the checkout in which it was measured.

    CannotReadReport if the file cannot be read, or says nothing of the task's source file.
    """
    path, ledger = entry.task.path, project.store.ledgers.load(project.name)
    earlier = placing.look_back(project, ledger.as_of)
    with data.open("rb") as stream:
        report = reading.read(stream, data.name, limit=project.limit)
    file = place_among(report, [path], prefix=project.context.prefix).report.files.get(path)
    if file is None:
        message = f"{data}: says nothing of {path}: measure it, and run the tests again"
        raise errors.CannotReadReport(message)
    before = earlier.placed.view.source(path) if earlier else None
    return verifying.verify(entry.task.lines, file, before=before, now=_read(tree, path))


def _read(tree: Path | None, path: str) -> str | None:
    """The text of a file in a checkout, None if it cannot be read there."""
    if tree is None:
        return None
    try:
        return decoding.decode((tree / path).read_bytes()).text
    except OSError:
        return None
