"""How much risk lies in the code of tasks: what is measured of a whole build, for all of them at once."""

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
    """The entries by key, each with the risk of its code in the newest trusted build."""
    churn, importers = _count_churn(project, context), _count_importers(context.view)
    weighed = {}
    for entry, risk in _assess(entries, context.view):
        changed = churn.get(entry.task.path, 0) if churn is not None else None
        whole = attrs.evolve(risk, churn=changed, importers=importers[entry.task.module])
        weighed[entry.task.key] = attrs.evolve(
            entry, assessment=attrs.evolve(ranking.find_assessment(entry), risk=whole)
        )
    return weighed


def _count_churn(project: Project, context: PassContext) -> Mapping[str, int] | None:
    """Lines that changed in each file before the build started; None where they cannot be counted in time."""
    if project.repository is None or context.commit is None:
        return None
    since = context.agreeing[-1].started_at - timedelta(days=ranking_reasons.CHURN_DAYS)
    try:
        return project.repository.churn(context.commit, since=since)
    except errors.CannotReadRepository:
        return None


def _count_importers(view: BuildView) -> Counter[str]:
    """How many of the measured files import a module, by its dotted name."""
    found: Counter[str] = Counter()
    for path in sorted(view.report.files):
        found.update(imports.find_imported_names(view.source(path) or "", path))
    return found


def _assess(entries: Iterable[Entry], view: BuildView) -> Iterator[tuple[Entry, Risk]]:
    """The riskiest function of each task; those of one file in turn, so that its text is parsed once."""
    measured: dict[str, int] = {}
    last = None
    for entry in sorted(entries, key=lambda entry: (entry.task.path, entry.task.key)):
        if entry.task.path != last:
            last, source = entry.task.path, view.source(entry.task.path)
            measured = complexity.measure_complexity(source) if source is not None else {}
        yield entry, max(_measure(entry.task, view, measured), key=lambda risk: risk.crap)


def _measure(task: Task, view: BuildView, measured: Mapping[str, int]) -> Iterator[Risk]:
    """Each function that lacks lines of a task; where no function is known, the whole file."""
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
