"""A task of Nova for tests of texts: its project, its footer, and the builds that agree on it."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs

from covbot.core.bugs.footers import Footer
from covbot.core.bugs.marker import parse_marker
from covbot.core.bugs.record import BugRecord
from covbot.core.builds.build import Build
from covbot.core.lines import Lines
from covbot.core.project import ProjectInfo
from covbot.core.tasks.task import Entry, Task
from covbot.texts.writer import TaskTexts, Writer

FOOTER = Footer(project="nova", key="3f9a1c20", generation=1)
PROJECT = ProjectInfo(
    title="OpenStack Nova",
    job="nova-coverage",
    repository="https://opendev.org/openstack/nova",
    browse="https://opendev.org/openstack/nova/src/commit/{revision}/{path}#L{line}",
    prefix="nova",
    tests=("nova/tests/unit/{dir}/test_{name}.py",),
    test_kinds=("unit", "functional"),
    closes="Closes-Bug: #{bug}",
    partly_closes="Partial-Bug: #{bug}",
    contact="the Nova QA team (#openstack-nova on OFTC).",
)
BUILDS = tuple(
    Build(
        job="nova-coverage",
        number=number,
        started_at=datetime(2026, 8, 21, tzinfo=UTC),
        revision=f"00a030403f672b975364c855b7d25b40ef83e75{number - 1410}",
        url=f"https://jenkins.example.org/job/nova-coverage/{number}/",
    )
    for number in (1412, 1413)
)
TASK = Task(key=FOOTER.key, path="nova/scheduler/utils.py", regions=("",), lines=Lines.of([57, 63, 67, 68, 69]))
EMPTY_TASK = attrs.evolve(TASK, lines=Lines())


def make_record(*listed: int, carried: bool = True) -> BugRecord:
    """Return the record of bug 12, whose text lists these lines."""
    return BugRecord(
        bug=12,
        generation=1,
        listed_lines=Lines.of(listed),
        carried=carried,
        title="",
        description="",
        filed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def describe_task(
    task: Task = TASK, project: ProjectInfo = PROJECT, *, record: BugRecord | None = None, gone: bool = False
) -> TaskTexts:
    """Return the texts of a task by the packaged templates."""
    return Writer().describe(Entry(task=task, record=record, gone=gone), project, BUILDS, FOOTER)


def strip_marker(description: str) -> str:
    """Return a description without the marker line above its footer, from which a ledger is rebuilt."""
    body, _marker, footer = description.rsplit("\n\n", 2)
    assert parse_marker(description) is not None
    return f"{body}\n\n{footer}"
