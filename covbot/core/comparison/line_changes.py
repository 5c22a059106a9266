"""What changed between two reports: `Delta`, each change with its reason."""

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
"""Takes lines of a path on one side to their paths and lines on the other."""


@frozen(kw_only=True, order=True)
class LineChange:
    """Lines of one region that opened (numbered as in the newer report) or closed (as in the older), and why."""

    path: str
    region: str = regions.MODULE_BODY
    why: str
    lines: Lines


@frozen(kw_only=True)
class UnmeasuredFile:
    """Missing lines of a file that the newer report does not speak of: neither covered nor missing."""

    path: str
    lines: Lines


@frozen(kw_only=True)
class AmbiguousFile:
    """A file whose code changed, so that without its source lines cannot be told apart: missing before and after."""

    path: str
    before: int
    after: int


@frozen(kw_only=True)
class Delta:
    """What changed: missing statements `opened` and `closed`, how many are `standing`, and what cannot be said."""

    opened: tuple[LineChange, ...] = ()
    closed: tuple[LineChange, ...] = ()
    standing: int = 0
    unmeasured: tuple[UnmeasuredFile, ...] = ()
    ambiguous: tuple[AmbiguousFile, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.unmeasured or self.ambiguous)


def compare(before: Report, after: Report) -> Delta:
    """What changed from one report to the other, at the grain that needs no source text."""
    return _join(
        _compare_file(path, before.files.get(path), after.files.get(path))
        for path in sorted(before.files.keys() | after.files.keys())
    )


def compare_with_source(transition: Transition) -> Delta:
    """What changed from one build to the other, line by line, with the reason that the source gives."""
    before, after = _moving(transition.before.report, transition), _moving(transition.after.report, transition)
    was = union_by_path(transition.forward(path, file.missing) for path, file in before.items() if file.missing)
    is_now = union_by_path(transition.backward(path, file.missing) for path, file in after.items() if file.missing)
    opaque = {path for path in before if transition.lacks_source(path)}
    opened = tuple(change for path in sorted(after.keys() - opaque) for change in _opened(transition, path, was))
    closed = tuple(change for path in sorted(before.keys() - opaque) for change in _closed(transition, path, is_now))
    unmeasured = {path: _unmeasured(transition, path) for path in sorted(before.keys() - opaque)}
    missing = sum(len(file.missing) for path, file in transition.after.report.files.items() if path not in opaque)
    grown = _join(_compare_file(path, before[path], after[path]) for path in sorted(opaque))
    return Delta(
        opened=opened + grown.opened,
        closed=closed + grown.closed,
        standing=missing - sum(len(change.lines) for change in opened) + grown.standing,
        unmeasured=tuple(UnmeasuredFile(path=path, lines=lines) for path, lines in unmeasured.items() if lines),
        ambiguous=grown.ambiguous,
    )


def _moving(report: Report, transition: Transition) -> dict[str, FileCoverage]:
    """The files of a report in which something may have changed."""
    return {path: file for path, file in report.files.items() if path not in transition.unchanged_paths}


def _opened(transition: Transition, path: str, was: Mapping[str, Lines]) -> Iterator[LineChange]:
    """Missing lines of a file after that were not missing before."""
    fresh = transition.after.report.files[path].missing - was.get(path, NO_LINES)
    if fresh:
        there = transition.backward(path, fresh)
        lost = _return(path, _measured(transition.before, there), transition.forward) & fresh
        known = _return(path, there, transition.forward) & (fresh - lost)
        reasons = {"lost coverage": lost, "newly measured": known, "new code": fresh - lost - known}
        yield from _changes(transition.after, path, reasons)


def _closed(transition: Transition, path: str, is_now: Mapping[str, Lines]) -> Iterator[LineChange]:
    """Missing lines of a file before that are not missing after, except those that nobody measured."""
    gone = transition.before.report.files[path].missing - is_now.get(path, NO_LINES)
    gone -= _unmeasured(transition, path) if gone else NO_LINES
    if gone:
        there = transition.forward(path, gone)
        covered = _return(path, _measured(transition.after, there), transition.backward) & gone
        known = _return(path, there, transition.backward) & (gone - covered)
        reasons = {"covered": covered, "deleted": gone - covered - known, "excluded": known}
        yield from _changes(transition.before, path, reasons)


def _measured(view: BuildView, places: Mapping[str, Lines]) -> dict[str, Lines]:
    """Of lines by path, those that are statements."""
    files = view.report.files
    return {path: lines & files[path].statements for path, lines in places.items() if path in files}


def _return(path: str, places: Mapping[str, Lines], carry: MapLines) -> Lines:
    """The lines of a path from which lines by path on the other side come."""
    return union_by_path(carry(there, lines) for there, lines in places.items()).get(path, NO_LINES)


def _unmeasured(transition: Transition, path: str) -> Lines:
    """Missing lines of a file before whose file after is there, though the report does not speak of it."""
    missing = transition.before.report.files[path].missing
    silent = {
        there: lines for there, lines in transition.forward(path, missing).items() if transition.is_unmeasured(there)
    }
    return (
        union_by_path(transition.backward(there, lines) for there, lines in silent.items()).get(path, NO_LINES)
        & missing
    )


def _changes(view: BuildView, path: str, reasons: Mapping[str, Lines]) -> Iterator[LineChange]:
    every = union(reasons.values())
    regions = sorted(view.group_by_region(path, every).items()) if every else ()
    for why, lines in reasons.items():
        for region, owned in regions:
            if part := lines & owned:
                yield LineChange(path=path, region=region, lines=part, why=why)


def _compare_file(path: str, before: FileCoverage | None, after: FileCoverage | None) -> Delta:
    if after is None:
        lost = before.missing if before else NO_LINES
        return Delta(unmeasured=(UnmeasuredFile(path=path, lines=lost),) if lost else ())
    if before is None:
        return Delta(opened=_change(path, after, after.missing, "newly measured"))
    found = _join(_compare_piece(path, piece, before, after) for piece in function_pairs.pair_functions(before, after))
    counts = [
        sum(ambiguous.before for ambiguous in found.ambiguous),
        sum(ambiguous.after for ambiguous in found.ambiguous),
    ]
    ambiguous = (AmbiguousFile(path=path, before=counts[0], after=counts[1]),) if counts[0] != counts[1] else ()
    return attrs.evolve(found, ambiguous=ambiguous)


def _compare_piece(path: str, piece: FunctionPair, before: FileCoverage, after: FileCoverage) -> Delta:
    was, now = piece.before.missing, piece.after.missing
    if piece.shift is not None:
        stand = piece.carry(was) & now
        return Delta(
            opened=_change(path, after, now - stand, "lost coverage"),
            closed=_change(path, before, was - stand.shift(-piece.shift), "covered"),
            standing=len(stand),
        )
    if not was:
        return Delta(opened=_change(path, after, now, "new code"))
    if not now:
        return Delta(closed=_change(path, before, was, "covered" if piece.after.statements else "deleted"))
    return Delta(
        standing=min(len(was), len(now)), ambiguous=(AmbiguousFile(path=path, before=len(was), after=len(now)),)
    )


def _change(path: str, file: FileCoverage, lines: Lines, why: str) -> tuple[LineChange, ...]:
    parts = sorted(file.by_function(lines).items())
    return tuple(LineChange(path=path, region=region, lines=owned, why=why) for region, owned in parts)


def _join(parts: Iterable[Delta]) -> Delta:
    deltas = tuple(parts)
    return Delta(
        opened=tuple(change for delta in deltas for change in delta.opened),
        closed=tuple(change for delta in deltas for change in delta.closed),
        standing=sum(delta.standing for delta in deltas),
        unmeasured=tuple(item for delta in deltas for item in delta.unmeasured),
        ambiguous=tuple(item for delta in deltas for item in delta.ambiguous),
    )
