"""The ledger rebuilt from the tracker: bugs of the project's that it does not know get their tasks back."""

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
    from covbot.pipeline.build_views import EarlierBuild
    from covbot.pipeline.project import Project


def recover_bugs(project: Project, ledger: Ledger, known: Mapping[int, Bug], newest: EarlierBuild) -> Ledger:
    """The ledger with an entry for every bug that bears a footer of the project's and that it did not know.

    Each line keeps one owner. CannotUseTracker if a bug that has to be looked at cannot be.
    """
    pending = {pending.action.footer.key for pending in project.store.outbox.pending(project.name)}
    found = recovery.find_unknown_bugs(project.name, known, ledger, pending)
    if not found:
        return ledger
    entries = {key: entry for key, entry in ledger.entries.items() if entry.record}
    for footer, bug in sorted(found.items()):
        mark = recovery.find_marker(bug)
        where = _place(project, newest, mark) or recovery.guess_location(bug, mark, ledger, newest.placed.view)
        if where is None:
            continue
        others = (entry.task for key, entry in entries.items() if key != footer.key)
        owned = union(task.lines for task in others if task.path == where.path)
        missing = newest.placed.view.report.files.get(where.path)
        left = (where.listed_lines & missing.missing if missing else Lines()) - owned
        where = attrs.evolve(where, listed_lines=left)
        entries[footer.key] = recovery.recover_entry(_look(project, bug), footer, where, mark, project.policy)
    return attrs.evolve(ledger, entries=entries)


def _place(project: Project, newest: EarlierBuild, mark: Marker | None) -> recovery.TaskLocation | None:
    """Where the task of a mark is now, by the repository; None if it cannot tell."""
    commit = newest.placed.commit
    if project.repository is None or commit is None or mark is None or mark.revision is None:
        return None
    try:
        before = project.repository.obtain(mark.revision)
        linemap = project.repository.line_map(before, commit, {mark.path})
    except errors.CannotReadRepository:
        return None
    return recovery.locate_task(
        mark, Transition(before=BuildView(report=Report()), after=newest.placed.view, linemap=linemap)
    )


def _look(project: Project, bug: Bug) -> Bug:
    """The bug, with its comments where something hangs on them: covbot may have told its people something."""
    untouched = bug.status_at == bug.created_at and bug.assignee is None
    if untouched or bug.sealed or not bug.on_project:
        return bug
    try:
        return project.tracker.look(bug.number)
    except errors.BugUnreadable:
        return bug
