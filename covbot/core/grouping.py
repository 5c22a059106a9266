"""Gaps become tasks: what is filed stays where it is filed, and the rest forms new tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core import standing, tasks
from covbot.core.lines import Lines
from covbot.core.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.policy import Policy


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
    by_path: dict[str, list[str]] = {}
    for key in sorted(kept):
        by_path.setdefault(kept[key].task.path, []).append(key)
    for gap in sorted(gaps, key=lambda gap: (gap.path, gap.region)):
        holders = [key for key in by_path.get(gap.path, ()) if gap.region in kept[key].task.regions]
        free = _free(gap, [kept[key] for key in holders])
        if not free:
            continue
        grown = next((key for key in holders if _grows(kept[key], rows[key], free, policy)), None)
        if grown is None:
            entry = _new(project, gap, free, taken=kept, policy=policy)
            kept[entry.task.key] = entry
        else:
            task = kept[grown].task
            kept[grown] = attrs.evolve(kept[grown], task=attrs.evolve(task, lines=task.lines | free))
    return tuple(kept[key] for key in sorted(kept))


def _free(gap: tasks.Gap, holders: Iterable[tasks.Entry]) -> Lines:
    free = gap.lines
    for entry in holders:
        if entry.blurred:
            return Lines()
        free -= entry.task.lines
    return free


def _grows(entry: tasks.Entry, row: Standing, free: Lines, policy: Policy) -> bool:
    if row is Standing.WAITING:
        return len(entry.task.lines) + len(free) <= policy.max_statements
    return row in standing.KEEPS_ALL


def _new(
    project: str, gap: tasks.Gap, lines: Lines, *, taken: Mapping[str, tasks.Entry], policy: Policy
) -> tasks.Entry:
    task = tasks.Task(
        key=tasks.key_of(project, gap.path, gap.region, taken=taken),
        path=gap.path,
        regions=(gap.region,),
        lines=lines,
        kind=tasks.size_up(lines, policy),
    )
    return tasks.Entry(task=task, doubtful=gap.doubtful)
