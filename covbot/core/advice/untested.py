"""Modules that have almost no tests: one task comes first for each, and its other tasks wait for that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.advice import skipped
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.source import regions
from covbot.core.tasks.task import TaskKind, group_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.comparison.view import BuildView
    from covbot.core.policy import Policy
    from covbot.core.project import ProjectInfo
    from covbot.core.tasks.gap import Gap
    from covbot.core.tasks.task import Entry


def find_untested_modules(
    gaps: Iterable[Gap], view: BuildView, files: SuiteIndex | None, project: ProjectInfo, policy: Policy
) -> dict[str, frozenset[str]]:
    """Return the modules with gaps that have almost no tests: path -> names of its functions.

    The mapping is empty without the tree of the build, or without patterns of test files.
    """
    if files is None or not project.tests:
        return {}
    paths = sorted({gap.path for gap in gaps if gap.lines})
    untested = [path for path in paths if _is_untested(path, view, files, project, policy)]
    return {path: names for path in untested if (names := _name_functions(view, path))}


def _is_untested(path: str, view: BuildView, files: SuiteIndex, project: ProjectInfo, policy: Policy) -> bool:
    file = view.report.files.get(path)
    if file is None or not path.endswith(".py") or len(file.covered) >= policy.first_test_share * len(file.statements):
        return False
    if any(named in files.paths for named in skipped.list_test_paths(path, project.tests, prefix=project.prefix)):
        return False
    return not skipped.find_skipped_tests(path, view, files)


def _name_functions(view: BuildView, path: str) -> frozenset[str]:
    found = regions.find_regions(view.source(path) or "")
    return frozenset(region.name for region in found if region.kind is regions.RegionKind.FUNCTION)


def find_holds(entries: Iterable[Entry], untested: Iterable[str]) -> Mapping[str, Hold]:
    """Return, by key, the reasons why tasks without a bug wait for the first task of their module."""
    by_path = group_entries(entries)
    holds: dict[str, Hold] = {}
    for path in untested:
        found = by_path.get(path, [])
        first = _find_first(found)
        if first is not None:
            rest = (entry.task.key for entry in found if entry.record is None and entry is not first)
            text = f"its module has no test file yet: task {first.task.key} begins one"
            holds |= dict.fromkeys(rest, Hold(kind=HoldKind.FIRST_TEST, text=text))
    return holds


def _find_first(entries: Sequence[Entry]) -> Entry | None:
    """Return the first task of a module: the one with a bug, if there is one. None if one is done."""
    recorded = [entry for entry in entries if entry.is_kept]
    if any(not entry.task.lines and not entry.gone for entry in recorded):
        return None
    unfinished = [entry for entry in recorded if entry.task.lines]
    first_tests = [entry for entry in entries if entry.task.kind is TaskKind.FIRST_TEST and entry.task.lines]
    return next(iter([*unfinished, *first_tests]), None)
