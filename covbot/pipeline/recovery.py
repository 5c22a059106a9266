"""The recovery of the ledger from the tracker: entries for the project's bugs that the ledger does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core.comparison.view import BuildView, Transition
from covbot.core.coverage import Report
from covbot.core.ledger import recovery
from covbot.core.lines import Lines, union

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.marker import Marker
    from covbot.core.ledger.ledger import Ledger
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
    entries = {key: entry for key, entry in ledger.entries.items() if entry.record}
    for footer, bug in sorted(found.items()):
        marker = recovery.find_marker(bug)
        location = _locate_task(project, newest, marker) or recovery.guess_location(
            bug, marker, ledger, newest.placed.view
        )
        if location is None:
            continue
        others = (entry.task for key, entry in entries.items() if key != footer.key)
        owned = union(task.lines for task in others if task.path == location.path)
        missing = newest.placed.view.report.files.get(location.path)
        listed = (location.listed_lines & missing.missing if missing else Lines()) - owned
        location = attrs.evolve(location, listed_lines=listed)
        entries[footer.key] = recovery.recover_entry(_read_bug(project, bug), footer, location, marker, project.policy)
    return attrs.evolve(ledger, entries=entries)


def _locate_task(project: Project, newest: EarlierBuild, marker: Marker | None) -> recovery.TaskLocation | None:
    """Return where the task of a marker is now according to the repository, None if that is unknown."""
    commit = newest.placed.commit
    if project.repository is None or commit is None or marker is None or marker.revision is None:
        return None
    try:
        before = project.repository.obtain(marker.revision)
        linemap = project.repository.line_map(before, commit, {marker.path})
    except errors.CannotReadRepository:
        return None
    return recovery.locate_task(
        marker, Transition(before=BuildView(report=Report()), after=newest.placed.view, linemap=linemap)
    )


def _read_bug(project: Project, bug: Bug) -> Bug:
    """Return the bug, with its comments if they matter: covbot may have commented to people who work on it."""
    untouched = bug.status_at == bug.created_at and bug.assignee is None
    if untouched or bug.sealed or not bug.on_project:
        return bug
    try:
        return project.tracker.look(bug.number)
    except errors.BugUnreadable:
        return bug
