"""The update of gaps and tasks by one more build along a line map, which follows lines that were moved."""

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
    """The update of a ledger from the build that measured `paths` last to the newer build `number`, the snapshot `at`.

    `_gap_lines_before` are the lines of its gaps by path, and `_counted_before` the same lines as numbered after.
    `_missing_before` are the lines missing in the build before as numbered after, `_counted` those that count after.
    """

    ledger: Ledger
    transition: Transition
    paths: Collection[str]
    at: int
    number: int
    _gap_lines_before: dict[str, Lines] = field(init=False, factory=dict)
    _missing_before: dict[str, Lines] = field(init=False, factory=dict)
    _counted_before: dict[str, Lines] = field(init=False, factory=dict)
    _counted: dict[str, Lines] = field(init=False, factory=dict)
    _flips: dict[str, dict[int, tuple[int, ...]]] = field(init=False, factory=dict)

    def apply(self) -> Ledger:
        """Return the ledger after the newer build."""
        for path in self.paths:
            self._map_flips(path)
        self._gap_lines_before = union_by_path({gap.path: gap.lines} for gap in self._list_gaps_before())
        self._missing_before = self.transition.forward_missing(self.paths)
        self._counted_before = union_by_path(
            self.transition.forward(path, lines) for path, lines in self._gap_lines_before.items()
        )
        for path, file in self.transition.after.report.files.items():
            if not self.transition.lacks_source(path):
                self._count_file(path, file.missing)
        entries = {key: self._update_entry(entry) for key, entry in self.ledger.entries.items()}
        return attrs.evolve(self.ledger, gaps=self._make_gaps_after(), entries=entries, flips=self._merge_flips())

    def _map_flips(self, path: str) -> None:
        for new_path, flips in flaky.map_flips(self.ledger.flips.get(path, {}), path, self.transition.forward).items():
            if not self.transition.is_unmeasured(new_path):
                self._flips.setdefault(new_path, {}).update(flips)

    def _list_gaps_before(self) -> list[Gap]:
        """Return the gaps to follow; a gap with the lines of the newer build was moved from another file just now."""
        return [gap for _, gap in sorted(self.ledger.gaps.items()) if gap.path in self.paths and gap.at != self.at]

    def _count_file(self, path: str, missing: Lines) -> None:
        """Store which missing lines of a file count after the build, and its flips."""
        missing_before, flips = self._missing_before.get(path, NO_LINES), self._flips.get(path, {})
        flipped = self._select_run_before(path, missing - missing_before) | (
            (missing_before - missing) & self.transition.after.report.files[path].statements
        )
        if flips or flipped:
            flips = flaky.add_flips(flips, flipped, build=self.number, recent=self.ledger.recent)
            self._flips[path] = flips
        counted_before = self._counted_before.get(path, NO_LINES)
        if missing_before or counted_before:
            self._counted[path] = confirmation.confirm_lines(
                counted_before, missing_before, missing, flaky.find_flaky_lines(flips)
            )

    def _select_run_before(self, path: str, fresh: Lines) -> Lines:
        """Return those of the lines missing only now that ran in the build before."""
        run_before = NO_LINES
        for old_path, lines in self.transition.backward(path, fresh).items() if fresh else ():
            file = self.transition.before.report.files.get(old_path)
            if file is not None and old_path in self.paths:
                run_before |= self.transition.forward(old_path, lines & file.statements).get(path, NO_LINES)
        return run_before & fresh

    def _locate_region(self, path: str, region: str) -> tuple[str, str] | None:
        """Return the path and the name after of a region of a file before; None if the file was deleted."""
        linemap = self.transition.linemap
        if region != regions.MODULE_BODY:
            return linemap.region_after(path, region)
        new_path = linemap.path_after(path)
        return None if new_path is None else (new_path, region)

    def _is_followed(self, path: str) -> bool:
        """Whether the newer report measures a file, under whatever path, or the file was deleted."""
        new_path = self.transition.linemap.path_after(path)
        return path in self.paths and (new_path is None or not self.transition.is_unmeasured(new_path))

    def _make_gaps_after(self) -> dict[tuple[str, str], Gap]:
        gaps, closed, since = dict(self.ledger.gaps), dict[tuple[str, str], Gap](), dict[tuple[str, str], int]()
        for gap in self._list_gaps_before():
            location = self._locate_region(gap.path, gap.region)
            if location and self.transition.is_unmeasured(location[0]):
                continue
            del gaps[gap.path, gap.region]
            path, region = location or (gap.path, gap.region)
            until = self.number if gap.lines else gap.until
            closed[path, region] = attrs.evolve(gap, path=path, region=region, lines=NO_LINES, at=self.at, until=until)
            if gap.lines:
                since[path, region] = min(gap.since, since.get((path, region), gap.since))
        return {**gaps, **closed, **self._make_open_gaps(since)}

    def _make_open_gaps(self, since: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Gap]:
        """Return the open gaps of the newer build.

        A gap in a region that had none before is as old as the oldest gap of which lines were moved there.
        """
        after = self.transition.after
        origins = self._find_origins()
        return {
            (path, region): Gap(
                path=path,
                region=region,
                lines=lines,
                at=self.at,
                since=since.get((path, region), origins.get((path, region), self.number)),
                unconfirmed=bool(lines - after.report.files[path].missing - self._find_flaky_lines(path)),
            )
            for path, counted in sorted(self._counted.items())
            for region, lines in sorted(after.group_by_region(path, counted).items())
        }

    def _find_origins(self) -> dict[tuple[str, str], int]:
        """Return by region of a file after the build that opened the oldest gap of which lines were moved there."""
        found: dict[tuple[str, str], int] = {}
        for gap in self._list_gaps_before():
            for path, lines in self.transition.forward(gap.path, gap.lines).items():
                for region in self.transition.after.group_by_region(path, lines):
                    found[path, region] = min(gap.since, found.get((path, region), gap.since))
        return found

    def _find_flaky_lines(self, path: str) -> Lines:
        return flaky.find_flaky_lines(self._flips.get(path, {}))

    def _merge_flips(self) -> dict[str, Mapping[int, tuple[int, ...]]]:
        kept = {path: flips for path, flips in self.ledger.flips.items() if not self._is_followed(path)}
        return {path: flips for path, flips in sorted({**kept, **self._flips}.items()) if flips}

    def _update_entry(self, entry: Entry) -> Entry:
        """Return the entry after the newer build: the task keeps its lines that still count, wherever they are now."""
        task, elsewhere = entry.task, self._update_elsewhere(entry.elsewhere)
        if task.path not in self.paths:
            unconfirmed = entry.unconfirmed and not self._is_deleted(task.path)
            return attrs.evolve(entry, unconfirmed=unconfirmed, elsewhere=elsewhere)
        if entry.ambiguous:
            return attrs.evolve(self._update_ambiguous(entry), elsewhere=elsewhere)
        by_path = self.transition.forward(task.path, task.lines)
        location = self._locate_region(task.path, task.regions[0])
        new_path = max(
            sorted(by_path), key=lambda path: len(by_path[path]), default=location[0] if location else task.path
        )
        if location and self.transition.is_unmeasured(new_path):
            return attrs.evolve(entry, elsewhere=elsewhere)
        moved = by_path.get(new_path, NO_LINES)
        lines = moved & self._counted.get(new_path, NO_LINES)
        if entry.is_kept:
            others = ((path, found & self._counted.get(path, NO_LINES)) for path, found in by_path.items())
            elsewhere = union_by_path(
                [elsewhere, {path: found for path, found in others if found and path != new_path}]
            )
        if elsewhere and not lines:
            new_path = max(sorted(elsewhere), key=lambda path: len(elsewhere[path]))
            moved = lines = elsewhere[new_path]
        regions = self._name_regions(task, new_path, lines)
        updated = attrs.evolve(
            entry,
            elsewhere={path: found for path, found in elsewhere.items() if path != new_path},
            task=attrs.evolve(task, path=new_path, regions=regions, lines=lines),
            record=entry.record and self._update_record(entry.record, task.path, new_path),
        )
        return attrs.evolve(
            updated,
            unconfirmed=not moved or updated.replaced > entry.replaced
            if task.lines
            else entry.unconfirmed and self._has_uncounted(task, new_path, regions),
            gone=not lines and self._is_gone(entry, new_path, moved),
        )

    def _update_ambiguous(self, entry: Entry) -> Entry:
        """Return the entry of an ambiguous task, whose lines are unknown: it ends when none of its file is missing."""
        task = entry.task
        new_path = self.transition.linemap.path_after(task.path)
        if new_path is not None and self.transition.is_unmeasured(new_path):
            return entry
        task = attrs.evolve(task, path=new_path or task.path)
        if new_path is not None and self._counted.get(new_path):
            return attrs.evolve(entry, task=task, unconfirmed=False)
        return attrs.evolve(
            entry, task=attrs.evolve(task, lines=NO_LINES), unconfirmed=False, ambiguous=False, gone=not new_path
        )

    def _update_elsewhere(self, elsewhere: Mapping[str, Lines]) -> dict[str, Lines]:
        """Return the lines of a task in other files after the newer build that still count, by path."""
        parts: list[Mapping[str, Lines]] = []
        for path, lines in elsewhere.items():
            new_path = self.transition.linemap.path_after(path)
            if path not in self.paths or (new_path is not None and self.transition.is_unmeasured(new_path)):
                parts.append({path: lines})
            else:
                by_path = self.transition.forward(path, lines).items()
                parts.append({location: found & self._counted.get(location, NO_LINES) for location, found in by_path})
        return union_by_path(parts)

    def _update_record(self, record: BugRecord, path: str, new_path: str) -> BugRecord:
        """Return the record with its listed lines as they are numbered after.

        If all of their code changed, only their count is kept.
        """
        renamed = record.renamed or new_path != path
        listed = (
            self.transition.forward(path, record.listed_lines).get(new_path, NO_LINES) if record.carried else NO_LINES
        )
        if listed or not record.listed_lines:
            there = self.transition.locate_forward(path, record.listed_lines)
            kept = Lines.of(line for line, (found, _) in there.items() if found == new_path)
            return attrs.evolve(record.follow_listed(kept, listed), renamed=renamed)
        return attrs.evolve(record, carried=False, renamed=renamed)

    def _is_deleted(self, path: str) -> bool:
        return path not in self.transition.after.report.files and not self.transition.after.has_path(path)

    def _has_uncounted(self, task: Task, new_path: str, regions: Collection[str]) -> bool:
        """Whether lines in its regions are missing in one of both builds and do not count: the gap may come back."""
        file = self.transition.after.report.files.get(new_path)
        fresh = file.missing - self._counted.get(new_path, NO_LINES) if file else NO_LINES
        now = self.transition.after.group_by_region(new_path, fresh)
        return bool(self._find_uncounted(task)) or not now.keys().isdisjoint(regions)

    def _find_uncounted(self, task: Task) -> Lines:
        """Return the lines missing in the regions of a task in the build before that did not count."""
        before = self.transition.before
        missing = before.report.files[task.path].missing - self._gap_lines_before.get(task.path, NO_LINES)
        missing_before = before.group_by_region(task.path, missing)
        return union(missing_before.get(region, NO_LINES) for region in task.regions)

    def _is_gone(self, entry: Entry, new_path: str, moved: Lines) -> bool:
        """Whether none of its lines is known to run: their code was deleted or excluded, and was not restored."""
        file = self.transition.after.report.files.get(new_path)
        covered = file.covered if file else NO_LINES
        if entry.task.lines:
            return not moved & covered
        came_back = entry.gone and self.transition.forward(entry.task.path, self._find_uncounted(entry.task)).get(
            new_path, NO_LINES
        )
        return entry.gone and not (came_back and came_back & covered)

    def _name_regions(self, task: Task, new_path: str, lines: Lines) -> tuple[str, ...]:
        """Return the names of the task's regions after, and those of other regions that its lines were moved into."""
        located = (self._locate_region(task.path, region) for region in task.regions)
        named = [location[1] for location in located if location and location[0] == new_path] or list(task.regions)
        return tuple(dict.fromkeys([*named, *sorted(self.transition.after.group_by_region(new_path, lines))]))
