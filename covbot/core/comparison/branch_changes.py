"""The changes between two builds of the branches never taken on lines that ran, identified by their targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from covbot.core.comparison.view import Transition
    from covbot.core.coverage import Branch, FileCoverage

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
    opened = tuple(
        _list_changes(_leave_out_paths(now, transition.unchanged_paths), before, transition.locate_backward, _OPENED)
    )
    closed = tuple(_list_changes(_leave_out_paths(was, unmeasured), after, transition.locate_forward, _CLOSED))
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
    here: Mapping[str, Mapping[int, Branch]], there: Mapping[str, FileCoverage], locate: LocateLines, reasons: _Reasons
) -> Iterator[BranchChange]:
    """Yield the branches that one build reports as never taken and the other does not."""
    for path, partial in here.items():
        locations = locate(path, sorted({line for found in partial.items() for line in _list_line_numbers(*found)}))
        for line, branch in partial.items():
            other_path, number = locations.get(line, ("", 0))
            other = there.get(other_path)
            if not number:
                yield _make_change(path, line, branch, reasons.absent)
            elif other is None or number not in other.statements:
                yield _make_change(path, line, branch, reasons.unmeasured)
            elif number not in other.missing:
                for why, targets, count in _compare_branches(branch, other.branches.get(number), locations, reasons):
                    yield BranchChange(path=path, line=line, why=why, targets=targets, count=count)


def _list_line_numbers(line: int, branch: Branch) -> Iterator[int]:
    """Yield the line itself, and the lines that its branches jump to."""
    yield line
    yield from (int(label) for target in branch.targets or () if (label := target.partition("#")[0]).isdecimal())


def _make_change(path: str, line: int, branch: Branch, why: str) -> BranchChange:
    targets = tuple(sorted(target.partition("#")[0] for target in branch.targets or ()))
    return BranchChange(path=path, line=line, why=why, targets=targets, count=branch.missing)


def _compare_branches(
    branch: Branch, other: Branch | None, locations: Locations, reasons: _Reasons
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Yield reason, targets and count of the branches that only one build never took, on a line that ran in both.

    Branches are compared by their targets, or by their number if a report does not name these.
    """
    other_targets = frozenset[str]() if other is None or not other.missing else other.targets
    if branch.targets is None or other_targets is None:
        more = branch.missing - (other.missing if other else 0)
        if more > 0:
            yield reasons.taken, (), more
        return
    found: dict[str, list[str]] = {}
    for target in sorted(branch.targets):
        label, separator, copy = target.partition("#")
        _, number = locations.get(int(label), ("", 0)) if label.isdecimal() else ("", label)
        if not number:
            found.setdefault(reasons.absent, []).append(label)
        elif f"{number}{separator}{copy}" not in other_targets:
            found.setdefault(reasons.taken, []).append(label)
    for why, labels in found.items():
        yield why, tuple(labels), len(labels)
