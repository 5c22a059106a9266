"""The ledger, one trusted build further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core import advancing, modules
from covbot.pipeline import placing

if TYPE_CHECKING:
    from collections.abc import Collection

    from covbot.core.ledger import Ledger
    from covbot.pipeline.project import Project


@frozen(kw_only=True, eq=False)
class Newer:
    """The newer build: its snapshot, its number, and its report in the repository."""

    at: int
    number: int
    placed: placing.Placed


def step(project: Project, ledger: Ledger, newer: Newer) -> Ledger:
    """The ledger after one more trusted build.

    A file is followed from the build in which it was last measured: the newest one taken, or an older one for a gap in
    a file that was not measured since.
    """
    recent = (*ledger.recent, newer.number)[-project.policy.flaky_builds :]
    ledger = attrs.evolve(ledger, recent=recent)
    newest = placing.look_back(project, ledger.as_of)
    if newest is not None:
        measured = newest.placed.view.report.files.keys()
        ledger = _from(project, ledger, newest, newer, measured)
        for at, paths in _left_behind(ledger, newer, measured).items():
            earlier = placing.look_back(project, at)
            if earlier is not None:
                ledger = _from(project, ledger, earlier, newer, paths)
    return attrs.evolve(ledger, as_of=newer.at)


def _left_behind(ledger: Ledger, newer: Newer, measured: Collection[str]) -> dict[int, set[str]]:
    """Paths with gaps that the newest build taken did not measure, by the snapshot in which they were measured last."""
    found: dict[int, set[str]] = {}
    for gap in ledger.gaps.values():
        if gap.path not in measured and gap.at not in {newer.at, ledger.as_of}:
            found.setdefault(gap.at, set()).add(gap.path)
    return found


def _from(project: Project, ledger: Ledger, earlier: placing.Earlier, newer: Newer, paths: Collection[str]) -> Ledger:
    """Take the gaps and tasks of these paths from an earlier build to the newer one."""
    crossing = placing.cross(project, earlier, newer.placed)
    if crossing is not None:
        return advancing.Advance(
            ledger=ledger, crossing=crossing, paths=frozenset(paths), at=newer.at, number=newer.number
        ).run()
    before, after = earlier.placed.view.report.files, newer.placed.view.report.files
    steps = (
        modules.Step(path=path, before=before[path], after=after[path], at=newer.at, number=newer.number)
        for path in sorted(paths)
        if path in before and path in after
    )
    return modules.advance(ledger, steps)
