"""Converts a bug of the store to the bug that covbot reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.bugs import statuses
from covbot.core.bugs.bug import Bug, Comment
from covbot.trackers.local import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from covbot.store.local_bugs import LocalBug, LocalBugs, LocalChange, LocalComment


def make_bug(
    bug: LocalBug,
    changed: LocalChange | None,
    own: LocalChange | None,
    comments: Iterable[LocalComment] = (),
) -> Bug:
    """Return the bug as covbot reads it, from the last change of its status, covbot's own last one, and comments.

    A change is None if there was none.
    """
    closed = own is not None and own.after in statuses.CLOSED
    return Bug(
        number=bug.number,
        url=f"local:{bug.project}/{bug.number}",
        status=bug.status,
        title=bug.title,
        description=bug.description,
        tags=frozenset(bug.tags),
        created_at=bug.created_at,
        updated_at=bug.updated_at,
        status_at=changed.at if changed else bug.created_at,
        status_mine=(changed.who if changed else bug.reporter) == rules.ACCOUNT,
        closed_at=own.at if own is not None and closed else None,
        assignee=bug.assignee,
        duplicate_of=bug.duplicate_of,
        on_project=bug.on_project,
        comments=tuple(
            Comment(text=comment.text, at=comment.at, mine=comment.author == rules.ACCOUNT) for comment in comments
        ),
    )


def make_whole_bug(bugs: LocalBugs, bug: LocalBug) -> Bug:
    """Return the bug with its comments."""
    changed = [change for change in bugs.changes(bug.number) if change.what == "status"]
    own = [change for change in changed if change.who == rules.ACCOUNT]
    last, last_own = (each[-1] if each else None for each in (changed, own))
    return make_bug(bug, last, last_own, bugs.comments(bug.number))


def make_all_bugs(bugs: LocalBugs, project: str) -> Iterator[tuple[LocalBug, Bug]]:
    """Yield each bug of a project as it is stored, and as covbot reads it, without its comments."""
    changed = bugs.last_changes(project, "status")
    own = bugs.last_changes(project, "status", who=rules.ACCOUNT)
    for bug in bugs.bugs(project):
        yield bug, make_bug(bug, changed.get(bug.number), own.get(bug.number))
