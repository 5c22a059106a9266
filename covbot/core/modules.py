"""Gaps and tasks from one build to the next without a line map: as they are, or whole modules where code changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core import flaky, quorum, tasks
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.core.coverage import FileCoverage
    from covbot.core.ledger import Ledger


@frozen(kw_only=True)
class Step:
    """One file from the build in which it was last measured to the newer one, the snapshot `at` of build `number`."""

    path: str
    before: FileCoverage
    after: FileCoverage
    at: int
    number: int


def advance(ledger: Ledger, steps: Iterable[Step]) -> Ledger:
    """The ledger after one more trusted build of which no line map is known."""
    gaps, entries, flips = dict(ledger.gaps), dict(ledger.entries), dict(ledger.flips)
    by_path, known = tasks.by_path(ledger.entries.values()), tasks.gaps_by_path(ledger.gaps.values())
    for step in steps:
        flipped = _flips(ledger, step)
        found = _gaps(known.get(step.path, {}), step, flaky.flaky(flipped))
        if found is None:
            continue
        gaps.update({(gap.path, gap.region): gap for gap in found})
        flips[step.path] = flipped
        for entry in _entries(by_path.get(step.path, ()), found, step):
            entries[entry.task.key] = entry
    flips = {path: flipped for path, flipped in flips.items() if flipped}
    return attrs.evolve(ledger, gaps=gaps, entries=entries, flips=flips)


def _same(step: Step) -> bool:
    """Whether the lines can be told apart: no statement moved."""
    return step.before.statements == step.after.statements


def _gaps(known: Mapping[str, tasks.Gap], step: Step, shaky: Lines) -> list[tasks.Gap] | None:
    """The gaps of the file; None where its functions cannot be told apart: then it counts as not measured."""
    body = known.get(tasks.MODULE_BODY)
    others = [gap for region, gap in sorted(known.items()) if region != tasks.MODULE_BODY]
    if _same(step):
        return _gaps_in_place(body, others, step, shaky)
    if others:
        return None
    lines, doubtful = quorum.settle_whole(body.lines if body else Lines(), step.before, step.after)
    gap = tasks.continue_gap(body, lines, path=step.path, at=step.at, number=step.number)
    return [attrs.evolve(gap, doubtful=doubtful)] if gap else []


def _gaps_in_place(body: tasks.Gap | None, others: Sequence[tasks.Gap], step: Step, shaky: Lines) -> list[tasks.Gap]:
    """The gaps of a file whose lines stand where they stood; what is new there counts as the module's own."""
    owned = Lines.of(line for gap in others for line in gap.lines)
    confirmed = owned | (body.lines if body else Lines())
    settled = quorum.settle(confirmed, step.before.missing, step.after.missing, shaky)
    parts = [*((gap, settled & gap.lines) for gap in others), (body, settled - owned)]
    found = (tasks.continue_gap(gap, lines, path=step.path, at=step.at, number=step.number) for gap, lines in parts)
    sure = step.after.missing | shaky
    return [attrs.evolve(gap, doubtful=not gap.lines <= sure) for gap in found if gap]


def _flips(ledger: Ledger, step: Step) -> dict[int, tuple[int, ...]]:
    if not _same(step):
        return {}
    both = step.before.missing & step.after.missing
    flipped = (step.before.missing | step.after.missing) - both
    return flaky.add(ledger.flips.get(step.path, {}), flipped, build=step.number, recent=ledger.recent)


def _entries(entries: Iterable[tasks.Entry], gaps: Iterable[tasks.Gap], step: Step) -> list[tasks.Entry]:
    """The tasks of the file: each keeps the lines that it owns and that still count."""
    entries, gaps = tuple(entries), tuple(gaps)
    lines = Lines.of(line for gap in gaps for line in gap.lines)
    if _same(step):
        return [_keep(entry, lines) for entry in entries]
    doubtful = any(gap.doubtful for gap in gaps)
    return [_blur(entry, lines, doubtful=doubtful, alone=len(entries) == 1) for entry in entries]


def _keep(entry: tasks.Entry, lines: Lines) -> tasks.Entry:
    kept = entry.task.lines if entry.blurred and lines else entry.task.lines & lines
    return attrs.evolve(entry, task=attrs.evolve(entry.task, lines=kept), doubtful=False)


def _blur(entry: tasks.Entry, lines: Lines, *, doubtful: bool, alone: bool) -> tasks.Entry:
    filed = entry.filed and attrs.evolve(entry.filed, carried=False)
    blurred = bool(lines) and (entry.blurred or not alone)
    task = entry.task if blurred else attrs.evolve(entry.task, lines=lines)
    return attrs.evolve(entry, task=task, filed=filed, doubtful=doubtful, blurred=blurred)
