"""The changes of missing lines between two reports (`Delta`), each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import attrs
from attrs import frozen

from covbot.core.comparison import function_pairs
from covbot.core.lines import NO_LINES, Lines, union, union_by_path
from covbot.core.source import regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from covbot.core.comparison.function_pairs import FunctionPair
    from covbot.core.comparison.view import BuildView, Transition
    from covbot.core.coverage import FileCoverage, Report

MapLines: TypeAlias = Callable[[str, Lines], Mapping[str, Lines]]
"""Maps lines of a path in one build to paths and lines in the other build."""


@frozen(kw_only=True, order=True)
class LineChange:
    """Lines of a region that opened (numbered as in the newer report) or closed (as in the older report), and why."""

    path: str
    region: str = regions.MODULE_BODY
    why: str
    lines: Lines


@frozen(kw_only=True)
class UnmeasuredFile:
    """Missing lines of a file that the newer report does not contain, so that they are neither covered nor missing."""

    path: str
    lines: Lines


@frozen(kw_only=True)
class AmbiguousFile:
    """A file whose code changed and whose source is unknown, with the number of missing lines before and after."""

    path: str
    before: int
    after: int


@frozen(kw_only=True)
class Delta:
    """The missing statements that `opened` and `closed`, the number still missing (`standing`), and unclear files."""

    opened: tuple[LineChange, ...] = ()
    closed: tuple[LineChange, ...] = ()
    standing: int = 0
    unmeasured: tuple[UnmeasuredFile, ...] = ()
    ambiguous: tuple[AmbiguousFile, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.unmeasured or self.ambiguous)


def compare(before: Report, after: Report) -> Delta:
    """Return what changed from one report to the other, without source text, by function where both reports name it."""
    return _join_deltas(
        _compare_file(path, before.files.get(path), after.files.get(path))
        for path in sorted(before.files.keys() | after.files.keys())
    )


def compare_with_source(transition: Transition) -> Delta:
    """Return what changed from one build to the other, line by line, with the reasons that the source shows."""
    before, after = (
        _list_changed_files(transition.before.report, transition),
        _list_changed_files(transition.after.report, transition),
    )
    was = transition.forward_missing(before)
    is_now = union_by_path(transition.backward(path, file.missing) for path, file in after.items() if file.missing)
    without_source = {path for path in before if transition.lacks_source(path)}
    opened = tuple(
        change for path in sorted(after.keys() - without_source) for change in _list_opened(transition, path, was)
    )
    closed = tuple(
        change for path in sorted(before.keys() - without_source) for change in _list_closed(transition, path, is_now)
    )
    unmeasured = {path: _find_unmeasured(transition, path) for path in sorted(before.keys() - without_source)}
    missing = sum(
        len(file.missing) for path, file in transition.after.report.files.items() if path not in without_source
    )
    unmapped = _join_deltas(_compare_file(path, before[path], after[path]) for path in sorted(without_source))
    return Delta(
        opened=opened + unmapped.opened,
        closed=closed + unmapped.closed,
        standing=missing - sum(len(change.lines) for change in opened) + unmapped.standing,
        unmeasured=tuple(UnmeasuredFile(path=path, lines=lines) for path, lines in unmeasured.items() if lines),
        ambiguous=unmapped.ambiguous,
    )


def _list_changed_files(report: Report, transition: Transition) -> dict[str, FileCoverage]:
    """Return the files of a report in which something may have changed."""
    return {path: file for path, file in report.files.items() if path not in transition.unchanged_paths}


def _list_opened(transition: Transition, path: str, was: Mapping[str, Lines]) -> Iterator[LineChange]:
    """Yield the missing lines of a file after that were not missing before."""
    newly_missing = transition.after.report.files[path].missing - was.get(path, NO_LINES)
    if newly_missing:
        mapped = transition.backward(path, newly_missing)
        lost = _map_back(path, _select_statements(transition.before, mapped), transition.forward) & newly_missing
        known = _map_back(path, mapped, transition.forward) & (newly_missing - lost)
        reasons = {"lost coverage": lost, "newly measured": known, "new code": newly_missing - lost - known}
        yield from _list_changes(transition.after, path, reasons)


def _list_closed(transition: Transition, path: str, is_now: Mapping[str, Lines]) -> Iterator[LineChange]:
    """Yield the missing lines of a file before that are not missing after, without those that were not measured."""
    no_longer_missing = transition.before.report.files[path].missing - is_now.get(path, NO_LINES)
    no_longer_missing -= _find_unmeasured(transition, path) if no_longer_missing else NO_LINES
    if no_longer_missing:
        mapped = transition.forward(path, no_longer_missing)
        covered = _map_back(path, _select_statements(transition.after, mapped), transition.backward) & no_longer_missing
        known = _map_back(path, mapped, transition.backward) & (no_longer_missing - covered)
        reasons = {"covered": covered, "deleted": no_longer_missing - covered - known, "excluded": known}
        yield from _list_changes(transition.before, path, reasons)


def _select_statements(view: BuildView, lines_by_path: Mapping[str, Lines]) -> dict[str, Lines]:
    """Return those of the lines by path that are statements."""
    files = view.report.files
    return {path: lines & files[path].statements for path, lines in lines_by_path.items() if path in files}


def _map_back(path: str, lines_by_path: Mapping[str, Lines], map_lines: MapLines) -> Lines:
    """Return the lines of a path to which lines by path of the other build map."""
    return union_by_path(map_lines(other_path, lines) for other_path, lines in lines_by_path.items()).get(
        path, NO_LINES
    )


def _find_unmeasured(transition: Transition, path: str) -> Lines:
    """Return the missing lines of a file before whose file after still exists, but is not in the report."""
    missing = transition.before.report.files[path].missing
    unmeasured = {
        other_path: lines
        for other_path, lines in transition.forward(path, missing).items()
        if transition.is_unmeasured(other_path)
    }
    return (
        union_by_path(transition.backward(other_path, lines) for other_path, lines in unmeasured.items()).get(
            path, NO_LINES
        )
        & missing
    )


def _list_changes(view: BuildView, path: str, reasons: Mapping[str, Lines]) -> Iterator[LineChange]:
    every = union(reasons.values())
    by_region = sorted(view.group_by_region(path, every).items()) if every else ()
    for why, lines in reasons.items():
        for region, owned in by_region:
            if part := lines & owned:
                yield LineChange(path=path, region=region, lines=part, why=why)


def _compare_file(path: str, before: FileCoverage | None, after: FileCoverage | None) -> Delta:
    if after is None:
        lost = before.missing if before else NO_LINES
        return Delta(unmeasured=(UnmeasuredFile(path=path, lines=lost),) if lost else ())
    if before is None:
        return Delta(opened=_make_changes(path, after, after.missing, "newly measured"))
    found = _join_deltas(
        _compare_pair(path, pair, before, after) for pair in function_pairs.pair_functions(before, after)
    )
    counts = [
        sum(ambiguous.before for ambiguous in found.ambiguous),
        sum(ambiguous.after for ambiguous in found.ambiguous),
    ]
    ambiguous = (AmbiguousFile(path=path, before=counts[0], after=counts[1]),) if counts[0] != counts[1] else ()
    return attrs.evolve(found, ambiguous=ambiguous)


def _compare_pair(path: str, pair: FunctionPair, before: FileCoverage, after: FileCoverage) -> Delta:
    was, now = pair.before.missing, pair.after.missing
    if pair.shift is not None:
        still_missing = pair.forward(was) & now
        return Delta(
            opened=_make_changes(path, after, now - still_missing, "lost coverage"),
            closed=_make_changes(path, before, was - still_missing.shift(-pair.shift), "covered"),
            standing=len(still_missing),
        )
    if not was:
        return Delta(opened=_make_changes(path, after, now, "new code"))
    if not now:
        return Delta(closed=_make_changes(path, before, was, "covered" if pair.after.statements else "deleted"))
    return Delta(
        standing=min(len(was), len(now)), ambiguous=(AmbiguousFile(path=path, before=len(was), after=len(now)),)
    )


def _make_changes(path: str, file: FileCoverage, lines: Lines, why: str) -> tuple[LineChange, ...]:
    parts = sorted(file.group_by_function(lines).items())
    return tuple(LineChange(path=path, region=region, lines=owned, why=why) for region, owned in parts)


def _join_deltas(parts: Iterable[Delta]) -> Delta:
    deltas = tuple(parts)
    return Delta(
        opened=tuple(change for delta in deltas for change in delta.opened),
        closed=tuple(change for delta in deltas for change in delta.closed),
        standing=sum(delta.standing for delta in deltas),
        unmeasured=tuple(item for delta in deltas for item in delta.unmeasured),
        ambiguous=tuple(item for delta in deltas for item in delta.ambiguous),
    )
