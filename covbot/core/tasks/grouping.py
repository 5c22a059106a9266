"""Gaps become tasks: what is filed stays where it is filed, and the rest forms new tasks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs
from attrs import Factory, frozen

from covbot.core.bugs.state import KEEPS_ALL_LINES, BugState
from covbot.core.lines import NO_LINES, Lines, union, union_by_path
from covbot.core.source import regions
from covbot.core.tasks.task import Entry, Task, TaskKind, choose_kind, group_entries, make_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from covbot.core.policy import Policy
    from covbot.core.tasks.assessment import Assessment
    from covbot.core.tasks.gap import Gap


MOST_JOINED = 5
"""Regions of one task at most: a volunteer has to understand each of them."""


@frozen(kw_only=True)
class Scope:
    """What tasks are made for: a project by its name, its policy, and the modules almost without tests.

    Of each of these, by path, the names of its functions.
    """

    project: str
    policy: Policy
    untested: Mapping[str, Collection[str]] = Factory(dict)


@frozen(kw_only=True)
class _Free:
    """Missing lines of one region that no task owns yet."""

    region: str
    lines: Lines
    unconfirmed: bool

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
    assessment: Assessment | None = None
    first: bool = False

    @property
    def lines(self) -> Lines:
        return union(part.lines for part in self.parts)

    def enter(self, key: str, policy: Policy) -> Entry:
        regions = tuple(part.region for part in self.parts)
        kind = TaskKind.FIRST_TEST if self.first else choose_kind(self.lines, policy, regions)
        task = Task(key=key, path=self.path, regions=regions, lines=self.lines, kind=kind)
        return Entry(task=task, unconfirmed=any(part.unconfirmed for part in self.parts), assessment=self.assessment)


def group_gaps_into_tasks(
    scope: Scope, gaps: Iterable[Gap], entries: Mapping[str, Entry], rows: Mapping[str, BugState]
) -> tuple[Entry, ...]:
    """All entries of the ledger by key, with new ones for missing lines that none owns: each line is in at most one.

    `entries` are those of the ledger by key, `rows` the standing of each. An entry without a bug is made anew from what
    is missing now, under the key that most of it had, and forgotten when nothing is.
    """
    policy = scope.policy
    kept = {key: entry for key, entry in entries.items() if entry.record}
    by_path = group_entries(kept.values())
    waiting = group_entries(entry for entry in entries.values() if not entry.record)
    gathered: dict[str, list[Gap]] = {}
    away = union_by_path(
        entry.elsewhere for entry in kept.values()
    )  # what a bug was filed for is not filed where it went
    for gap in sorted(gaps, key=lambda gap: (gap.path, gap.region)):
        own = attrs.evolve(gap, lines=gap.lines - away.get(gap.path, NO_LINES))
        gathered.setdefault(gap.path, []).append(own)
    fresh: list[_Fresh] = []
    for path, found in gathered.items():
        holders = [entry.task.key for entry in by_path.get(path, ())]
        free = [part for gap in found for part in _absorb(gap, kept, holders, rows, policy)]
        functions = () if any(_has_begun(kept[key]) for key in holders) else scope.untested.get(path, ())
        first = [_Fresh(path=path, parts=parts, first=True) for parts in _begin(free, functions, policy)]
        rest = [part for part in free if not any(part in begun.parts for begun in first)]
        queued = waiting.get(path, ())
        together = [*_stay(rest, queued, policy)]
        filled = [_Fresh(path=path, parts=tuple(parts)) for parts in _fill(rest, together, policy)]
        fresh += _inherit([*first, *filled], queued)
    taken = kept.keys() | {new.key for new in fresh if new.key}
    for new in fresh:
        key = new.key or make_key(scope.project, new.path, new.parts[0].region, taken=taken | kept.keys())
        kept[key] = new.enter(key, policy)
    return tuple(kept[key] for key in sorted(kept))


def _absorb(
    gap: Gap,
    kept: dict[str, Entry],
    holders: Sequence[str],
    rows: Mapping[str, BugState],
    policy: Policy,
) -> Iterator[_Free]:
    """Give the lines of a gap that no task owns to a task of its region that may grow; else they are free."""
    if any(kept[key].ambiguous for key in holders):
        return
    lines = _return(gap, kept, holders)
    if not lines:
        return
    for key in holders:
        task = kept[key].task
        if _owns(task, gap.region) and _grows(kept[key], rows[key], lines, policy):
            kept[key] = attrs.evolve(kept[key], task=attrs.evolve(task, lines=task.lines | lines))
            return
    yield _Free(region=gap.region, lines=lines, unconfirmed=gap.unconfirmed)


def _return(gap: Gap, kept: dict[str, Entry], holders: Sequence[str]) -> Lines:
    """Give lines that no task owns back to the task whose bug speaks of them; those that are left over."""
    lines = gap.lines - union(kept[key].task.lines for key in holders)
    for key in holders:
        entry = kept[key]
        if entry.record and entry.record.carried:
            task, again = entry.task, lines & entry.record.listed_lines
            kept[key] = attrs.evolve(entry, task=attrs.evolve(task, lines=task.lines | again))
            lines -= again
    return lines


def _owns(task: Task, region: str) -> bool:
    """Whether what is newly missing in a region is a task's; one that begins a module asks for its functions alone."""
    body = region == regions.MODULE_BODY and task.kind is TaskKind.FIRST_TEST
    return region in task.regions and not body


def _grows(entry: Entry, row: BugState, free: Lines, policy: Policy) -> bool:
    if row is BugState.WAITING:
        return len(entry.task.lines) + len(free) <= policy.max_statements
    return row in KEEPS_ALL_LINES


def _has_begun(entry: Entry) -> bool:
    """Whether a task with a bug begins its module: the code that it spoke of is still there."""
    return bool(entry.task.lines) or not entry.gone


def _begin(free: Sequence[_Free], functions: Collection[str], policy: Policy) -> Iterator[tuple[_Free, ...]]:
    """What the first test of a module is to run, if it has none: its easiest function, and what runs by an import.

    All of its functions if they fit one evening.
    """
    ordered = sorted(free, key=lambda part: (*_effort(part, policy), min(part.lines)))
    inside = [part for part in ordered if part.region in functions]
    if inside:
        whole = _size(inside) <= policy.max_statements and len(inside) <= MOST_JOINED
        yield (*(inside if whole else inside[:1]), *(part for part in ordered if part.region not in functions))


def _effort(part: _Free, policy: Policy) -> tuple[bool, bool, int]:
    """Where a function stands among those to begin with: not with what is called by itself, or says next to nothing."""
    special = part.region.rpartition(".")[2].startswith("__")
    return special, len(part.lines) < policy.min_statements, len(part.lines)


def _stay(free: Sequence[_Free], queued: Iterable[Entry], policy: Policy) -> Iterator[list[_Free]]:
    """Regions that were joined before stay together, under their key, as long as they fit one evening."""
    for entry in queued:
        parts = [part for part in free if part.region in entry.task.regions and part.lines & entry.task.lines]
        joined = len(entry.task.regions) > 1 and entry.task.kind is not TaskKind.FIRST_TEST
        if parts and joined and _size(parts) <= policy.max_statements:
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


def _inherit(fresh: Sequence[_Fresh], waiting: Sequence[Entry]) -> list[_Fresh]:
    """Give each new task the key, and what is known, of the waiting one that shares most lines with it."""
    owners: dict[int, list[str]] = {}
    for entry in waiting:
        for line in entry.task.lines:
            owners.setdefault(line, []).append(entry.task.key)
    shared = Counter(
        (key, place) for place, new in enumerate(fresh) for line in new.lines for key in owners.get(line, ())
    )
    keys: dict[int, str] = {}
    given: set[str] = set()
    for key, place in sorted(shared, key=lambda pair: (-shared[pair], *pair)):
        if place not in keys and key not in given:
            keys[place] = key
            given.add(key)
    assessments = {entry.task.key: entry.assessment for entry in waiting}
    return [
        attrs.evolve(new, key=keys.get(place), assessment=assessments.get(keys.get(place, "")))
        for place, new in enumerate(fresh)
    ]
