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


@frozen(kw_only=True)
class _Free:
    """Missing lines of one region that no task owns yet."""

    region: str
    lines: Lines
    doubtful: bool


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
    """Join small gaps of a file, in the order of its source, up to one evening; a larger one stays alone."""
    waiting: list[_Free] = []
    size = 0
    for part in sorted(free, key=lambda part: min(part.lines)):
        if waiting and size + len(part.lines) > policy.max_statements:
            yield waiting
            waiting, size = [], 0
        waiting.append(part)
        size += len(part.lines)
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
