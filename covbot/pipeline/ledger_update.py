"""The ledger, one trusted build further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.ledger import by_function, by_line
from covbot.pipeline import build_history, build_views

if TYPE_CHECKING:
    from collections.abc import Collection

    from covbot.core.ledger.ledger import Ledger
    from covbot.pipeline.project import Project


@frozen(kw_only=True, eq=False)
class NewerBuild:
    """The newer build: its snapshot, its number, and its report in the repository."""

    at: int
    number: int
    placed: build_views.PlacedBuild


def update_ledger(project: Project, ledger: Ledger, newer: NewerBuild) -> Ledger:
    """The ledger after one more trusted build.

    A file is followed from the build in which it was last measured, and its lines could be told: the newest one taken,
    or an older one, in which the lines of its gaps are numbered.
    """
    recent = (*ledger.recent, newer.number)[-project.policy.flaky_builds :]
    ledger = attrs.evolve(ledger, recent=recent)
    newest = build_views.load_view(project, ledger.as_of)
    if newest is not None:
        left = _left_behind(ledger)
        measured = newest.placed.view.report.files.keys() - {path for paths in left.values() for path in paths}
        ledger = _from(project, ledger, newest, newer, measured)
        for at, paths in sorted(left.items()):
            earlier = build_views.load_view(project, at)
            if earlier is not None:
                ledger = _from(project, ledger, earlier, newer, paths)
    open_paths = {gap.path for gap in ledger.gaps.values() if gap.lines}
    kept = open_paths | newer.placed.view.report.files.keys()
    flips = {path: flips for path, flips in ledger.flips.items() if path in kept}
    return attrs.evolve(ledger, as_of=newer.at, flips=flips)


def _left_behind(ledger: Ledger) -> dict[int, set[str]]:
    """Paths of open gaps that are not numbered as in the newest build taken, by the snapshot in which they are."""
    found: dict[int, set[str]] = {}
    for gap in ledger.gaps.values():
        if gap.lines and gap.at != ledger.as_of:
            found.setdefault(gap.at, set()).add(gap.path)
    return found


def _from(
    project: Project, ledger: Ledger, earlier: build_views.EarlierBuild, newer: NewerBuild, paths: Collection[str]
) -> Ledger:
    """Take the gaps and tasks of these paths from an earlier build to the newer one, along the source if it is known.

    Where it is not, a file that changed is left as it was if a later build can still tell its lines.
    """
    known = build_views.with_older_source(project, earlier)
    told = frozenset(paths) & known.placed.view.report.files.keys() if known else frozenset()
    transition = build_history.find_transition(project, known, newer.placed) if known else None
    if transition is not None:
        ledger = by_line.LineUpdate(
            ledger=ledger, transition=transition, paths=told, at=newer.at, number=newer.number
        ).run()
        paths = set(paths) - told
    before, after = earlier.placed.view.report.files, newer.placed.view.report.files
    steps = (
        by_function.FileUpdate(path=path, before=before[path], after=after[path], at=newer.at, number=newer.number)
        for path in sorted(paths)
        if path in before and path in after
        if path not in told or before[path].statements == after[path].statements
    )
    return by_function.update_ledger(ledger, steps)
