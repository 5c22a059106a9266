"""The files of a project have other paths, because of its repository or prefix: the ledger follows them."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core import display
from covbot.core.lines import union_by_path
from covbot.pipeline.builds import build_views, fetching
from covbot.pipeline.identity import renaming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.coverage import FileCoverage
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.builds.build_views import PlacedBuild
    from covbot.pipeline.project import Project


def change_paths(project: Project, prefix: str, *, accepted: bool) -> tuple[str, ...]:
    """Let the ledger follow the paths that the files of its newest build have by the present settings.

    `prefix` is that of the settings before. Return a sentence if any path changed. Raise SettingsChanged if the
    repository does not have the build's commit, or if a file of a task cannot be found again, unless a person accepted
    that.
    """
    ledger = project.store.ledgers.load(project.name)
    if ledger.as_of is None:
        return ()
    stored = project.store.snapshots.get(ledger.as_of)
    before = project.store.snapshots.report(ledger.as_of).files
    placed = _place_again(project, ledger.as_of, prefix)
    if stored.measurement.commit and project.repository and placed.commit is None and not accepted:
        raise errors.SettingsChanged(
            f"{project.name}: {project.context.repository} does not have the revision {stored.measurement.commit} of"
            f" build {stored.build.number}: set repository.url back, or accept that its tasks cannot be followed:"
            f" {renaming.advise(project)}"
        )
    paths = _pair_paths(before, placed.view.report.files)
    lost = sorted(_list_paths(ledger) - paths.keys() - placed.view.report.files.keys())
    if lost and not accepted:
        raise errors.SettingsChanged(
            f"{project.name}: by the present repository and prefix {display.format_count(len(lost), 'file')} with tasks"
            f" cannot be found again ({lost[0]}): set them back, or accept that: {renaming.advise(project)}"
        )
    with project.store.transaction():
        project.store.snapshots.rename_paths(project.name, paths)
        project.store.snapshots.set_commit(ledger.as_of, placed.commit)
        project.store.ledgers.save(project.name, _rename_paths(ledger, paths))
    moved = sum(entry.task.path in paths for entry in ledger.entries.values())
    if not moved:
        return ()
    return (f"its files have other paths by the present settings: {display.format_count(moved, 'task')} carried over",)


def _place_again(project: Project, snapshot: int, prefix: str) -> PlacedBuild:
    """Return the build placed by the present settings: as it was delivered, or else as it was stored."""
    stored, report = project.store.snapshots.get(snapshot), project.store.snapshots.report(snapshot)
    delivered = None
    with contextlib.suppress(errors.CannotFetch):
        delivered = fetching.fetch_build(project, stored.build)
    if delivered is not None and delivered.digest is not None and delivered.digest == stored.measurement.digest:
        report = delivered.report
    else:
        start = f"{prefix.strip('/')}/"
        report = attrs.evolve(report, files={path.removeprefix(start): file for path, file in report.files.items()})
    return build_views.place_build(project, build_views.locate_build(project, stored.build), report)


def _pair_paths(before: Mapping[str, FileCoverage], after: Mapping[str, FileCoverage]) -> dict[str, str]:
    """Return the new path of each file that has another one: the one with this coverage that ends most alike.

    Both are of the same build. A file for which several end equally alike has none.
    """
    by_name: dict[str, list[str]] = {}
    for path in after.keys() - before.keys():
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    paths: dict[str, str] = {}
    for old, file in sorted(before.items()):
        same = [new for new in by_name.get(old.rpartition("/")[2], ()) if after[new] == file]
        most = max((_count_common_parts(old, new) for new in same), default=0)
        best = [new for new in same if _count_common_parts(old, new) == most]
        if old not in after and len(best) == 1:
            paths[old] = best[0]
    return paths


def _count_common_parts(one: str, other: str) -> int:
    """Return how many of their last parts two paths have in common."""
    pairs = zip(reversed(one.split("/")), reversed(other.split("/")), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _list_paths(ledger: Ledger) -> set[str]:
    return {entry.task.path for entry in ledger.entries.values() if entry.task.lines}


def _rename_paths(ledger: Ledger, paths: Mapping[str, str]) -> Ledger:
    gaps = [attrs.evolve(gap, path=paths.get(gap.path, gap.path)) for gap in ledger.gaps.values()]
    return attrs.evolve(
        ledger,
        gaps={(gap.path, gap.region): gap for gap in gaps},
        flips={paths.get(path, path): flips for path, flips in ledger.flips.items()},
        entries={key: _rename_entry(entry, paths) for key, entry in ledger.entries.items()},
    )


def _rename_entry(entry: Entry, paths: Mapping[str, str]) -> Entry:
    new_path = paths.get(entry.task.path)
    elsewhere = union_by_path([{paths.get(path, path): lines} for path, lines in entry.elsewhere.items()])
    entry = attrs.evolve(entry, elsewhere=elsewhere)
    if new_path is None:
        return entry
    record = entry.record and attrs.evolve(entry.record, renamed=True)
    return attrs.evolve(entry, task=attrs.evolve(entry.task, path=new_path), record=record)
