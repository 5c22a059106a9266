"""The history of one line: the trusted builds in a row in which it never ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot import errors
from covbot.core.builds import order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.builds.build import Build, StoredSnapshot
    from covbot.pipeline.project import Project

MOST_BUILDS = 50
"""How many builds a line is followed back through."""


def find_missing_builds(project: Project, path: str, line: int) -> list[Build]:
    """Return the newest trusted builds in a row in which a line never ran, newest first, at most `MOST_BUILDS`.

    The line is numbered as in the newest; it is followed back by the source, and without that through builds in which
    the file has the same statements. Raise CannotReachRepository if the repository cannot be read now.
    """
    usable = [snapshot for snapshot in project.store.snapshots.list_all(project.name) if snapshot.usable]
    newest_first = order.sort_snapshots(usable)[: -MOST_BUILDS - 1 : -1]
    return [snapshot.build for snapshot in _follow_back(project, newest_first, path, line)]


def _follow_back(
    project: Project, snapshots: Sequence[StoredSnapshot], path: str, line: int
) -> Iterator[StoredSnapshot]:
    place: tuple[str, int] | None = path, line
    newer: StoredSnapshot | None = None
    for snapshot in snapshots:
        if newer is not None and place is not None:
            place = _locate_before(project, snapshot, newer, *place)
        file = project.store.snapshots.file(snapshot.id, place[0]) if place is not None else None
        if place is None or file is None or place[1] not in file.missing:
            return
        yield snapshot
        newer = snapshot


def _locate_before(
    project: Project, older: StoredSnapshot, newer: StoredSnapshot, path: str, line: int
) -> tuple[str, int] | None:
    """Return the path and number of a line in the build before, None if it was not there or nothing shows where."""
    commits = older.measurement.commit, newer.measurement.commit
    if project.repository is not None and commits[0] is not None and commits[1] is not None:
        try:
            linemap = project.repository.line_map(commits[0], commits[1], {path})
        except errors.CannotReadRepository:
            return None
        return linemap.locate_backward(path, [line]).get(line)
    before, after = (project.store.snapshots.file(snapshot.id, path) for snapshot in (older, newer))
    same = before is not None and after is not None and before.statements == after.statements
    return (path, line) if same else None
