"""The update of gaps and tasks by a build without a line map: by line in unchanged functions, in others as a whole."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.comparison import confirmation, flaky, function_pairs
from covbot.core.lines import NO_LINES, Lines, group_by_owner, union, union_by_path
from covbot.core.source.regions import MODULE_BODY
from covbot.core.tasks.gap import Gap, group_gaps
from covbot.core.tasks.task import Entry, group_entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from covbot.core.bugs.record import BugRecord
    from covbot.core.comparison.function_pairs import FunctionPair
    from covbot.core.coverage import FileCoverage
    from covbot.core.ledger.ledger import Ledger


@frozen(kw_only=True)
class FileUpdate:
    """The update of one file from the build that measured it last to the newer one, snapshot `at` of build `number`."""

    path: str
    before: FileCoverage
    after: FileCoverage
    at: int
    number: int

    @functools.cached_property
    def pairs(self) -> Mapping[str, FunctionPair]:
        """The functions of the file as both builds have them, and the rest of the file, by name."""
        return {pair.name: pair for pair in function_pairs.pair_functions(self.before, self.after)}

    @property
    def placeholder_line(self) -> int:
        """The first line after that is no statement: it represents deleted code until a second build agrees."""
        return next(line for line in itertools.count(1) if line not in self.after.statements)

    def group_by_pair(self, lines: Lines, regions: Collection[str]) -> dict[str, Lines]:
        """Return lines of the build before by the name of the pair that has them; those in none by one of `regions`."""
        rest = next((region for region in regions if region in self.pairs), MODULE_BODY)
        return group_by_owner(lines, self._pair_names, rest) or {rest: lines}

    @functools.cached_property
    def _pair_names(self) -> Mapping[int, str]:
        return {line: name for name, pair in self.pairs.items() for line in pair.before.statements}


@frozen(kw_only=True)
class _CountedLines:
    """The missing lines of a pair that count after the build, by region, and the regions where that is unconfirmed."""

    by_region: Mapping[str, Lines]
    unconfirmed: Collection[str] = ()

    @functools.cached_property
    def lines(self) -> Lines:
        return union(self.by_region.values())


def update_ledger(ledger: Ledger, updates: Iterable[FileUpdate]) -> Ledger:
    """Return the ledger after one more trusted build without a line map."""
    gaps, entries, flips = dict(ledger.gaps), dict(ledger.entries), dict(ledger.flips)
    entries_by_path, gaps_by_path = group_entries(ledger.entries.values()), group_gaps(ledger.gaps.values())
    for update in updates:
        before = gaps_by_path.get(update.path, {})
        if _is_ambiguous(update, before):
            continue
        flips[update.path] = _update_flips(ledger, update)
        by_pair = _confirm_pairs(before, update, flaky.find_flaky_lines(flips[update.path]))
        gaps.update({(update.path, gap.region): gap for gap in _update_gaps(before, update, by_pair)})
        entries.update(
            {entry.task.key: entry for entry in _update_entries(entries_by_path.get(update.path, ()), update, by_pair)}
        )
    flips = {path: flipped for path, flipped in flips.items() if flipped}
    return attrs.evolve(ledger, gaps=gaps, entries=entries, flips=flips)


def _is_ambiguous(update: FileUpdate, gaps: Mapping[str, Gap]) -> bool:
    """Whether open gaps of functions cannot be distinguished in a changed file, which then counts as not measured.

    They can if both reports name functions or the code did not change. Any report shows that none is missing any more.
    """
    others = any(gap.lines for region, gap in gaps.items() if region != MODULE_BODY)
    both_named = bool(update.before.functions and update.after.functions)
    is_distinct = both_named or update.pairs[MODULE_BODY].shift is not None
    return others and not is_distinct and bool(update.after.missing)


def _update_flips(ledger: Ledger, update: FileUpdate) -> dict[int, tuple[int, ...]]:
    """Return the flips of the lines that can be distinguished from others, after the build."""
    before = ledger.flips.get(update.path, {})
    known: dict[int, tuple[int, ...]] = {}
    flipped = NO_LINES
    for name, lines in update.group_by_pair(Lines.of(before), ()).items():
        shift = update.pairs[name].shift
        known |= {} if shift is None else {line + shift: before[line] for line in lines}
    for pair in update.pairs.values():
        if pair.shift is not None:
            was, now = pair.forward(pair.before.missing), pair.after.missing
            flipped |= (was | now) - (was & now)
    return flaky.add_flips(known, flipped, build=update.number, recent=ledger.recent)


def _confirm_pairs(gaps: Mapping[str, Gap], update: FileUpdate, flaky_lines: Lines) -> dict[str, _CountedLines]:
    """Return the missing lines that count in each pair of the file, by its name."""
    gap_lines: dict[str, dict[str, Lines]] = {name: {} for name in update.pairs}
    for region, gap in sorted(gaps.items()):
        for name, lines in update.group_by_pair(gap.lines, [region]).items():
            gap_lines[name][region] = lines
    return {
        name: _confirm_as_whole(update, pair, gap_lines[name])
        if pair.shift is None
        else _confirm_by_line(update, pair, gap_lines[name], flaky_lines)
        for name, pair in update.pairs.items()
    }


def _confirm_by_line(
    update: FileUpdate, pair: FunctionPair, gap_lines: Mapping[str, Lines], flaky_lines: Lines
) -> _CountedLines:
    """Return the missing lines that count in an unchanged pair; `gap_lines` counted before, by region.

    New lines belong to the region of their function.
    """
    moved = {region: pair.forward(lines) for region, lines in gap_lines.items()}
    counted_before = union(moved.values())
    counted = confirmation.confirm_lines(
        counted_before, pair.forward(pair.before.missing), pair.after.missing, flaky_lines
    )
    counted_numbers = set(counted)
    kept = {region: Lines.of(counted_numbers.intersection(lines)) for region, lines in moved.items()}
    by_region = union_by_path([kept, update.after.group_by_function(counted - counted_before)])
    certain = set(pair.after.missing | flaky_lines)
    return _CountedLines(
        by_region=by_region,
        unconfirmed={region for region, lines in by_region.items() if not certain.issuperset(lines)},
    )


def _confirm_as_whole(update: FileUpdate, pair: FunctionPair, gap_lines: Mapping[str, Lines]) -> _CountedLines:
    """Return the missing lines that count in a changed pair; `gap_lines` counted before, by region.

    If one region owned all of them, it owns all of the new ones.
    """
    counted_before = union(gap_lines.values())
    counted, unconfirmed = confirmation.confirm_module(counted_before, pair.before, pair.after)
    if counted and not pair.after.statements:
        counted = Lines.of([update.placeholder_line])
    owners = [region for region, lines in gap_lines.items() if lines]
    by_region = {owners[0]: counted} if len(owners) == 1 else update.after.group_by_function(counted)
    return _CountedLines(by_region=by_region, unconfirmed={*by_region} if unconfirmed else ())


def _update_gaps(gaps: Mapping[str, Gap], update: FileUpdate, by_pair: Mapping[str, _CountedLines]) -> Iterator[Gap]:
    """Yield the gaps of the file with their lines after the build, and new gaps for lines of other regions."""
    by_region = union_by_path(counts.by_region for counts in by_pair.values())
    unconfirmed = {region for counts in by_pair.values() for region in counts.unconfirmed}
    for region in sorted({*gaps, *by_region}):
        lines = by_region.get(region, NO_LINES)
        new = Gap(path=update.path, region=region, lines=NO_LINES, at=update.at, since=update.number)
        gap = gaps.get(region, new)
        since = update.number if lines and not gap.lines else gap.since
        until = None if lines else update.number if gap.lines else gap.until
        yield attrs.evolve(gap, lines=lines, at=update.at, since=since, until=until, unconfirmed=region in unconfirmed)


def _update_entries(
    entries: Collection[Entry], update: FileUpdate, by_pair: Mapping[str, _CountedLines]
) -> Iterator[Entry]:
    """Yield the entries of the file: each task keeps the lines that it owns and that still count."""
    distinct = [entry for entry in entries if not entry.ambiguous]
    lines_by_key = {entry.task.key: update.group_by_pair(entry.task.lines, entry.task.regions) for entry in distinct}
    owner_counts = Counter(name for lines_by_pair in lines_by_key.values() for name in lines_by_pair)
    owner_counts.update(name for entry in entries if entry.ambiguous for name in {*entry.task.regions, MODULE_BODY})
    yield from (_update_ambiguous(entry, by_pair) for entry in entries if entry.ambiguous)
    for entry in distinct:
        lines_by_pair = lines_by_key[entry.task.key]
        changed = [name for name in lines_by_pair if update.pairs[name].shift is None]
        kept = (update.pairs[name].forward(lines) & by_pair[name].lines for name, lines in lines_by_pair.items())
        lines = union([*kept, *(by_pair[name].lines for name in changed)])
        if changed:
            unconfirmed = any(by_pair[name].unconfirmed for name in changed)
            only_owner = all(owner_counts[name] == 1 for name in changed)
            yield _update_changed(entry, lines, unconfirmed=unconfirmed, only_owner=only_owner)
        else:
            task, record = attrs.evolve(entry.task, lines=lines), entry.record and _update_record(entry.record, update)
            yield attrs.evolve(entry, task=task, record=record, unconfirmed=False)


def _update_record(record: BugRecord, update: FileUpdate) -> BugRecord:
    """Return the record with its listed lines as they are numbered after; in changed code only their count is kept."""
    lines_by_pair = update.group_by_pair(record.listed_lines, ())
    if not record.carried or any(update.pairs[name].shift is None for name in lines_by_pair):
        return attrs.evolve(record, carried=False)
    return attrs.evolve(
        record, listed_lines=union(update.pairs[name].forward(lines) for name, lines in lines_by_pair.items())
    )


def _update_ambiguous(entry: Entry, by_pair: Mapping[str, _CountedLines]) -> Entry:
    """Return the entry of an ambiguous task, which ends when no line of its file is missing."""
    if any(counts.lines for counts in by_pair.values()):
        return attrs.evolve(entry, unconfirmed=False)
    return attrs.evolve(entry, task=attrs.evolve(entry.task, lines=NO_LINES), unconfirmed=False, ambiguous=False)


def _update_changed(entry: Entry, lines: Lines, *, unconfirmed: bool, only_owner: bool) -> Entry:
    record = entry.record and attrs.evolve(entry.record, carried=False)
    ambiguous = bool(lines) and not only_owner
    task = entry.task if ambiguous else attrs.evolve(entry.task, lines=lines)
    return attrs.evolve(entry, task=task, record=record, unconfirmed=unconfirmed, ambiguous=ambiguous)
