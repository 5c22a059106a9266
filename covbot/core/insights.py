"""What source, report and tests tell of a task beyond its lines: why they never ran, and where a test fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core import conditions, excerpts, fitting
from covbot.core.conditions import Form
from covbot.core.fitting import Kinship
from covbot.core.lines import Lines
from covbot.core.merits import Help

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.conditions import Stretch
    from covbot.core.context import Project
    from covbot.core.excerpts import Row
    from covbot.core.fitting import Fit
    from covbot.core.merits import Merit
    from covbot.core.suites import Suites
    from covbot.core.tasks import Task
    from covbot.core.views import View


@frozen(kw_only=True)
class Part:
    """The stretches of a task that lie in one region, by its qualified name."""

    region: str
    stretches: tuple[Stretch, ...]


@frozen(kw_only=True)
class Insight:
    """All that is known; nothing where there is no source. `searched` says that the tree's tests were looked at.

    `statements` of the file were measured, and `missing` of them did not run. `caller` is the path of a test that seems
    to call a function of which nothing ran, empty if none was found.
    """

    parts: tuple[Part, ...] = ()
    excerpt: tuple[Row, ...] = ()
    fit: Fit | None = None
    searched: bool = False
    statements: int = 0
    missing: int = 0
    caller: str = ""

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The stretches of all parts."""
        return tuple(stretch for part in self.parts for stretch in part.stretches)

    @property
    def idle(self) -> bool:
        """Whether the nearest test calls a function of which nothing ran: the job may not run that test."""
        similar = self.fit.similar if self.fit else None
        if similar is None or similar.kinship is not Kinship.CALLS:
            return False
        dead = [stretch.sentence for stretch in self.stretches if stretch.form is Form.FUNCTION]
        return any(sentence.startswith(f'"{similar.name}" ') for sentence in dead)


HELP = {Kinship.CALLS: Help.CALLS, Kinship.NAMES: Help.NAMES, Kinship.USES: Help.USES}
"""How near a test is, as it counts for a task."""

LONGEST_NAME = 80
"""Characters of a name that a merit keeps."""

NOTHING = Insight()
"""Where no source is known."""


def study(task: Task, view: View, files: Suites | None, project: Project) -> Insight:
    """What a build's source tells of a task; `files` are the test files of its tree, None where it is not known."""
    source, file = view.source(task.path), view.report.files.get(task.path)
    if source is None or file is None or not task.lines:
        return NOTHING
    stretches = conditions.tell(source, file, task.lines)
    fit = fitting.find(task, files, patterns=project.tests, prefix=project.prefix) if files else None
    return Insight(
        parts=_sort(task, view, stretches),
        excerpt=excerpts.cut(source, stretches),
        fit=fit,
        searched=files is not None,
        statements=len(file.statements),
        missing=len(file.missing),
        caller=fitting.find_caller(task, _name_dead(task, stretches), files) if files else "",
    )


def _name_dead(task: Task, stretches: Sequence[Stretch]) -> set[str]:
    """The functions of a task of which nothing ran, by their own names."""
    names = {region.rpartition(".")[2] for region in task.regions}
    dead = [stretch.sentence for stretch in stretches if stretch.form is Form.FUNCTION]
    return {name for name in names if any(sentence.startswith(f'"{name}" ') for sentence in dead)}


def judge(insight: Insight, merit: Merit) -> Merit:
    """The merit of a task with what speaks for picking it: the conditions to meet, and what the tests that exist do."""
    conditions = sum(stretch.form is Form.BRANCH for stretch in insight.stretches)
    similar = insight.fit.similar if insight.fit else None
    if similar is None:
        found = Help.FILE if insight.fit else Help.NONE if insight.searched else Help.UNKNOWN
        return attrs.evolve(merit, studied=True, conditions=conditions, help=found, test="", name="")
    found = Help.IDLE if insight.idle else HELP[similar.kinship]
    test, name = similar.test[:LONGEST_NAME], similar.name[:LONGEST_NAME]
    return attrs.evolve(merit, studied=True, conditions=conditions, help=found, test=test, name=name)


def _sort(task: Task, view: View, stretches: Sequence[Stretch]) -> tuple[Part, ...]:
    """The stretches by the region that they begin in, in the order of the source."""
    firsts = {min(stretch.lines): stretch for stretch in stretches}
    regions = view.by_region(task.path, Lines.of(firsts))
    ordered = sorted(regions.items(), key=lambda item: min(item[1]))
    return tuple(Part(region=name, stretches=tuple(firsts[line] for line in lines)) for name, lines in ordered)
