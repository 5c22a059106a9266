"""The analysis of a task by source, report and tests: why its lines never ran, and where a test for them fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.advice import excerpts
from covbot.core.advice.explanations import Cause, explain_lines
from covbot.core.advice.placement import Relation, find_caller, find_placement
from covbot.core.lines import Lines
from covbot.core.source import parts
from covbot.core.source.regions import RegionKind
from covbot.core.tasks.assessment import NearbyTest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.core.advice.excerpts import ExcerptRow
    from covbot.core.advice.explanations import Explanation
    from covbot.core.advice.placement import Placement
    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.comparison.view import BuildView
    from covbot.core.coverage import FileCoverage
    from covbot.core.project import ProjectInfo
    from covbot.core.source.parts import Part
    from covbot.core.tasks.assessment import Assessment
    from covbot.core.tasks.task import Task


@frozen(kw_only=True)
class ExplainedPart:
    """The explanations of a task for one part of its file.

    `untouched` is whether no statement of the part ran, `branches` whether each explanation is a condition in it.
    """

    part: Part
    explanations: tuple[Explanation, ...]
    untouched: bool = False
    branches: bool = False

    @property
    def statements(self) -> int:
        """The number of statements that are missing in the part."""
        return sum(len(explanation.lines) for explanation in self.explanations)


@frozen(kw_only=True)
class TaskAnalysis:
    """The results of the analysis, empty without source. `searched` is whether the tests of the tree were searched.

    `statements` of the file were measured, and `missing` of them did not run. `caller` is the path of a test file that
    seems to call a function of which nothing ran, empty if none was found.
    """

    parts: tuple[ExplainedPart, ...] = ()
    excerpt: tuple[ExcerptRow, ...] = ()
    placement: Placement | None = None
    searched: bool = False
    statements: int = 0
    missing: int = 0
    caller: str = ""

    @property
    def explanations(self) -> tuple[Explanation, ...]:
        """The explanations of all parts."""
        return tuple(explanation for part in self.parts for explanation in part.explanations)

    @property
    def idle(self) -> bool:
        """Whether the nearest test calls a function of which nothing ran, so that the job may not run that test."""
        similar = self.placement.similar if self.placement else None
        if similar is None or similar.relation is not Relation.CALLS:
            return False
        return any(explanation.function == similar.name for explanation in self.explanations)


NEARBY_TESTS = {Relation.CALLS: NearbyTest.CALLS, Relation.NAMES: NearbyTest.NAMES, Relation.USES: NearbyTest.USES}
"""The nearness of a test, as an assessment records it, by the test's relation."""

LONGEST_NAME = 80
"""The maximum length of a name in an assessment, in characters."""

NO_ANALYSIS = TaskAnalysis()
"""The analysis of a task whose source is not known."""


def analyze_task(task: Task, view: BuildView, files: SuiteIndex | None, project: ProjectInfo) -> TaskAnalysis:
    """Return the analysis of a task by a build's source. `files` are its test files, None if its tree is unknown."""
    source, file = view.source(task.path), view.report.files.get(task.path)
    if source is None or file is None or not task.lines:
        return NO_ANALYSIS
    explanations = _forget_homonyms(source, file, explain_lines(source, file, task.lines))
    placement = find_placement(task, files, patterns=project.tests, prefix=project.prefix) if files else None
    return TaskAnalysis(
        parts=_group_explanations(source, file, explanations),
        excerpt=excerpts.cut_excerpt(source, explanations),
        placement=placement,
        searched=files is not None,
        statements=len(file.statements),
        missing=len(file.missing),
        caller=find_caller(task, _list_dead_functions(task, explanations), files) if files else "",
    )


def _list_dead_functions(task: Task, explanations: Sequence[Explanation]) -> set[str]:
    """Return the unqualified names of the functions of a task of which nothing ran."""
    names = {region.rpartition(".")[2] for region in task.regions}
    return names.intersection(explanation.function for explanation in explanations if explanation.function)


def assess_task(analysis: TaskAnalysis, assessment: Assessment) -> Assessment:
    """Return the assessment of a task with the number of its conditions and the nearest existing test added."""
    branches = {one.sentence for one in analysis.explanations if one.cause is Cause.BRANCH}
    conditions = len(branches)
    similar = analysis.placement.similar if analysis.placement else None
    if similar is None:
        found = NearbyTest.FILE if analysis.placement else NearbyTest.NONE if analysis.searched else NearbyTest.UNKNOWN
        return attrs.evolve(assessment, studied=True, conditions=conditions, nearby_test=found, test="", name="")
    found = NearbyTest.IDLE if analysis.idle else NEARBY_TESTS[similar.relation]
    test, name = similar.test[:LONGEST_NAME], similar.name[:LONGEST_NAME]
    return attrs.evolve(assessment, studied=True, conditions=conditions, nearby_test=found, test=test, name=name)


def _forget_homonyms(source: str, file: FileCoverage, explanations: Sequence[Explanation]) -> tuple[Explanation, ...]:
    """Return the explanations without the names of functions that another definition shares which ran.

    A call of such a name may be one of the other.
    """
    names = {explanation.function for explanation in explanations} - {""}
    ran = parts.find_executed_names(source, file.covered) if names else frozenset[str]()
    return tuple(attrs.evolve(one, function="") if one.function in ran else one for one in explanations)


def _group_explanations(
    source: str, file: FileCoverage, explanations: Sequence[Explanation]
) -> tuple[ExplainedPart, ...]:
    """Return the explanations by the part of the file that they are about, in source order; none without parts."""
    owners = parts.find_parts(source, {line for one in explanations for line in (*one.lines, one.line)})
    if not owners:
        return ()
    grouped: dict[Part, list[Explanation]] = {}
    for explanation in explanations:
        for part, lines in _divide_lines(explanation, owners).items():
            grouped.setdefault(part, []).append(attrs.evolve(explanation, lines=Lines.of(lines)))
    return tuple(
        ExplainedPart(
            part=part,
            explanations=tuple(found),
            untouched=part is not parts.MODULE and not any(part.contains(line) for line in file.covered),
            branches=all(one.cause is Cause.BRANCH and owners[one.line] == part for one in found),
        )
        for part, found in sorted(grouped.items(), key=lambda item: min(item[1][0].lines))
    )


def _divide_lines(explanation: Explanation, owners: Mapping[int, Part]) -> dict[Part, list[int]]:
    """Return the lines of an explanation by part; what is within the function that it is about belongs to that."""
    outermost = owners[min(explanation.lines)]
    is_whole = bool(explanation.sentence) and outermost.kind is RegionKind.FUNCTION
    found: dict[Part, list[int]] = {}
    for line in explanation.lines:
        part = outermost if is_whole and outermost.contains(line) else owners[line]
        found.setdefault(part, []).append(line)
    return found
