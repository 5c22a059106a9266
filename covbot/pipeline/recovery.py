"""The recovery of the ledger from the tracker: entries for the project's bugs that the ledger does not know."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import attrs

from covbot import errors
from covbot.core.bugs.actions import About, CommentOnBug
from covbot.core.comparison.view import BuildView, Transition
from covbot.core.coverage import Report
from covbot.core.ledger import catching_up, line_owners, recovery
from covbot.core.lines import Lines, union
from covbot.pipeline.identity import renaming

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.marker import Marker
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.ledger.recovery import TaskLocation
    from covbot.core.linemap.linemap import LineMap
    from covbot.core.planning.proposal import Proposal
    from covbot.pipeline.builds.build_views import EarlierBuild
    from covbot.pipeline.project import Project


def recover_bugs(project: Project, ledger: Ledger, known: Mapping[int, Bug], newest: EarlierBuild) -> Ledger:
    """Return the ledger with an entry for every bug with the project's footer that it did not know.

    Each line keeps one owner. Raise CannotUseTracker if a bug that has to be read cannot be.
    """
    pending = project.store.outbox.pending_keys(project.name)
    found = recovery.find_unknown_bugs(renaming.list_names(project), known, ledger, pending)
    if not found:
        return ledger
    entries = {key: entry for key, entry in ledger.entries.items() if entry.is_kept}
    guessed = set[str]()
    markers = {bug.number: find_marker(project, bug, newest) for bug in found.values()}
    maps = map_revisions(project, newest, markers.values())
    for footer, bug in sorted(found.items(), key=lambda item: (not _is_exact(item[1], ledger), item[0])):
        marker = markers[bug.number]
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


def catch_up(project: Project, ledger: Ledger, known: Mapping[int, Bug], newest: EarlierBuild) -> Ledger:
    """Return the ledger with what covbot did to its bugs since the store was copied, as after a copy was put back.

    The tracker is newer than such a store: a text of covbot's that the ledger does not know says which lines its task
    has. Each line keeps one owner.
    """
    pending = project.store.outbox.pending_keys(project.name)
    ledger = catching_up.catch_up_status(ledger, known)
    found = list(catching_up.find_newer_texts(ledger, known, pending))
    if not found:
        return ledger
    maps = map_revisions(project, newest, (marker for _, _, marker in found))
    entries = dict(ledger.entries)
    newer = {entry.task.key for entry, _, _ in found}
    for entry, bug, marker in found:
        location = locate_task(maps, newest, marker) or recovery.find_unmoved(marker, ledger)
        others = (other.task for key, other in entries.items() if other.is_kept and key not in newer)
        owned = union(task.lines for task in others if location and task.path == location.path)
        missing = recovery.find_missing_lines(ledger, location.path) - owned if location else Lines()
        entries[entry.task.key] = catching_up.adopt_text(entry, bug, marker, location, missing)
        newer.remove(entry.task.key)
    return line_owners.settle_owners(attrs.evolve(ledger, entries=entries))


def catch_up_comments(project: Project, proposals: Sequence[Proposal], actions: Iterable[Action]) -> list[Proposal]:
    """Return the proposals with the comments on their bugs that a store put back from a copy does not know.

    Only bugs on which a comment is due to somebody who works on them are read.
    """
    due = {
        action.footer.key: action
        for action in actions
        if isinstance(action, CommentOnBug) and action.about in {About.DONE, About.STILL_MISSING}
    }
    return [
        attrs.evolve(each, entry=catching_up.adopt_comments(each.entry, _look(project, action.bug), action))
        if (action := due.get(each.footer.key))
        else each
        for each in proposals
    ]


def _look(project: Project, number: int) -> Bug | None:
    try:
        return project.tracker.look(number)
    except errors.BugUnreadable:
        return None


def find_marker(project: Project, bug: Bug, newest: EarlierBuild) -> Marker | None:
    """Return the marker in a bug's text, with the path of its file by the present settings; None if it has none."""
    marker = recovery.find_marker(bug)
    if marker is None:
        return None
    paths: Collection[str] = newest.placed.view.report.files
    if project.repository is not None and marker.revision is not None:
        with contextlib.suppress(errors.CannotReadRepository):
            paths = project.repository.tree(project.repository.obtain(marker.revision))
    return recovery.follow_prefix(marker, paths)


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
    return _look(project, bug.number) or bug
