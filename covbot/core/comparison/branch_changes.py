"""The changes between two builds of the branches never taken on lines that ran.

A branch is identified by its target, or by what it means to its statement if the target is another one now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from attrs import frozen

from covbot.core.comparison.view import PYTHON
from covbot.core.source import jumps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from covbot.core.comparison.view import BuildView, Transition
    from covbot.core.coverage import Branch, FileCoverage
    from covbot.core.source.jumps import BranchKind

T = TypeVar("T")

Locations: TypeAlias = Mapping[int, tuple[str, int]]
"""Line in one build -> its path and line number in the other build."""

LocateLines: TypeAlias = Callable[[str, Iterable[int]], Locations]
"""Returns the locations of lines of a path in the other build; lines that it does not have are left out."""


@frozen(kw_only=True, order=True)
class BranchChange:
    """Branches of a line that opened (numbered as in the newer report) or closed (as in the older report), and why.

    `targets` are the lines (or `exit`) that they jump to, empty if the report does not name them. `count` is the number
    of branches.
    """

    path: str
    line: int
    why: str
    targets: tuple[str, ...]
    count: int


@frozen(kw_only=True)
class BranchDelta:
    """The branches never taken of lines that ran: `opened`, `closed`, and how many are `standing` in both builds."""

    opened: tuple[BranchChange, ...] = ()
    closed: tuple[BranchChange, ...] = ()
    standing: int = 0

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed)


class _Reasons(NamedTuple):
    """The reasons why only one build has a branch as never taken: in the other it is absent, unmeasured or taken."""

    absent: str
    unmeasured: str
    taken: str


_OPENED = _Reasons("new code", "newly measured", "lost coverage")
_CLOSED = _Reasons("deleted", "excluded", "covered")


def compare_with_source(transition: Transition) -> BranchDelta:
    """Return what changed from one build to the other, by their source. Nothing if one of them measured no branches.

    Branches of a line that did not run are left out, since the line itself is reported.
    """
    before, after = transition.before.report.files, transition.after.report.files
    if not (any(file.branches for file in before.values()) and any(file.branches for file in after.values())):
        return BranchDelta()
    was, now = _find_partial_lines(_leave_out_paths(before, transition.unchanged_paths)), _find_partial_lines(after)
    unmeasured = {path for path in was if transition.is_unmeasured(transition.linemap.path_after(path) or path)}
    views = transition.before, transition.after
    changed = _leave_out_paths(now, transition.unchanged_paths)
    opened = tuple(_list_changes(changed, views[::-1], transition.locate_backward, _OPENED))
    closed = tuple(_list_changes(_leave_out_paths(was, unmeasured), views, transition.locate_forward, _CLOSED))
    standing = sum(branch.missing for found in now.values() for branch in found.values())
    return BranchDelta(opened=opened, closed=closed, standing=standing - sum(change.count for change in opened))


def _find_partial_lines(files: Mapping[str, FileCoverage]) -> dict[str, dict[int, Branch]]:
    """Return, by path, the lines that ran without taking all of their branches."""
    found: dict[str, dict[int, Branch]] = {}
    for path, file in sorted(files.items()):
        never = {line: branch for line, branch in file.branches.items() if branch.missing}
        for line in never.keys() & set(file.missing):
            del never[line]
        if never:
            found[path] = never
    return found


def _leave_out_paths(by_path: Mapping[str, T], paths: Collection[str]) -> dict[str, T]:
    return {path: found for path, found in by_path.items() if path not in paths}


def _list_changes(
    here: Mapping[str, Mapping[int, Branch]], views: tuple[BuildView, BuildView], locate: LocateLines, reasons: _Reasons
) -> Iterator[BranchChange]:
    """Yield the branches that one build reports as never taken and the other does not."""
    for path, partial in here.items():
        locations = locate(path, sorted({line for found in partial.items() for line in _list_line_numbers(*found)}))
        for line, branch in partial.items():
            other_path, number = locations.get(line, ("", 0))
            other = views[1].report.files.get(other_path)
            if not number:
                yield _make_change(path, line, branch, reasons.absent)
            elif other is None or number not in other.statements:
                yield _make_change(path, line, branch, reasons.unmeasured)
            elif number not in other.missing:
                sides = (
                    _Side(view=views[0], path=path, line=line, branch=branch),
                    _Side(view=views[1], path=other_path, line=number, branch=other.branches.get(number)),
                )
                for why, targets, count in _compare_branches(*sides, locations, reasons):
                    yield BranchChange(path=path, line=line, why=why, targets=targets, count=count)


def _list_line_numbers(line: int, branch: Branch) -> Iterator[int]:
    """Yield the line itself, and the lines that its branches jump to."""
    yield line
    yield from (int(label) for target in branch.targets or () if (label := target.partition("#")[0]).isdecimal())


def _make_change(path: str, line: int, branch: Branch, why: str) -> BranchChange:
    targets = tuple(sorted(target.partition("#")[0] for target in branch.targets or ()))
    return BranchChange(path=path, line=line, why=why, targets=targets, count=branch.missing)


@frozen(kw_only=True)
class _Side:
    """The branches of a line in one build, None if the build has none there."""

    view: BuildView
    path: str
    line: int
    branch: Branch | None

    @property
    def targets(self) -> frozenset[str] | None:
        """The targets never jumped to, None if the report does not name them."""
        return self.branch.targets if self.branch and self.branch.missing else frozenset()

    def classify_branches(self, targets: Iterable[str]) -> dict[str, BranchKind]:
        """Return target -> what the branch to it means to the statement; empty if it is not known."""
        source = self.view.source(self.path) if self.path.endswith(PYTHON) else None
        return {} if source is None else jumps.classify_branches(source, self.line, targets)


def _compare_branches(
    here: _Side, there: _Side, locations: Locations, reasons: _Reasons
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield reason, targets and count of the branches that only one build never took, on a line that ran in both.

    Branches are compared by their targets, or by their number if a report does not name these.
    """
    if here.targets is None or there.targets is None:
        more = (here.branch.missing if here.branch else 0) - (there.branch.missing if there.branch else 0)
        if more > 0:
            yield reasons.taken, (), more
        return
    located = {target: _locate_target(target, locations) for target in sorted(here.targets)}
    others = there.targets.difference(located.values())
    found: dict[str, list[str]] = {}
    for target in _leave_out_same_branches(
        here, there, [one for one in located if located[one] not in there.targets], others
    ):
        found.setdefault(reasons.taken if located[target] else reasons.absent, []).append(target.partition("#")[0])
    for why, labels in found.items():
        yield why, tuple(labels), len(labels)


def _locate_target(target: str, locations: Locations) -> str:
    """Return the target in the other build, empty if its line is not there."""
    label, separator, copy = target.partition("#")
    _, number = locations.get(int(label), ("", 0)) if label.isdecimal() else ("", label)
    return f"{number}{separator}{copy}" if number else ""


def _leave_out_same_branches(
    here: _Side, there: _Side, targets: Sequence[str], others: Collection[str]
) -> Sequence[str]:
    """Return the targets without those of a branch that the other build never took either, to another target."""
    if not targets or not others:
        return targets
    kinds, never = here.classify_branches(targets), set(there.classify_branches(others).values())
    return [target for target in targets if kinds.get(target) not in never]
