"""Gaps and tasks from one build to the next along a line map: the same lines, wherever they went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from covbot.core.comparison import confirmation, flaky
from covbot.core.lines import NO_LINES, Lines, union, union_by_path
from covbot.core.source import regions
from covbot.core.tasks.gap import Gap

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from covbot.core.bugs.record import BugRecord
    from covbot.core.comparison.view import Transition
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.tasks.task import Entry, Task


@define(kw_only=True)
class LineUpdate:
    """One step of a ledger: from the build that measured `paths` last, to the snapshot `at` of build `number`."""

    ledger: Ledger
    transition: Transition
    paths: Collection[str]
    at: int
    number: int
    _counted: dict[str, Lines] = field(init=False, factory=dict)
    _was: dict[str, Lines] = field(init=False, factory=dict)
    _confirmed: dict[str, Lines] = field(init=False, factory=dict)
    _settled: dict[str, Lines] = field(init=False, factory=dict)
    _flips: dict[str, dict[int, tuple[int, ...]]] = field(init=False, factory=dict)

    def run(self) -> Ledger:
        """The ledger after the step."""
        before = self.transition.before.report.files
        for path in self.paths:
            self._carry_flips(path)
        self._counted = union_by_path({gap.path: gap.lines} for gap in self._gaps_before())
        self._was = union_by_path(self.transition.forward(path, before[path].missing) for path in self.paths)
        self._confirmed = union_by_path(self.transition.forward(path, lines) for path, lines in self._counted.items())
        for path, file in self.transition.after.report.files.items():
            if not self.transition.lacks_source(path):
                self._settle(path, file.missing)
        entries = {key: self._follow(entry) for key, entry in self.ledger.entries.items()}
        return attrs.evolve(self.ledger, gaps=self._gaps_after(), entries=entries, flips=self._all_flips())

    def _carry_flips(self, path: str) -> None:
        for there, flips in flaky.map_flips(self.ledger.flips.get(path, {}), path, self.transition.forward).items():
            if not self.transition.is_unmeasured(there):
                self._flips.setdefault(there, {}).update(flips)

    def _gaps_before(self) -> list[Gap]:
        """The gaps to follow; those that are numbered as in the newer build came over from another file just now."""
        return [gap for _, gap in sorted(self.ledger.gaps.items()) if gap.path in self.paths and gap.at != self.at]

    def _settle(self, path: str, missing: Lines) -> None:
        """Which missing lines of a file after count; what flipped there is counted on the way."""
        was, flips = self._was.get(path, NO_LINES), self._flips.get(path, {})
        flipped = self._lost(path, missing - was) | (
            (was - missing) & self.transition.after.report.files[path].statements
        )
        if flips or flipped:
            flips = flaky.add_flips(flips, flipped, build=self.number, recent=self.ledger.recent)
            self._flips[path] = flips
        confirmed = self._confirmed.get(path, NO_LINES)
        if was or confirmed:
            self._settled[path] = confirmation.confirm_lines(confirmed, was, missing, flaky.find_flaky_lines(flips))

    def _lost(self, path: str, fresh: Lines) -> Lines:
        """Of lines that are missing only now, those that ran before."""
        lost = NO_LINES
        for there, lines in self.transition.backward(path, fresh).items() if fresh else ():
            file = self.transition.before.report.files.get(there)
            if file is not None and there in self.paths:
                lost |= self.transition.forward(there, lines & file.statements).get(path, NO_LINES)
        return lost & fresh

    def _place(self, path: str, region: str) -> tuple[str, str] | None:
        """Where a region of a file before is after; None if the file was deleted."""
        linemap = self.transition.linemap
        if region != regions.MODULE_BODY:
            return linemap.region_after(path, region)
        there = linemap.path_after(path)
        return None if there is None else (there, region)

    def _is_followed(self, path: str) -> bool:
        """Whether the newer report speaks of a file, wherever it is now, or there is none any more."""
        there = self.transition.linemap.path_after(path)
        return path in self.paths and (there is None or not self.transition.is_unmeasured(there))

    def _gaps_after(self) -> dict[tuple[str, str], Gap]:
        gaps, closed, since = dict(self.ledger.gaps), dict[tuple[str, str], Gap](), dict[tuple[str, str], int]()
        for gap in self._gaps_before():
            place = self._place(gap.path, gap.region)
            if place and self.transition.is_unmeasured(place[0]):
                continue
            del gaps[gap.path, gap.region]
            path, region = place or (gap.path, gap.region)
            until = self.number if gap.lines else gap.until
            closed[path, region] = attrs.evolve(gap, path=path, region=region, lines=NO_LINES, at=self.at, until=until)
            if gap.lines:
                since[path, region] = min(gap.since, since.get((path, region), gap.since))
        return {**gaps, **closed, **self._gaps_open(since)}

    def _gaps_open(self, since: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Gap]:
        """The gaps of the newer build; one in a region without a gap before is as old as the lines that went there."""
        after = self.transition.after
        origins = self._origins()
        return {
            (path, region): Gap(
                path=path,
                region=region,
                lines=lines,
                at=self.at,
                since=since.get((path, region), origins.get((path, region), self.number)),
                unconfirmed=bool(lines - after.report.files[path].missing - self._shaky(path)),
            )
            for path, settled in sorted(self._settled.items())
            for region, lines in sorted(after.group_by_region(path, settled).items())
        }

    def _origins(self) -> dict[tuple[str, str], int]:
        """The builds that opened the oldest gaps of which lines went into a region of a file after."""
        found: dict[tuple[str, str], int] = {}
        for gap in self._gaps_before():
            for path, lines in self.transition.forward(gap.path, gap.lines).items():
                for region in self.transition.after.group_by_region(path, lines):
                    found[path, region] = min(gap.since, found.get((path, region), gap.since))
        return found

    def _shaky(self, path: str) -> Lines:
        return flaky.find_flaky_lines(self._flips.get(path, {}))

    def _all_flips(self) -> dict[str, Mapping[int, tuple[int, ...]]]:
        kept = {path: flips for path, flips in self.ledger.flips.items() if not self._is_followed(path)}
        return {path: flips for path, flips in sorted({**kept, **self._flips}.items()) if flips}

    def _follow(self, entry: Entry) -> Entry:
        """A task after the step: it keeps the lines that it owns and that still count, wherever they went."""
        task, away = entry.task, self._follow_away(entry.elsewhere)
        if task.path not in self.paths:
            unconfirmed = entry.unconfirmed and not self._is_deleted(task.path)
            return attrs.evolve(entry, unconfirmed=unconfirmed, elsewhere=away)
        if entry.ambiguous:
            return attrs.evolve(self._wait(entry), elsewhere=away)
        places = self.transition.forward(task.path, task.lines)
        place = self._place(task.path, task.regions[0])
        there = max(sorted(places), key=lambda path: len(places[path]), default=place[0] if place else task.path)
        if place and self.transition.is_unmeasured(there):
            return attrs.evolve(entry, elsewhere=away)
        moved = places.get(there, NO_LINES)
        lines = moved & self._settled.get(there, NO_LINES)
        if entry.record:
            strayed = ((path, found & self._settled.get(path, NO_LINES)) for path, found in places.items())
            away = union_by_path([away, {path: found for path, found in strayed if found and path != there}])
        if away and not lines:
            there = max(sorted(away), key=lambda path: len(away[path]))
            moved = lines = away[there]
        regions = self._regions(task, there, lines)
        return attrs.evolve(
            entry,
            elsewhere={path: found for path, found in away.items() if path != there},
            task=attrs.evolve(task, path=there, regions=regions, lines=lines),
            record=entry.record and self._remember(entry.record, task.path, there),
            unconfirmed=not moved if task.lines else entry.unconfirmed and self._is_unsettled(task, there, regions),
            gone=not lines and self._is_gone(entry, there, moved),
        )

    def _wait(self, entry: Entry) -> Entry:
        """A blurred task: where its lines lie was lost, so that it ends when none of its file is missing."""
        task = entry.task
        there = self.transition.linemap.path_after(task.path)
        if there is not None and self.transition.is_unmeasured(there):
            return entry
        task = attrs.evolve(task, path=there or task.path)
        if there is not None and self._settled.get(there):
            return attrs.evolve(entry, task=task, unconfirmed=False)
        return attrs.evolve(
            entry, task=attrs.evolve(task, lines=NO_LINES), unconfirmed=False, ambiguous=False, gone=not there
        )

    def _follow_away(self, elsewhere: Mapping[str, Lines]) -> dict[str, Lines]:
        """Lines of a task in other files after the step, so far as they still count."""
        parts: list[Mapping[str, Lines]] = []
        for path, lines in elsewhere.items():
            there = self.transition.linemap.path_after(path)
            if path not in self.paths or (there is not None and self.transition.is_unmeasured(there)):
                parts.append({path: lines})
            else:
                places = self.transition.forward(path, lines).items()
                parts.append({place: found & self._settled.get(place, NO_LINES) for place, found in places})
        return union_by_path(parts)

    def _remember(self, record: BugRecord, path: str, there: str) -> BugRecord:
        """What the bug speaks of, numbered as the task; of code that changed throughout only how much it was."""
        renamed = record.renamed or there != path
        told = self.transition.forward(path, record.listed_lines).get(there, NO_LINES) if record.carried else NO_LINES
        if told or not record.listed_lines:
            return attrs.evolve(record, listed_lines=told, renamed=renamed)
        return attrs.evolve(record, carried=False, renamed=renamed)

    def _is_deleted(self, path: str) -> bool:
        return path not in self.transition.after.report.files and not self.transition.after.has_path(path)

    def _is_unsettled(self, task: Task, there: str, regions: Collection[str]) -> bool:
        """Whether something in its regions is missing in one of both builds, and does not count: it may be back."""
        file = self.transition.after.report.files.get(there)
        fresh = file.missing - self._settled.get(there, NO_LINES) if file else NO_LINES
        now = self.transition.after.group_by_region(there, fresh)
        return bool(self._uncounted(task)) or not now.keys().isdisjoint(regions)

    def _uncounted(self, task: Task) -> Lines:
        """What was missing in the regions of a task in the build before, and did not count."""
        before = self.transition.before
        missing = before.report.files[task.path].missing - self._counted.get(task.path, NO_LINES)
        was = before.group_by_region(task.path, missing)
        return union(was.get(region, NO_LINES) for region in task.regions)

    def _is_gone(self, entry: Entry, there: str, moved: Lines) -> bool:
        """Whether none of its lines was seen to run: their code was deleted or excluded, and did not come back."""
        file = self.transition.after.report.files.get(there)
        covered = file.covered if file else NO_LINES
        if entry.task.lines:
            return not moved & covered
        came_back = entry.gone and self.transition.forward(entry.task.path, self._uncounted(entry.task)).get(
            there, NO_LINES
        )
        return entry.gone and not (came_back and came_back & covered)

    def _regions(self, task: Task, there: str, lines: Lines) -> tuple[str, ...]:
        """The names that the task's regions have now, and those of any others that its lines went into."""
        placed = (self._place(task.path, region) for region in task.regions)
        named = [place[1] for place in placed if place and place[0] == there] or list(task.regions)
        return tuple(dict.fromkeys([*named, *sorted(self.transition.after.group_by_region(there, lines))]))
