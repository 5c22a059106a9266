"""Two trusted builds in a row must agree: how the gaps of a project go on from one build to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import attrs

from covbot.core import tasks
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.coverage import FileCoverage

Carry: TypeAlias = Callable[[Lines], Lines]
"""Takes lines of a file in the older build to where they stand in the newer one; lines that are gone are dropped."""


def carry_of(before: FileCoverage, after: FileCoverage) -> Carry | None:
    """How lines carry over without the source: as they are while the statements are the same, else unknown (None)."""
    return _as_they_are if before.statements == after.statements else None


def _as_they_are(lines: Lines) -> Lines:
    return lines


def settle(confirmed: Lines, before: FileCoverage, after: FileCoverage, carry: Carry | None) -> tuple[Lines, bool]:
    """The missing lines that count after the newer build, numbered as in it, and whether they are still doubtful.

    A line opens or closes when both builds say so; where they differ, the state before stands. Without a carry only the
    whole module can be compared: its lines are those of the newer build, doubtful until a build agrees on their number.
    """
    if carry is not None:
        was = carry(before.missing)
        both = was & after.missing
        return both | (carry(confirmed) & ((was | after.missing) - both)), False
    if before.missing and after.missing:
        return after.missing, len(before.missing) != len(after.missing)
    if before.missing or after.missing:
        return (after.missing or confirmed) if confirmed else Lines(), bool(confirmed)
    return Lines(), False


@attrs.frozen(kw_only=True)
class Step:
    """One file from the build in which it was last measured to the newer one, the snapshot `at` of build `number`."""

    path: str
    before: FileCoverage
    after: FileCoverage
    at: int
    number: int


def advance(gap: tasks.Gap | None, step: Step) -> tasks.Gap | None:
    """The gap of a whole module after one more trusted build; None where there never was one."""
    confirmed = gap.lines if gap else Lines()
    lines, doubtful = settle(confirmed, step.before, step.after, carry_of(step.before, step.after))
    if gap is None:
        if not lines:
            return None
        gap = tasks.Gap(path=step.path, region=tasks.MODULE_BODY, lines=lines, at=step.at, since=step.number)
    elif lines and not gap.lines:
        gap = attrs.evolve(gap, since=step.number)
    closed = bool(gap.lines) and not lines
    until = None if lines else step.number if closed else gap.until
    return attrs.evolve(gap, lines=lines, at=step.at, until=until, doubtful=doubtful)


def advance_entries(entries: Sequence[tasks.Entry], step: Step, gap: tasks.Gap) -> list[tasks.Entry]:
    """The tasks of the file after the same build: each keeps the lines that it owns and that still count."""
    carry = carry_of(step.before, step.after)
    if carry is None:
        return [_blur(entry, gap, alone=len(entries) == 1) for entry in entries]
    return [_carry(entry, gap, carry) for entry in entries]


def _carry(entry: tasks.Entry, gap: tasks.Gap, carry: Carry) -> tasks.Entry:
    filed = entry.filed
    if filed and filed.carried:
        filed = attrs.evolve(filed, told=carry(filed.told))
    lines = entry.task.lines if entry.blurred and gap.lines else carry(entry.task.lines) & gap.lines
    return _evolve(entry, gap, lines, filed)


def _blur(entry: tasks.Entry, gap: tasks.Gap, *, alone: bool) -> tasks.Entry:
    filed = entry.filed and attrs.evolve(entry.filed, carried=False)
    blurred = bool(gap.lines) and (entry.blurred or not alone)
    return attrs.evolve(_evolve(entry, gap, entry.task.lines if blurred else gap.lines, filed), blurred=blurred)


def _evolve(entry: tasks.Entry, gap: tasks.Gap, lines: Lines, filed: tasks.Filed | None) -> tasks.Entry:
    return attrs.evolve(entry, task=attrs.evolve(entry.task, lines=lines), filed=filed, doubtful=gap.doubtful)
