"""The update of the ledger by one more trusted build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.ledger import by_function, by_line, line_owners, renames
from covbot.pipeline.builds import build_history, build_views

if TYPE_CHECKING:
    from collections.abc import Collection

    from covbot.core.comparison.view import Transition
    from covbot.core.ledger.ledger import Ledger
    from covbot.pipeline.builds.build_views import EarlierBuild
    from covbot.pipeline.project import Project


def update_ledger(
    project: Project,
    ledger: Ledger,
    newer: EarlierBuild,
    newest: EarlierBuild | None,
    transition: Transition | None,
) -> Ledger:
    """Return the ledger after one more trusted build.

    A file is followed from the last build that measured it and whose lines are known: from `newest`, the build that the
    ledger is at, along `transition` if the source shows one, or from an older build by which its gaps are numbered.
    """
    recent = (*ledger.recent, newer.snapshot.build.number)[-project.policy.flaky_builds :]
    ledger = attrs.evolve(ledger, recent=recent)
    if newest is not None:
        older = _find_older_paths(ledger)
        measured = newest.placed.view.report.files.keys() - {path for paths in older.values() for path in paths}
        ledger = _update_from(project, ledger, newest, newer, paths=measured, transition=transition)
        for at, paths in sorted(older.items()):
            earlier = build_views.load_view(project, at)
            if earlier is not None:
                ledger = _update_from(project, ledger, earlier, newer, paths=paths)
    open_paths = {gap.path for gap in ledger.gaps.values() if gap.lines}
    kept = open_paths | newer.placed.view.report.files.keys()
    flips = {path: flips for path, flips in ledger.flips.items() if path in kept}
    return line_owners.settle_owners(attrs.evolve(ledger, as_of=newer.snapshot.id, flips=flips))


def _find_older_paths(ledger: Ledger) -> dict[int, set[str]]:
    """Return the paths of open gaps that are not numbered as in the newest build, by the snapshot that numbers them."""
    found: dict[int, set[str]] = {}
    for gap in ledger.gaps.values():
        if gap.lines and gap.at != ledger.as_of:
            found.setdefault(gap.at, set()).add(gap.path)
    return found


def _update_from(  # noqa: PLR0913 -- the update is from one build to another
    project: Project,
    ledger: Ledger,
    earlier: EarlierBuild,
    newer: EarlierBuild,
    *,
    paths: Collection[str],
    transition: Transition | None = None,
) -> Ledger:
    """Return the ledger with the gaps and tasks of these paths updated from an earlier build to the newer one.

    Lines are mapped if the source is known. If it is not, a file with another name is recognized by its statements, and
    a changed file is left unchanged in the ledger if a later build may still distinguish its lines.
    """
    known = build_views.with_older_source(project, earlier)
    followed = frozenset(paths) & known.placed.view.report.files.keys() if known else frozenset()
    if known and transition is None:
        transition = build_history.find_transition(project, known, newer.placed)
    at, number = newer.snapshot.id, newer.snapshot.build.number
    if transition is not None:
        ledger = by_line.LineUpdate(ledger=ledger, transition=transition, paths=followed, at=at, number=number).apply()
        paths = set(paths) - followed
    before, after = earlier.placed.view.report.files, newer.placed.view.report.files
    if transition is None:
        found = renames.find_renames(before, after)
        ledger = renames.follow_renames(ledger, found, paths)
        before = {found.get(path, path): file for path, file in before.items()}
        paths = {found.get(path, path) for path in paths}
    steps = (
        by_function.FileUpdate(path=path, before=before[path], after=after[path], at=at, number=number)
        for path in sorted(paths)
        if path in before and path in after
        if path not in followed or before[path].statements == after[path].statements
    )
    return by_function.update_ledger(ledger, steps)
