"""Tasks made of gaps: filed tasks keep their lines, and all other missing lines are grouped into new tasks."""

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


MOST_REGIONS = 5
"""The most regions of one task: a volunteer has to understand each of them."""


_OPEN = frozenset({BugState.WAITING, BugState.EDITED, BugState.WORKED_ON})
"""In these states a bug whose code was gone takes all of it back, so that none is filed beside it."""


@frozen(kw_only=True)
class Scope:
    """The project that tasks are made for: its name, its policy, and its modules almost without tests.

    `untested` has the names of the functions of each of these modules, by path.
    """

    project: str
    policy: Policy
    untested: Mapping[str, Collection[str]] = Factory(dict)


@frozen(kw_only=True)
class _UnownedGap:
    """The missing lines of one region that no task owns yet."""

    region: str
    lines: Lines
    unconfirmed: bool

    @property
    def class_name(self) -> str:
        """The name of the class that the region belongs to, empty if it is in none."""
        return self.region.rpartition(".")[0]


@frozen(kw_only=True)
class _NewTask:
    """A task without a bug that is being made, with the key that it had before, if it had one."""

    path: str
    parts: tuple[_UnownedGap, ...]
    key: str | None = None
    assessment: Assessment | None = None
    is_first_test: bool = False

    @property
    def lines(self) -> Lines:
        return union(part.lines for part in self.parts)

    def make_entry(self, key: str, policy: Policy) -> Entry:
        regions = tuple(part.region for part in self.parts)
        kind = TaskKind.FIRST_TEST if self.is_first_test else choose_kind(self.lines, policy, regions)
        task = Task(key=key, path=self.path, regions=regions, lines=self.lines, kind=kind)
        return Entry(task=task, unconfirmed=any(part.unconfirmed for part in self.parts), assessment=self.assessment)


def group_gaps_into_tasks(
    scope: Scope, gaps: Iterable[Gap], entries: Mapping[str, Entry], states: Mapping[str, BugState]
) -> tuple[Entry, ...]:
    """Return all entries of the ledger in the order of their keys, with new ones for missing lines that no task owns.

    Each line is in at most one task. `entries` are those of the ledger by key, `states` the states of their bugs. An
    entry without a bug is made anew from the lines that are missing now, with the key that most of them had, and it is
    dropped if no line is missing.
    """
    policy = scope.policy
    kept = {key: entry for key, entry in entries.items() if entry.is_kept}
    filed_by_path = group_entries(kept.values())
    unfiled_by_path = group_entries(entry for entry in entries.values() if not entry.is_kept)
    gaps_by_path: dict[str, list[Gap]] = {}
    # Lines that a bug was filed for are not filed again where they were moved to.
    elsewhere = union_by_path(entry.elsewhere for entry in kept.values())
    for gap in sorted(gaps, key=lambda gap: (gap.path, gap.region)):
        own = attrs.evolve(gap, lines=gap.lines - elsewhere.get(gap.path, NO_LINES))
        gaps_by_path.setdefault(gap.path, []).append(own)
    new_tasks: list[_NewTask] = []
    for path, found in gaps_by_path.items():
        filed_keys = [entry.task.key for entry in filed_by_path.get(path, ())]
        unowned = [part for gap in found for part in _assign_gap(gap, kept, filed_keys, states, policy)]
        functions = () if any(_has_code(kept[key]) for key in filed_keys) else scope.untested.get(path, ())
        first_tests = [
            _NewTask(path=path, parts=parts, is_first_test=True)
            for parts in _choose_first_test(unowned, functions, policy)
        ]
        rest = [part for part in unowned if not any(part in task.parts for task in first_tests)]
        unfiled = unfiled_by_path.get(path, ())
        joined = [*_keep_joined_regions(rest, unfiled, policy)]
        groups = [_NewTask(path=path, parts=tuple(parts)) for parts in _form_groups(rest, joined, policy)]
        new_tasks += _inherit_keys([*first_tests, *groups], unfiled)
    taken = kept.keys() | {new.key for new in new_tasks if new.key}
    for new in new_tasks:
        key = new.key or make_key(scope.project, new.path, new.parts[0].region, taken=taken | kept.keys())
        kept[key] = new.make_entry(key, policy)
    return tuple(kept[key] for key in sorted(kept))


def _assign_gap(
    gap: Gap,
    kept: dict[str, Entry],
    filed_keys: Sequence[str],
    states: Mapping[str, BugState],
    policy: Policy,
) -> Iterator[_UnownedGap]:
    """Add the unowned lines of a gap to a task of its region that can grow; yield them if there is none."""
    if any(kept[key].ambiguous for key in filed_keys):
        return
    lines = _return_listed_lines(gap, kept, filed_keys)
    if not lines:
        return
    for key in filed_keys:
        task = kept[key].task
        if _owns_region(task, gap.region) and _can_grow(kept[key], states[key], lines, policy):
            unconfirmed = kept[key].unconfirmed if task.lines else gap.unconfirmed
            task = attrs.evolve(task, lines=task.lines | lines)
            kept[key] = attrs.evolve(kept[key], task=task, unconfirmed=unconfirmed)
            return
    yield _UnownedGap(region=gap.region, lines=lines, unconfirmed=gap.unconfirmed)


def _return_listed_lines(gap: Gap, kept: dict[str, Entry], filed_keys: Sequence[str]) -> Lines:
    """Return the unowned lines of a gap, after those that the bug of a task lists were added to that task again."""
    lines = gap.lines - union(kept[key].task.lines for key in filed_keys)
    for key in filed_keys:
        entry = kept[key]
        if entry.record and entry.record.carried:
            task, again = entry.task, lines & entry.record.listed_lines
            kept[key] = attrs.evolve(entry, task=attrs.evolve(task, lines=task.lines | again))
            lines -= again
    return lines


def _owns_region(task: Task, region: str) -> bool:
    """Whether newly missing lines of a region belong to a task; a first test of a module covers only its functions."""
    body = region == regions.MODULE_BODY and task.kind is TaskKind.FIRST_TEST
    return region in task.regions and not body


def _can_grow(entry: Entry, state: BugState, unowned: Lines, policy: Policy) -> bool:
    if entry.fits_text(entry.task.lines | unowned):
        return True
    if entry.gone and not entry.task.lines and state in _OPEN:
        return True
    if state is BugState.WAITING:
        return len(entry.task.lines) + len(unowned) <= policy.max_statements
    return state in KEEPS_ALL_LINES


def _has_code(entry: Entry) -> bool:
    """Whether the code of a task with a bug still exists, so that its module needs no other first test."""
    return bool(entry.task.lines) or not entry.gone


def _choose_first_test(
    unowned: Sequence[_UnownedGap], functions: Collection[str], policy: Policy
) -> Iterator[tuple[_UnownedGap, ...]]:
    """Yield what the first test of a module without tests is to run: its easiest function, and what an import runs.

    It is all functions of the module if they fit one evening. Nothing is yielded if none of `functions` is unowned.
    """
    ordered = sorted(unowned, key=lambda part: (*_rank_effort(part, policy), min(part.lines)))
    inside = [part for part in ordered if part.region in functions]
    if inside:
        whole = _count_statements(inside) <= policy.max_statements and len(inside) <= MOST_REGIONS
        yield (*(inside if whole else inside[:1]), *(part for part in ordered if part.region not in functions))


def _rank_effort(part: _UnownedGap, policy: Policy) -> tuple[bool, bool, int]:
    """Return the sort key of a function for a first test: special methods and very short functions come last."""
    special = part.region.rpartition(".")[2].startswith("__")
    return special, len(part.lines) < policy.min_statements, len(part.lines)


def _keep_joined_regions(
    unowned: Sequence[_UnownedGap], unfiled: Iterable[Entry], policy: Policy
) -> Iterator[list[_UnownedGap]]:
    """Yield the regions that unfiled tasks had joined, if they still fit one evening."""
    for entry in unfiled:
        parts = [part for part in unowned if part.region in entry.task.regions and part.lines & entry.task.lines]
        joined = len(entry.task.regions) > 1 and entry.task.kind is not TaskKind.FIRST_TEST
        if parts and joined and _count_statements(parts) <= policy.max_statements:
            yield sorted(parts, key=lambda part: min(part.lines))[:MOST_REGIONS]


def _form_groups(
    unowned: Iterable[_UnownedGap], joined: Sequence[list[_UnownedGap]], policy: Policy
) -> list[list[_UnownedGap]]:
    """Return the groups of lines that become tasks: one for each region, in the order of the source.

    Small regions are joined. A rest that is still small is added to a group of its class. Groups that are `joined`
    already are kept.
    """
    unjoined = [part for part in unowned if not any(part in parts for parts in joined)]
    ordered = sorted(unjoined, key=lambda part: min(part.lines))
    groups = [*joined, *([part] for part in ordered if len(part.lines) >= policy.min_statements)]
    for parts in _join_small_regions(ordered, policy):
        room = policy.max_statements - _count_statements(parts)
        class_names = {part.class_name for part in parts}
        matching = [
            group for group in groups if {group[0].class_name} == class_names and _count_statements(group) <= room
        ]
        if (
            _count_statements(parts) < policy.min_statements
            and matching
            and len(matching[0]) + len(parts) <= MOST_REGIONS
        ):
            matching[0] += parts
        else:
            groups.append(parts)
    return groups


def _join_small_regions(ordered: Iterable[_UnownedGap], policy: Policy) -> Iterator[list[_UnownedGap]]:
    """Yield groups of small regions that fit one evening, those of one class together if possible."""
    small = [part for part in ordered if len(part.lines) < policy.min_statements]
    group: list[_UnownedGap] = []
    for part in sorted(small, key=lambda part: (part.class_name, min(part.lines))):
        size = _count_statements(group)
        full = size + len(part.lines) > policy.max_statements or len(group) >= MOST_REGIONS
        if group and (full or (part.class_name != group[-1].class_name and size >= policy.min_statements)):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _count_statements(parts: Iterable[_UnownedGap]) -> int:
    return sum(len(part.lines) for part in parts)


def _inherit_keys(new_tasks: Sequence[_NewTask], unfiled: Sequence[Entry]) -> list[_NewTask]:
    """Return the new tasks, each with the key and the assessment of the unfiled one that shares most lines with it."""
    owners: dict[int, list[str]] = {}
    for entry in unfiled:
        for line in entry.task.lines:
            owners.setdefault(line, []).append(entry.task.key)
    shared = Counter(
        (key, index) for index, new in enumerate(new_tasks) for line in new.lines for key in owners.get(line, ())
    )
    keys: dict[int, str] = {}
    used: set[str] = set()
    for key, index in sorted(shared, key=lambda pair: (-shared[pair], *pair)):
        if index not in keys and key not in used:
            keys[index] = key
            used.add(key)
    assessments = {entry.task.key: entry.assessment for entry in unfiled}
    return [
        attrs.evolve(new, key=keys.get(index), assessment=assessments.get(keys.get(index, "")))
        for index, new in enumerate(new_tasks)
    ]
