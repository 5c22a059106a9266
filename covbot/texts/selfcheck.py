"""Renders every template with sample tasks, before a real task needs it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from covbot.core.bugs.footers import Footer
from covbot.core.builds.build import Build
from covbot.core.lines import Lines
from covbot.core.project import ProjectInfo
from covbot.core.tasks.task import Entry, Task, TaskKind

if TYPE_CHECKING:
    from covbot.texts.writer import Writer

_FULL_PROJECT = ProjectInfo(
    title="An Example",
    job="example-coverage",
    repository="https://example.org/example",
    browse="https://example.org/example/{revision}/{path}#L{line}",
    prefix="src",
    tests=("tests/{dir}/test_{name}.py",),
    contact="whoever runs covbot",
)
_BUILD = Build(
    job="example-coverage",
    number=1,
    started_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    revision="1f2e3d4c",
    url="https://example.org/1/",
)


def check_templates(writer: Writer) -> None:
    """Render every text, with all fields known and with almost none; raise CannotRender as `describe` does."""
    footer = Footer(project="example", key="00000000", generation=1)
    for lines, gone in ((Lines.of([3, 4, 7]), False), (Lines.of([]), False), (Lines.of([]), True)):
        task = Task(key=footer.key, path="pkg/module.py", regions=("",), lines=lines, kind=TaskKind.LARGER)
        entry = Entry(task=task, gone=gone)
        writer.describe(entry, _FULL_PROJECT, [_BUILD], footer)
        writer.describe(entry, ProjectInfo(title="example", job="example"), [], footer)
