"""What source, report and tests tell of a task beyond its lines: why they never ran, and where a test fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.advice import excerpts, explanations, placement
from covbot.core.advice.explanations import Cause
from covbot.core.advice.placement import Relation
from covbot.core.lines import Lines
from covbot.core.tasks.assessment import NearbyTest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.advice.excerpts import ExcerptRow
    from covbot.core.advice.explanations import Explanation
    from covbot.core.advice.placement import Placement
    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.comparison.view import BuildView
    from covbot.core.project import ProjectInfo
    from covbot.core.tasks.assessment import Assessment
    from covbot.core.tasks.task import Task


@frozen(kw_only=True)
class RegionExplanations:
    """The stretches of a task that lie in one region, by its qualified name."""

    region: str
    stretches: tuple[Explanation, ...]


@frozen(kw_only=True)
class TaskAnalysis:
    """All that is known; nothing where there is no source. `searched` says that the tree's tests were looked at.

    `statements` of the file were measured, and `missing` of them did not run. `caller` is the path of a test that seems
    to call a function of which nothing ran, empty if none was found.
    """

    parts: tuple[RegionExplanations, ...] = ()
    excerpt: tuple[ExcerptRow, ...] = ()
    fit: Placement | None = None
    searched: bool = False
    statements: int = 0
    missing: int = 0
    caller: str = ""

    @property
    def stretches(self) -> tuple[Explanation, ...]:
        """The stretches of all parts."""
        return tuple(stretch for part in self.parts for stretch in part.stretches)

    @property
    def idle(self) -> bool:
        """Whether the nearest test calls a function of which nothing ran: the job may not run that test."""
        similar = self.fit.similar if self.fit else None
        if similar is None or similar.kinship is not Relation.CALLS:
            return False
        dead = [stretch.sentence for stretch in self.stretches if stretch.form is Cause.FUNCTION]
        return any(sentence.startswith(f'"{similar.name}" ') for sentence in dead)


NEARBY_TESTS = {Relation.CALLS: NearbyTest.CALLS, Relation.NAMES: NearbyTest.NAMES, Relation.USES: NearbyTest.USES}
"""How near a test is, as it counts for a task."""

LONGEST_NAME = 80
"""Characters of a name that a merit keeps."""

NO_ANALYSIS = TaskAnalysis()
"""Where no source is known."""


def analyze_task(task: Task, view: BuildView, files: SuiteIndex | None, project: ProjectInfo) -> TaskAnalysis:
    """What a build's source tells of a task; `files` are the test files of its tree, None where it is not known."""
    source, file = view.source(task.path), view.report.files.get(task.path)
    if source is None or file is None or not task.lines:
        return NO_ANALYSIS
    stretches = explanations.explain_lines(source, file, task.lines)
    fit = placement.find_placement(task, files, patterns=project.tests, prefix=project.prefix) if files else None
    return TaskAnalysis(
        parts=_sort(task, view, stretches),
        excerpt=excerpts.cut_excerpt(source, stretches),
        fit=fit,
        searched=files is not None,
        statements=len(file.statements),
        missing=len(file.missing),
        caller=placement.find_caller(task, _name_dead(task, stretches), files) if files else "",
    )


def _name_dead(task: Task, stretches: Sequence[Explanation]) -> set[str]:
    """The functions of a task of which nothing ran, by their own names."""
    names = {region.rpartition(".")[2] for region in task.regions}
    dead = [stretch.sentence for stretch in stretches if stretch.form is Cause.FUNCTION]
    return {name for name in names if any(sentence.startswith(f'"{name}" ') for sentence in dead)}


def assess_task(insight: TaskAnalysis, merit: Assessment) -> Assessment:
    """The merit of a task with what speaks for picking it: the conditions to meet, and what the tests that exist do."""
    conditions = sum(stretch.form is Cause.BRANCH for stretch in insight.stretches)
    similar = insight.fit.similar if insight.fit else None
    if similar is None:
        found = NearbyTest.FILE if insight.fit else NearbyTest.NONE if insight.searched else NearbyTest.UNKNOWN
        return attrs.evolve(merit, studied=True, conditions=conditions, help=found, test="", name="")
    found = NearbyTest.IDLE if insight.idle else NEARBY_TESTS[similar.kinship]
    test, name = similar.test[:LONGEST_NAME], similar.name[:LONGEST_NAME]
    return attrs.evolve(merit, studied=True, conditions=conditions, help=found, test=test, name=name)


def _sort(task: Task, view: BuildView, stretches: Sequence[Explanation]) -> tuple[RegionExplanations, ...]:
    """The stretches by the region that they begin in, in the order of the source."""
    firsts = {min(stretch.lines): stretch for stretch in stretches}
    regions = view.by_region(task.path, Lines.of(firsts))
    ordered = sorted(regions.items(), key=lambda item: min(item[1]))
    return tuple(
        RegionExplanations(region=name, stretches=tuple(firsts[line] for line in lines)) for name, lines in ordered
    )
