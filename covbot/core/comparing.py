"""What changed between two reports: `Delta`, each change with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import quorum, tasks
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.core.coverage import FileCoverage, Report


@frozen(kw_only=True)
class Change:
    """Lines of one region that opened (numbered as in the newer report) or closed (as in the older), and why."""

    path: str
    region: str = tasks.MODULE_BODY
    lines: Lines
    why: str


@frozen(kw_only=True)
class Unmeasured:
    """Missing lines of a file that the newer report does not speak of: neither covered nor missing."""

    path: str
    lines: Lines


@frozen(kw_only=True)
class Blurred:
    """A file whose code changed, so that without its source lines cannot be told apart: missing before and after."""

    path: str
    before: int
    after: int


@frozen(kw_only=True)
class Delta:
    """What changed: missing statements `opened` and `closed`, how many are `standing`, and what cannot be said."""

    opened: tuple[Change, ...] = ()
    closed: tuple[Change, ...] = ()
    standing: int = 0
    unmeasured: tuple[Unmeasured, ...] = ()
    blurred: tuple[Blurred, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.closed or self.unmeasured or self.blurred)


def compare(before: Report, after: Report) -> Delta:
    """What changed from one report to the other, at the grain that needs no source text."""
    return _join(
        _compare_file(path, before.files.get(path), after.files.get(path))
        for path in sorted(before.files.keys() | after.files.keys())
    )


def _compare_file(path: str, before: FileCoverage | None, after: FileCoverage | None) -> Delta:
    if after is None:
        lost = before.missing if before else Lines()
        return Delta(unmeasured=(Unmeasured(path=path, lines=lost),) if lost else ())
    if before is None:
        return Delta(opened=_changes(path, after.missing, "newly measured"))
    carry = quorum.carry_of(before, after)
    if carry is not None:
        was = carry(before.missing)
        return Delta(
            opened=_changes(path, after.missing - was, "lost coverage"),
            closed=_changes(path, was - after.missing, "covered"),
            standing=len(was & after.missing),
        )
    if not before.missing:
        return Delta(opened=_changes(path, after.missing, "new code"))
    if not after.missing:
        return Delta(closed=_changes(path, before.missing, "covered"))
    counts = len(before.missing), len(after.missing)
    blurred = (Blurred(path=path, before=counts[0], after=counts[1]),) if counts[0] != counts[1] else ()
    return Delta(standing=min(counts), blurred=blurred)


def _changes(path: str, lines: Lines, why: str) -> tuple[Change, ...]:
    return (Change(path=path, lines=lines, why=why),) if lines else ()


def _join(parts: Iterable[Delta]) -> Delta:
    deltas = tuple(parts)
    return Delta(
        opened=tuple(change for delta in deltas for change in delta.opened),
        closed=tuple(change for delta in deltas for change in delta.closed),
        standing=sum(delta.standing for delta in deltas),
        unmeasured=tuple(item for delta in deltas for item in delta.unmeasured),
        blurred=tuple(item for delta in deltas for item in delta.blurred),
    )
