"""The risk of the code of tasks, measured for all tasks of a build at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core.source import complexity, imports
from covbot.core.tasks import ranking, ranking_reasons
from covbot.core.tasks.assessment import Risk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from covbot.core.comparison.view import BuildView
    from covbot.core.tasks.task import Entry, Task
    from covbot.pipeline.project import Project
    from covbot.pipeline.task_proposals import PassContext


def assess_risks(project: Project, entries: Iterable[Entry], context: PassContext) -> dict[str, Entry]:
    """Return the entries by key, each with the risk of its code in the newest trusted build."""
    churn, importers = _count_churn(project, context), _count_importers(context.view)
    assessed = {}
    for entry, risk in _assess_tasks(entries, context.view):
        churn_of_file = churn.get(entry.task.path, 0) if churn is not None else None
        complete = attrs.evolve(risk, churn=churn_of_file, importers=importers[entry.task.module])
        assessed[entry.task.key] = attrs.evolve(
            entry, assessment=attrs.evolve(ranking.find_assessment(entry), risk=complete)
        )
    return assessed


def _count_churn(project: Project, context: PassContext) -> Mapping[str, int] | None:
    """Return how many lines of each file changed before the build started, None if they cannot be counted in time."""
    if project.repository is None or context.commit is None:
        return None
    since = context.agreeing[-1].started_at - timedelta(days=ranking_reasons.CHURN_DAYS)
    try:
        return project.repository.churn(context.commit, since=since)
    except (errors.CannotReadRepository, errors.CannotReachRepository):
        return None


def _count_importers(view: BuildView) -> Counter[str]:
    """Return how many of the measured files import a module, by its dotted name."""
    found: Counter[str] = Counter()
    for path in sorted(view.report.files):
        found.update(imports.find_imported_names(view.source(path) or "", path))
    return found


def _assess_tasks(entries: Iterable[Entry], view: BuildView) -> Iterator[tuple[Entry, Risk]]:
    """Yield the riskiest function of each task, those of one file in a row, so that its text is parsed once."""
    measured: dict[str, int] = {}
    last = None
    for entry in sorted(entries, key=lambda entry: (entry.task.path, entry.task.key)):
        if entry.task.path != last:
            last, source = entry.task.path, view.source(entry.task.path)
            measured = complexity.measure_complexity(source) if source is not None else {}
        yield entry, max(_measure_functions(entry.task, view, measured), key=lambda risk: risk.crap)


def _measure_functions(task: Task, view: BuildView, measured: Mapping[str, int]) -> Iterator[Risk]:
    """Yield the risk of each function with lines of a task; if no function is known, that of the whole file."""
    file = view.report.files[task.path]
    statements, missing = (
        view.group_by_region(task.path, file.statements),
        view.group_by_region(task.path, file.missing),
    )
    for region in view.group_by_region(task.path, task.lines):
        yield Risk(
            complexity=measured.get(region, 1),
            missing=len(missing.get(region, ())),
            statements=len(statements.get(region, ())),
            importers=0,
        )
