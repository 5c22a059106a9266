"""What changed of the ways out of lines that ran: those never taken, each known by the line that it leads to."""

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
"""Line on one side -> its path and number on the other."""

LocateLines: TypeAlias = Callable[[str, Iterable[int]], Locations]
"""Finds the lines of a path on the other side, so far as they are there."""


@frozen(kw_only=True, order=True)
class BranchChange:
    """Ways out of one line that opened (numbered as in the newer report) or closed (as in the older), and why.

    `targets` are the lines (or `exit`) that they lead to, empty where the writer does not say; `ways` is their number.
    """

    path: str
    line: int
    why: str
    targets: tuple[str, ...]
    ways: int


@frozen(kw_only=True)
class BranchDelta:
    """Ways never taken of lines that ran: `opened`, `closed`, and how many are `standing`."""

    opened: tuple[BranchChange, ...] = ()
    closed: tuple[BranchChange, ...] = ()
    standing: int = 0

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed)


class _Reasons(NamedTuple):
    """Why a way never taken on one side is not told on the other: no such code, not measured, or it was taken."""

    absent: str
    unmeasured: str
    taken: str


_OPENED = _Reasons("new code", "newly measured", "lost coverage")
_CLOSED = _Reasons("deleted", "excluded", "covered")


def compare_with_source(transition: Transition) -> BranchDelta:
    """What changed from one build to the other along the source; nothing where one of them measured no branches.

    The ways of a line that did not run at all are not told of: the line itself is.
    """
    before, after = transition.before.report.files, transition.after.report.files
    if not (any(file.branches for file in before.values()) and any(file.branches for file in after.values())):
        return BranchDelta()
    was, now = _partial(_without(before, transition.unchanged_paths)), _partial(after)
    silent = {path for path in was if transition.is_unmeasured(transition.linemap.path_after(path) or path)}
    opened = tuple(_changes(_without(now, transition.unchanged_paths), before, transition.locate_backward, _OPENED))
    closed = tuple(_changes(_without(was, silent), after, transition.locate_forward, _CLOSED))
    standing = sum(branch.missing for found in now.values() for branch in found.values())
    return BranchDelta(opened=opened, closed=closed, standing=standing - sum(change.ways for change in opened))


def _partial(files: Mapping[str, FileCoverage]) -> dict[str, dict[int, Branch]]:
    """By path the lines that ran and never left by all ways."""
    found: dict[str, dict[int, Branch]] = {}
    for path, file in sorted(files.items()):
        never = {line: branch for line, branch in file.branches.items() if branch.missing}
        for line in never.keys() & set(file.missing):
            del never[line]
        if never:
            found[path] = never
    return found


def _without(partial: Mapping[str, T], paths: Collection[str]) -> dict[str, T]:
    return {path: found for path, found in partial.items() if path not in paths}


def _changes(
    here: Mapping[str, Mapping[int, Branch]], there: Mapping[str, FileCoverage], trace: LocateLines, reasons: _Reasons
) -> Iterator[BranchChange]:
    """What one side tells of ways never taken and the other does not."""
    for path, partial in here.items():
        places = trace(path, sorted({line for found in partial.items() for line in _ends(*found)}))
        for line, branch in partial.items():
            place, number = places.get(line, ("", 0))
            other = there.get(place)
            if not number:
                yield _tell(path, line, branch, reasons.absent)
            elif other is None or number not in other.statements:
                yield _tell(path, line, branch, reasons.unmeasured)
            elif number not in other.missing:
                for why, targets, ways in _compare(branch, other.branches.get(number), places, reasons):
                    yield BranchChange(path=path, line=line, why=why, targets=targets, ways=ways)


def _ends(line: int, branch: Branch) -> Iterator[int]:
    """The line itself, and the lines that its ways lead to."""
    yield line
    yield from (int(label) for target in branch.targets or () if (label := target.partition("#")[0]).isdecimal())


def _tell(path: str, line: int, branch: Branch, why: str) -> BranchChange:
    targets = tuple(sorted(target.partition("#")[0] for target in branch.targets or ()))
    return BranchChange(path=path, line=line, why=why, targets=targets, ways=branch.missing)


def _compare(
    branch: Branch, other: Branch | None, places: Locations, reasons: _Reasons
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Compare the ways out of a line that ran on both sides, by where they lead or else by their number."""
    theirs = frozenset[str]() if other is None or not other.missing else other.targets
    if branch.targets is None or theirs is None:
        more = branch.missing - (other.missing if other else 0)
        if more > 0:
            yield reasons.taken, (), more
        return
    found: dict[str, list[str]] = {}
    for target in sorted(branch.targets):
        label, mark, copy = target.partition("#")
        _, number = places.get(int(label), ("", 0)) if label.isdecimal() else ("", label)
        if not number:
            found.setdefault(reasons.absent, []).append(label)
        elif f"{number}{mark}{copy}" not in theirs:
            found.setdefault(reasons.taken, []).append(label)
    for why, labels in found.items():
        yield why, tuple(labels), len(labels)
