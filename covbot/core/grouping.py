"""Gaps become tasks: what is filed stays where it is filed, and the rest forms new tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core import standing, tasks
from covbot.core.lines import Lines
from covbot.core.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from covbot.core.policy import Policy


MOST_JOINED = 5
"""Regions of one task at most: a volunteer has to understand each of them."""


@frozen(kw_only=True)
class _Free:
    """Missing lines of one region that no task owns yet."""

    region: str
    lines: Lines
    doubtful: bool

    @property
    def owner(self) -> str:
        """The class that the region belongs to, or empty."""
        return self.region.rpartition(".")[0]


def group(
    project: str,
    gaps: Iterable[tasks.Gap],
    entries: Mapping[str, tasks.Entry],
    rows: Mapping[str, Standing],
    policy: Policy,
) -> tuple[tasks.Entry, ...]:
    """All entries of the ledger by key, with new ones for missing lines that none owns: each line is in at most one.

    `entries` are those of the ledger by key, `rows` the standing of each. An entry without a bug is made anew from what
    is missing now, and forgotten when nothing is.
    """
    kept = {key: entry for key, entry in entries.items() if entry.filed}
    by_path = tasks.by_path(kept.values())
    gathered: dict[str, list[tasks.Gap]] = {}
    for gap in sorted(gaps, key=lambda gap: (gap.path, gap.region)):
        gathered.setdefault(gap.path, []).append(gap)
    for path, found in gathered.items():
        holders = [entry.task.key for entry in by_path.get(path, ())]
        free = [part for gap in found for part in _absorb(gap, kept, holders, rows, policy)]
        for parts in _fill(free, policy):
            entry = _new(project, path, parts, taken=kept, policy=policy)
            kept[entry.task.key] = entry
    return tuple(kept[key] for key in sorted(kept))


def _absorb(
    gap: tasks.Gap,
    kept: dict[str, tasks.Entry],
    holders: Sequence[str],
    rows: Mapping[str, Standing],
    policy: Policy,
) -> Iterator[_Free]:
    """Give the lines of a gap that no task owns to a task of its region that may grow; else they are free."""
    if any(kept[key].blurred for key in holders):
        return
    owned = {line for key in holders for line in kept[key].task.lines}
    lines = gap.lines - Lines.of(owned)
    if not lines:
        return
    for key in holders:
        task = kept[key].task
        if gap.region in task.regions and _grows(kept[key], rows[key], lines, policy):
            kept[key] = attrs.evolve(kept[key], task=attrs.evolve(task, lines=task.lines | lines))
            return
    yield _Free(region=gap.region, lines=lines, doubtful=gap.doubtful)


def _grows(entry: tasks.Entry, row: Standing, free: Lines, policy: Policy) -> bool:
    if row is Standing.WAITING:
        return len(entry.task.lines) + len(free) <= policy.max_statements
    return row in standing.KEEPS_ALL


def _fill(free: Iterable[_Free], policy: Policy) -> Iterator[list[_Free]]:
    """One region by one, in the order of the source; small ones joined, those of one class first, up to one evening."""
    ordered = sorted(free, key=lambda part: min(part.lines))
    small = [part for part in ordered if len(part.lines) < policy.min_statements]
    yield from ([part] for part in ordered if len(part.lines) >= policy.min_statements)
    waiting: list[_Free] = []
    for part in sorted(small, key=lambda part: (part.owner, min(part.lines))):
        size = sum(len(other.lines) for other in waiting)
        full = size + len(part.lines) > policy.max_statements or len(waiting) >= MOST_JOINED
        if waiting and (full or (part.owner != waiting[-1].owner and size >= policy.min_statements)):
            yield waiting
            waiting = []
        waiting.append(part)
    if waiting:
        yield waiting


def _new(
    project: str, path: str, parts: Sequence[_Free], *, taken: Mapping[str, tasks.Entry], policy: Policy
) -> tasks.Entry:
    lines = Lines.of(line for part in parts for line in part.lines)
    task = tasks.Task(
        key=tasks.key_of(project, path, parts[0].region, taken=taken),
        path=path,
        regions=tuple(part.region for part in parts),
        lines=lines,
        kind=tasks.size_up(lines, policy),
    )
    return tasks.Entry(task=task, doubtful=any(part.doubtful for part in parts))
