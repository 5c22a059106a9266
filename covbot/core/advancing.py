"""Gaps and tasks from one build to the next along a line map: the same lines, wherever they went."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from covbot.core import flaky, quorum, tasks
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from covbot.core.ledger import Ledger
    from covbot.core.views import Crossing

NONE = Lines()


@define(kw_only=True)
class Advance:
    """One step of a ledger: from the build that measured `paths` last, to the snapshot `at` of build `number`."""

    ledger: Ledger
    crossing: Crossing
    paths: Collection[str]
    at: int
    number: int
    _was: dict[str, Lines] = field(init=False, factory=dict)
    _confirmed: dict[str, Lines] = field(init=False, factory=dict)
    _settled: dict[str, Lines] = field(init=False, factory=dict)
    _flips: dict[str, dict[int, tuple[int, ...]]] = field(init=False, factory=dict)

    def run(self) -> Ledger:
        """The ledger after the step."""
        before = self.crossing.before.report.files
        for path in self.paths:
            self._carry(self._was, path, before[path].missing)
            self._carry_flips(path)
        for gap in self._gaps_before():
            self._carry(self._confirmed, gap.path, gap.lines)
        for path, file in self.crossing.after.report.files.items():
            self._settle(path, file.missing)
        entries = {key: self._follow(entry) for key, entry in self.ledger.entries.items()}
        return attrs.evolve(self.ledger, gaps=self._gaps_after(), entries=entries, flips=self._all_flips())

    def _carry(self, sums: dict[str, Lines], path: str, lines: Lines) -> None:
        for there, found in self.crossing.forward(path, lines).items():
            sums[there] = sums.get(there, NONE) | found

    def _carry_flips(self, path: str) -> None:
        for there, flips in flaky.carry(self.ledger.flips.get(path, {}), path, self.crossing.forward).items():
            self._flips.setdefault(there, {}).update(flips)

    def _gaps_before(self) -> list[tasks.Gap]:
        return [gap for key, gap in sorted(self.ledger.gaps.items()) if gap.path in self.paths]

    def _settle(self, path: str, missing: Lines) -> None:
        """Which missing lines of a file after count; what flipped there is counted on the way."""
        was, flips = self._was.get(path, NONE), self._flips.get(path, {})
        flipped = self._lost(path, missing - was) | (
            (was - missing) & self.crossing.after.report.files[path].statements
        )
        if flips or flipped:
            flips = flaky.add(flips, flipped, build=self.number, recent=self.ledger.recent)
            self._flips[path] = flips
        confirmed = self._confirmed.get(path, NONE)
        if was or confirmed:
            self._settled[path] = quorum.settle(confirmed, was, missing, flaky.flaky(flips))

    def _lost(self, path: str, fresh: Lines) -> Lines:
        """Of lines that are missing only now, those that ran before."""
        lost = NONE
        for there, lines in self.crossing.backward(path, fresh).items() if fresh else ():
            file = self.crossing.before.report.files.get(there)
            if file is not None and there in self.paths:
                lost |= self.crossing.forward(there, lines & file.statements).get(path, NONE)
        return lost & fresh

    def _place(self, path: str, region: str) -> tuple[str, str] | None:
        """Where a region of a file before is after; None if the file was deleted."""
        linemap = self.crossing.linemap
        if region != tasks.MODULE_BODY:
            return linemap.region_after(path, region)
        there = linemap.path_after(path)
        return None if there is None else (there, region)

    def _is_silent(self, path: str) -> bool:
        """Whether the newer report does not speak of a file that is there."""
        return path not in self.crossing.after.report.files and self.crossing.after.holds(path)

    def _gaps_after(self) -> dict[tuple[str, str], tasks.Gap]:
        gaps, closed, since = dict(self.ledger.gaps), dict[tuple[str, str], tasks.Gap](), dict[tuple[str, str], int]()
        for gap in self._gaps_before():
            place = self._place(gap.path, gap.region)
            if place and self._is_silent(place[0]):
                continue
            del gaps[gap.path, gap.region]
            path, region = place or (gap.path, gap.region)
            until = self.number if gap.lines else gap.until
            closed[path, region] = attrs.evolve(gap, path=path, region=region, lines=NONE, at=self.at, until=until)
            if gap.lines:
                since[path, region] = min(gap.since, since.get((path, region), gap.since))
        return {**gaps, **closed, **self._gaps_open(since)}

    def _gaps_open(self, since: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], tasks.Gap]:
        return {
            (path, region): tasks.Gap(
                path=path, region=region, lines=lines, at=self.at, since=since.get((path, region), self.number)
            )
            for path, settled in sorted(self._settled.items())
            for region, lines in sorted(self.crossing.after.by_region(path, settled).items())
        }

    def _all_flips(self) -> dict[str, Mapping[int, tuple[int, ...]]]:
        kept = {path: flips for path, flips in self.ledger.flips.items() if path not in self.paths}
        return {path: flips for path, flips in sorted({**kept, **self._flips}.items()) if flips}

    def _follow(self, entry: tasks.Entry) -> tasks.Entry:
        """A task after the step: it keeps the lines that it owns and that still count, wherever they went."""
        task, filed = entry.task, entry.filed
        if task.path not in self.paths:
            return entry
        place = self._place(task.path, task.regions[0])
        there = place[0] if place else task.path
        if place and self._is_silent(there):
            return entry
        moved = self.crossing.forward(task.path, task.lines).get(there, NONE)
        lines = moved & self._settled.get(there, NONE)
        if filed:
            told = self.crossing.forward(task.path, filed.told).get(there, NONE) if filed.carried else filed.told
            filed = attrs.evolve(filed, told=told, renamed=filed.renamed or there != task.path)
        return attrs.evolve(
            entry,
            task=attrs.evolve(task, path=there, regions=self._regions(task, there, lines), lines=lines),
            filed=filed,
            doubtful=bool(task.lines) and not moved,
            blurred=False,
            gone=self._is_gone(entry, there, moved) and not lines,
        )

    def _is_gone(self, entry: tasks.Entry, there: str, moved: Lines) -> bool:
        """Whether none of the task's lines was seen to run: their code was deleted or excluded."""
        if not entry.task.lines:
            return entry.gone
        file = self.crossing.after.report.files.get(there)
        return not (file and moved & file.covered)

    def _regions(self, task: tasks.Task, there: str, lines: Lines) -> tuple[str, ...]:
        """The names that the task's regions have now, and those of any others that its lines went into."""
        placed = (self._place(task.path, region) for region in task.regions)
        named = [place[1] for place in placed if place and place[0] == there] or list(task.regions)
        return tuple(dict.fromkeys([*named, *sorted(self.crossing.after.by_region(there, lines))]))
