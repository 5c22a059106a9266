"""The order of builds: their number within one life of a job, else their start. No other clock decides on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from covbot.core.builds.build import Build, StoredSnapshot

WITNESSES = 3
"""The number of builds by which a start is judged, so that one build with a wrong clock decides nothing."""


def sort_snapshots(recorded: Iterable[StoredSnapshot]) -> list[StoredSnapshot]:
    """Return recorded builds, the oldest first; they are given in the order of recording."""
    ordered: list[StoredSnapshot] = []
    builds: list[Build] = []
    for snapshot in recorded:
        place = len(builds)
        while place and is_late(snapshot.build, builds[:place] if place < len(builds) else builds):
            place -= 1
        ordered.insert(place, snapshot)
        builds.insert(place, snapshot.build)
    return ordered


def list_newer(recorded: Iterable[StoredSnapshot], than: int | None) -> list[StoredSnapshot]:
    """Return the recorded builds after the one with an id, the oldest first; all of them if it is None."""
    ordered = sort_snapshots(recorded)
    return ordered[1 + next((place for place, each in enumerate(ordered) if each.id == than), -1) :]


def is_late(build: Build, earlier: Sequence[Build]) -> bool:
    """Whether a build was run before the last one of these, which are in order.

    Within one life of a job the numbers decide. A job that was deleted and created again counts from 1 again: a build
    whose number is not higher belongs to a new life if it started after the others of such numbers. Between two lives,
    and between two jobs, the starts decide.
    """
    newest = earlier[-1]
    if build.job != newest.job:
        return _started_before(build, earlier)
    if build.number > newest.number:
        return _started_before(build, earlier) and _is_second_life(newest, earlier)
    higher = [known for known in earlier if known.job == build.job and known.number >= build.number]
    same = any(known.number == build.number and known.started_at == build.started_at for known in higher)
    return same or _started_before(build, higher)


def _started_before(build: Build, others: Sequence[Build]) -> bool:
    """Whether a build started before most of the last ones of others."""
    witnesses = others[-WITNESSES:]
    return 2 * sum(build.started_at < other.started_at for other in witnesses) >= len(witnesses)


def _is_second_life(newest: Build, earlier: Sequence[Build]) -> bool:
    """Whether the newest build's job had higher numbers before."""
    return any(known.number > newest.number for known in earlier if known.job == newest.job)
