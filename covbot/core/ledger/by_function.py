"""Gaps and tasks from one build to the next without a line map: as they are, or whole pieces where code changed."""

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
    """One file from the build in which it was last measured to the newer one, the snapshot `at` of build `number`."""

    path: str
    before: FileCoverage
    after: FileCoverage
    at: int
    number: int

    @functools.cached_property
    def pieces(self) -> Mapping[str, FunctionPair]:
        """The pieces of the file, by name."""
        return {piece.name: piece for piece in function_pairs.pair_functions(self.before, self.after)}

    @property
    def nowhere(self) -> int:
        """The first line after that is no statement: it stands for code that is gone, until a second build agrees."""
        return next(line for line in itertools.count(1) if line not in self.after.statements)

    def share(self, lines: Lines, regions: Collection[str]) -> dict[str, Lines]:
        """Lines of the build before by the name of the piece that they lie in; those in none go with their region."""
        home = next((region for region in regions if region in self.pieces), MODULE_BODY)
        return group_by_owner(lines, self._owners, home) or {home: lines}

    @functools.cached_property
    def _owners(self) -> Mapping[int, str]:
        return {line: name for name, piece in self.pieces.items() for line in piece.before.statements}


@frozen(kw_only=True)
class _Count:
    """Missing lines of a piece that count after the build, by region, and the regions of which that is doubtful."""

    owned: Mapping[str, Lines]
    unconfirmed: Collection[str] = ()

    @functools.cached_property
    def lines(self) -> Lines:
        return union(self.owned.values())


def update_ledger(ledger: Ledger, steps: Iterable[FileUpdate]) -> Ledger:
    """The ledger after one more trusted build of which no line map is known."""
    gaps, entries, flips = dict(ledger.gaps), dict(ledger.entries), dict(ledger.flips)
    by_path, known = group_entries(ledger.entries.values()), group_gaps(ledger.gaps.values())
    for step in steps:
        before = known.get(step.path, {})
        if _is_lost(step, before):
            continue
        flips[step.path] = _flips(ledger, step)
        counts = _count(before, step, flaky.find_flaky_lines(flips[step.path]))
        gaps.update({(step.path, gap.region): gap for gap in _gaps(before, step, counts)})
        entries.update({entry.task.key: entry for entry in _follow(by_path.get(step.path, ()), step, counts)})
    flips = {path: flipped for path, flipped in flips.items() if flipped}
    return attrs.evolve(ledger, gaps=gaps, entries=entries, flips=flips)


def _is_lost(step: FileUpdate, known: Mapping[str, Gap]) -> bool:
    """Whether gaps of functions are open in a file that changed, and not told apart: it counts as not measured.

    That all of them ran is told by any report.
    """
    others = any(gap.lines for region, gap in known.items() if region != MODULE_BODY)
    named = bool(step.before.functions and step.after.functions)
    told = named or step.pieces[MODULE_BODY].shift is not None
    return others and not told and bool(step.after.missing)


def _flips(ledger: Ledger, step: FileUpdate) -> dict[int, tuple[int, ...]]:
    """The flips of the lines that can be told from others."""
    before = ledger.flips.get(step.path, {})
    known: dict[int, tuple[int, ...]] = {}
    flipped = NO_LINES
    for name, lines in step.share(Lines.of(before), ()).items():
        shift = step.pieces[name].shift
        known |= {} if shift is None else {line + shift: before[line] for line in lines}
    for piece in step.pieces.values():
        if piece.shift is not None:
            was, now = piece.forward(piece.before.missing), piece.after.missing
            flipped |= (was | now) - (was & now)
    return flaky.add_flips(known, flipped, build=step.number, recent=ledger.recent)


def _count(known: Mapping[str, Gap], step: FileUpdate, shaky: Lines) -> dict[str, _Count]:
    """What counts in each piece of the file, by its name."""
    was: dict[str, dict[str, Lines]] = {name: {} for name in step.pieces}
    for region, gap in sorted(known.items()):
        for name, lines in step.share(gap.lines, [region]).items():
            was[name][region] = lines
    return {
        name: _count_whole(step, piece, was[name])
        if piece.shift is None
        else _count_lines(step, piece, was[name], shaky)
        for name, piece in step.pieces.items()
    }


def _count_lines(step: FileUpdate, piece: FunctionPair, was: Mapping[str, Lines], shaky: Lines) -> _Count:
    """What counts where the code lies as it lay, and `was` counted before: what is new there is its function's."""
    moved = {region: piece.forward(lines) for region, lines in was.items()}
    confirmed = union(moved.values())
    settled = confirmation.confirm_lines(confirmed, piece.forward(piece.before.missing), piece.after.missing, shaky)
    counting = set(settled)
    stand = {region: Lines.of(counting.intersection(lines)) for region, lines in moved.items()}
    owned = union_by_path([stand, step.after.group_by_function(settled - confirmed)])
    sure = set(piece.after.missing | shaky)
    return _Count(owned=owned, unconfirmed={region for region, lines in owned.items() if not sure.issuperset(lines)})


def _count_whole(step: FileUpdate, piece: FunctionPair, was: Mapping[str, Lines]) -> _Count:
    """What counts where the code changed, and `was` counted before: all of it stays with the one that owned all."""
    confirmed = union(was.values())
    settled, unconfirmed = confirmation.confirm_module(confirmed, piece.before, piece.after)
    if settled and not piece.after.statements:
        settled = Lines.of([step.nowhere])
    owners = [region for region, lines in was.items() if lines]
    owned = {owners[0]: settled} if len(owners) == 1 else step.after.group_by_function(settled)
    return _Count(owned=owned, unconfirmed={*owned} if unconfirmed else ())


def _gaps(known: Mapping[str, Gap], step: FileUpdate, counts: Mapping[str, _Count]) -> Iterator[Gap]:
    """The gaps of the file with the lines that they have after the build, and new ones for lines of other regions."""
    owned = union_by_path(count.owned for count in counts.values())
    unconfirmed = {region for count in counts.values() for region in count.unconfirmed}
    for region in sorted({*known, *owned}):
        lines = owned.get(region, NO_LINES)
        new = Gap(path=step.path, region=region, lines=NO_LINES, at=step.at, since=step.number)
        gap = known.get(region, new)
        since = step.number if lines and not gap.lines else gap.since
        until = None if lines else step.number if gap.lines else gap.until
        yield attrs.evolve(gap, lines=lines, at=step.at, since=since, until=until, unconfirmed=region in unconfirmed)


def _follow(entries: Collection[Entry], step: FileUpdate, counts: Mapping[str, _Count]) -> Iterator[Entry]:
    """The tasks of the file: each keeps the lines that it owns and that still count."""
    sharp = [entry for entry in entries if not entry.ambiguous]
    parts = {entry.task.key: step.share(entry.task.lines, entry.task.regions) for entry in sharp}
    holders = Counter(name for shared in parts.values() for name in shared)
    holders.update(name for entry in entries if entry.ambiguous for name in {*entry.task.regions, MODULE_BODY})
    yield from (_wait(entry, counts) for entry in entries if entry.ambiguous)
    for entry in sharp:
        shared = parts[entry.task.key]
        changed = [name for name in shared if step.pieces[name].shift is None]
        stand = (step.pieces[name].forward(lines) & counts[name].lines for name, lines in shared.items())
        lines = union([*stand, *(counts[name].lines for name in changed)])
        if changed:
            unconfirmed = any(counts[name].unconfirmed for name in changed)
            alone = all(holders[name] == 1 for name in changed)
            yield _blur(entry, lines, unconfirmed=unconfirmed, alone=alone)
        else:
            task, record = attrs.evolve(entry.task, lines=lines), entry.record and _remember(entry.record, step)
            yield attrs.evolve(entry, task=task, record=record, unconfirmed=False)


def _remember(record: BugRecord, step: FileUpdate) -> BugRecord:
    """What the bug speaks of, numbered as the task; of code that changed only how much it was."""
    shared = step.share(record.listed_lines, ())
    if not record.carried or any(step.pieces[name].shift is None for name in shared):
        return attrs.evolve(record, carried=False)
    return attrs.evolve(record, listed_lines=union(step.pieces[name].forward(lines) for name, lines in shared.items()))


def _wait(entry: Entry, counts: Mapping[str, _Count]) -> Entry:
    """A blurred task: whose lines are left cannot be told, so that it ends when none of the file is."""
    if any(count.lines for count in counts.values()):
        return attrs.evolve(entry, unconfirmed=False)
    return attrs.evolve(entry, task=attrs.evolve(entry.task, lines=NO_LINES), unconfirmed=False, ambiguous=False)


def _blur(entry: Entry, lines: Lines, *, unconfirmed: bool, alone: bool) -> Entry:
    record = entry.record and attrs.evolve(entry.record, carried=False)
    ambiguous = bool(lines) and not alone
    task = entry.task if ambiguous else attrs.evolve(entry.task, lines=lines)
    return attrs.evolve(entry, task=task, record=record, unconfirmed=unconfirmed, ambiguous=ambiguous)
