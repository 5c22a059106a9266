"""Converts a bug of the store to the bug that covbot reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.bugs.bug import Bug, Comment
from covbot.trackers.local import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.store.local_bugs import LocalBug, LocalBugs, LocalChange, LocalComment


def make_bug(bug: LocalBug, changed: LocalChange | None, comments: Iterable[LocalComment] = ()) -> Bug:
    """Return the bug as covbot reads it, from the last change of its status (None: as it was filed) and comments."""
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
    return make_bug(bug, changed[-1] if changed else None, bugs.comments(bug.number))
