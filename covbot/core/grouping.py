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


@frozen(kw_only=True)
class _Fresh:
    """A task without a bug in the making, under the key that it had before, if it had one."""

    path: str
    parts: tuple[_Free, ...]
    key: str | None = None

    @property
    def lines(self) -> Lines:
        return Lines.of(line for part in self.parts for line in part.lines)

    def enter(self, key: str, policy: Policy) -> tasks.Entry:
        regions, kind = tuple(part.region for part in self.parts), tasks.size_up(self.lines, policy)
        task = tasks.Task(key=key, path=self.path, regions=regions, lines=self.lines, kind=kind)
        return tasks.Entry(task=task, doubtful=any(part.doubtful for part in self.parts))


def group(
    project: str,
    gaps: Iterable[tasks.Gap],
    entries: Mapping[str, tasks.Entry],
    rows: Mapping[str, Standing],
    policy: Policy,
) -> tuple[tasks.Entry, ...]:
    """All entries of the ledger by key, with new ones for missing lines that none owns: each line is in at most one.

    `entries` are those of the ledger by key, `rows` the standing of each. An entry without a bug is made anew from what
    is missing now, under the key that most of it had, and forgotten when nothing is.
    """
    kept = {key: entry for key, entry in entries.items() if entry.filed}
    by_path = tasks.by_path(kept.values())
    waiting = tasks.by_path(entry for entry in entries.values() if not entry.filed)
    gathered: dict[str, list[tasks.Gap]] = {}
    away = _find_away(kept.values())
    for gap in sorted(gaps, key=lambda gap: (gap.path, gap.region)):
        own = attrs.evolve(gap, lines=gap.lines - away.get(gap.path, Lines()))
        gathered.setdefault(gap.path, []).append(own)
    fresh: list[_Fresh] = []
    for path, found in gathered.items():
        holders = [entry.task.key for entry in by_path.get(path, ())]
        free = [part for gap in found for part in _absorb(gap, kept, holders, rows, policy)]
        queued = waiting.get(path, ())
        together = [*_stay(free, queued, policy)]
        filled = [_Fresh(path=path, parts=tuple(parts)) for parts in _fill(free, together, policy)]
        fresh += _inherit(filled, queued)
    taken = kept.keys() | {new.key for new in fresh if new.key}
    for new in fresh:
        key = new.key or tasks.key_of(project, new.path, new.parts[0].region, taken=taken | kept.keys())
        kept[key] = new.enter(key, policy)
    return tuple(kept[key] for key in sorted(kept))


def _find_away(entries: Iterable[tasks.Entry]) -> dict[str, Lines]:
    """By path the lines of tasks of other files: what a bug was filed for is not filed again where it went."""
    found: dict[str, Lines] = {}
    for entry in entries:
        for path, lines in entry.elsewhere.items():
            found[path] = found.get(path, Lines()) | lines
    return found


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
    lines = _return(gap, kept, holders)
    if not lines:
        return
    for key in holders:
        task = kept[key].task
        if gap.region in task.regions and _grows(kept[key], rows[key], lines, policy):
            kept[key] = attrs.evolve(kept[key], task=attrs.evolve(task, lines=task.lines | lines))
            return
    yield _Free(region=gap.region, lines=lines, doubtful=gap.doubtful)


def _return(gap: tasks.Gap, kept: dict[str, tasks.Entry], holders: Sequence[str]) -> Lines:
    """Give lines that no task owns back to the task whose bug speaks of them; those that are left over."""
    lines = gap.lines - Lines.of(line for key in holders for line in kept[key].task.lines)
    for key in holders:
        entry = kept[key]
        if entry.filed and entry.filed.carried:
            task, again = entry.task, lines & entry.filed.told
            kept[key] = attrs.evolve(entry, task=attrs.evolve(task, lines=task.lines | again))
            lines -= again
    return lines


def _grows(entry: tasks.Entry, row: Standing, free: Lines, policy: Policy) -> bool:
    if row is Standing.WAITING:
        return len(entry.task.lines) + len(free) <= policy.max_statements
    return row in standing.KEEPS_ALL


def _stay(free: Sequence[_Free], queued: Iterable[tasks.Entry], policy: Policy) -> Iterator[list[_Free]]:
    """Regions that were joined before stay together, under their key, as long as they fit one evening."""
    for entry in queued:
        parts = [part for part in free if part.region in entry.task.regions and part.lines & entry.task.lines]
        if parts and len(entry.task.regions) > 1 and _size(parts) <= policy.max_statements:
            yield sorted(parts, key=lambda part: min(part.lines))[:MOST_JOINED]


def _fill(free: Iterable[_Free], together: Sequence[list[_Free]], policy: Policy) -> list[list[_Free]]:
    """One region by one, in the order of the source; small ones are joined, and what is left goes to its class.

    What is `together` already stays so.
    """
    loose = [part for part in free if not any(part in parts for parts in together)]
    ordered = sorted(loose, key=lambda part: min(part.lines))
    filled = [*together, *([part] for part in ordered if len(part.lines) >= policy.min_statements)]
    for parts in _join(ordered, policy):
        room = policy.max_statements - _size(parts)
        owners = {part.owner for part in parts}
        homes = [home for home in filled if {home[0].owner} == owners and _size(home) <= room]
        if _size(parts) < policy.min_statements and homes and len(homes[0]) + len(parts) <= MOST_JOINED:
            homes[0] += parts
        else:
            filled.append(parts)
    return filled


def _join(ordered: Iterable[_Free], policy: Policy) -> Iterator[list[_Free]]:
    """The small regions together, those of one class first, up to one evening."""
    small = [part for part in ordered if len(part.lines) < policy.min_statements]
    waiting: list[_Free] = []
    for part in sorted(small, key=lambda part: (part.owner, min(part.lines))):
        size = _size(waiting)
        full = size + len(part.lines) > policy.max_statements or len(waiting) >= MOST_JOINED
        if waiting and (full or (part.owner != waiting[-1].owner and size >= policy.min_statements)):
            yield waiting
            waiting = []
        waiting.append(part)
    if waiting:
        yield waiting


def _size(parts: Iterable[_Free]) -> int:
    return sum(len(part.lines) for part in parts)


def _inherit(fresh: Sequence[_Fresh], waiting: Iterable[tasks.Entry]) -> list[_Fresh]:
    """Give each new task the key of the waiting one that shares most lines with it."""
    shared = sorted(
        (-len(common), entry.task.key, place)
        for entry in waiting
        for place, new in enumerate(fresh)
        if (common := new.lines & entry.task.lines)
    )
    keys: dict[int, str] = {}
    for _, key, place in shared:
        if place not in keys and key not in keys.values():
            keys[place] = key
    return [attrs.evolve(new, key=keys.get(place)) for place, new in enumerate(fresh)]
