"""The recovery of the ledger from the tracker: entries for the project's bugs that the ledger does not know."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core.comparison.view import BuildView, Transition
from covbot.core.coverage import Report
from covbot.core.ledger import line_owners, recovery
from covbot.core.lines import Lines, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.marker import Marker
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.ledger.recovery import TaskLocation
    from covbot.core.linemap.linemap import LineMap
    from covbot.pipeline.builds.build_views import EarlierBuild
    from covbot.pipeline.project import Project


def recover_bugs(project: Project, ledger: Ledger, known: Mapping[int, Bug], newest: EarlierBuild) -> Ledger:
    """Return the ledger with an entry for every bug with the project's footer that it did not know.

    Each line keeps one owner. Raise CannotUseTracker if a bug that has to be read cannot be.
    """
    pending = {pending.action.footer.key for pending in project.store.outbox.pending(project.name)}
    found = recovery.find_unknown_bugs(project.name, known, ledger, pending)
    if not found:
        return ledger
    entries = {key: entry for key, entry in ledger.entries.items() if entry.is_kept}
    guessed = set[str]()
    maps = map_revisions(project, newest, map(recovery.find_marker, found.values()))
    for footer, bug in sorted(found.items(), key=lambda item: (not _is_exact(item[1], ledger), item[0])):
        marker = recovery.find_marker(bug)
        location = locate_task(maps, newest, marker)
        if location is None:
            location = recovery.guess_location(bug, marker, ledger, newest.placed.view)
            guessed.add(footer.key)
        if location is None:
            continue
        others = (entry.task for key, entry in entries.items() if key != footer.key)
        owned = union(task.lines for task in others if task.path == location.path)
        missing = newest.placed.view.report.files.get(location.path)
        listed = (location.listed_lines & missing.missing if missing else Lines()) - owned
        location = attrs.evolve(location, listed_lines=listed)
        entry = recovery.recover_entry(_read_bug(project, bug), footer, location, marker, project.policy)
        record = entry.record and attrs.evolve(entry.record, tracker=project.tracker.address)
        entries[footer.key] = attrs.evolve(entry, record=record)
    grown = recovery.add_unlisted_lines(entries, guessed & entries.keys(), ledger)
    return line_owners.settle_owners(attrs.evolve(ledger, entries=grown))


def _is_exact(bug: Bug, ledger: Ledger) -> bool:
    """Whether all lines that a bug lists are missing under the numbers that it gives, so that no other bug has them."""
    marker = recovery.find_marker(bug)
    return marker is not None and recovery.are_missing(marker, ledger)


def map_revisions(project: Project, newest: EarlierBuild, markers: Iterable[Marker | None]) -> dict[str, LineMap]:
    """Return the line map from the revision of each marker to that of the newest build, as far as git knows both."""
    commit = newest.placed.commit
    if project.repository is None or commit is None:
        return {}
    paths: dict[str, set[str]] = {}
    for marker in markers:
        if marker is not None and marker.revision is not None:
            paths.setdefault(marker.revision, set()).add(marker.path)
    found: dict[str, LineMap] = {}
    for revision, wanted in sorted(paths.items()):
        with contextlib.suppress(errors.CannotReadRepository):
            found[revision] = project.repository.line_map(project.repository.obtain(revision), commit, wanted)
    return found


def locate_task(maps: Mapping[str, LineMap], newest: EarlierBuild, marker: Marker | None) -> TaskLocation | None:
    """Return where the task of a marker is now by the line map from its revision, None if there is none."""
    linemap = maps.get(marker.revision or "") if marker else None
    if marker is None or linemap is None:
        return None
    before = BuildView(report=Report())
    return recovery.locate_task(marker, Transition(before=before, after=newest.placed.view, linemap=linemap))


def _read_bug(project: Project, bug: Bug) -> Bug:
    """Return the bug, with its comments if they matter: covbot may have commented to people who work on it."""
    untouched = bug.status_at == bug.created_at and bug.assignee is None
    if untouched or bug.sealed or not bug.on_project:
        return bug
    try:
        return project.tracker.look(bug.number)
    except errors.BugUnreadable:
        return bug
