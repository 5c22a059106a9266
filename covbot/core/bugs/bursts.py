"""The writes to one bug as a burst: what of it is visible in the bug, and what forbids the rest of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

import attrs

from covbot.core.bugs import bug_tags, limits
from covbot.core.bugs.actions import About, CommentOnBug, EditBug, FileBug, MarkDuplicate, Outcome, SetStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug

OLDEST = datetime(2004, 1, 1, tzinfo=UTC)
"""The time of change of a bug that is not wholly known, before any bug of covbot's."""


def find_bug_number(action: Action) -> int | None:
    """Return the number of the bug that an action is for, None if it files one."""
    return None if isinstance(action, FileBug) else action.bug


def is_visible(bug: Bug, action: EditBug | CommentOnBug | SetStatus | MarkDuplicate, since: datetime | None) -> bool:
    """Whether an action is visible in its bug, a comment only as covbot's last one, made at `since` or later."""
    match action:
        case EditBug():
            stored = limits.fit_title(bug.title), limits.fit_description(bug.description)
            return stored == (limits.fit_title(action.title), limits.fit_description(action.description))
        case CommentOnBug():
            own = [item for item in bug.comments if item.mine][-1:]
            texts = [limits.fit_description(item.text) for item in own if since is None or item.at >= since]
            return texts == [limits.fit_description(action.text)]
        case SetStatus():
            return bug.status is action.status and bug.status_mine
        case MarkDuplicate():
            return bug.duplicate_of == action.of
        case _:
            assert_never(action)


def find_intervention(before: Bug | None, now: Bug) -> str | None:
    """Return what a person did to a bug since it was as `before` that forbids to write to it; None for nothing.

    Without `before` it is what would have forbidden to plan a write.
    """
    return next(_list_interventions(before, now), None)


def _list_interventions(before: Bug | None, now: Bug) -> Iterator[str]:
    if now.sealed is not None:
        yield f"it is {now.sealed}"
    if bug_tags.IGNORE in now.tags:
        yield f"it is tagged {bug_tags.IGNORE}"
    if bug_tags.COVBOT not in now.tags:
        yield f"the tag {bug_tags.COVBOT} was removed"
    if not now.on_project:
        yield "the project was removed from it"
    if now.duplicate_of != (before.duplicate_of if before else None):
        yield "it is a duplicate now" if now.duplicate_of is not None else "it is no duplicate any more"
    if before is not None and now.status is not before.status:
        yield f"its status is {now.status}, not {before.status}"
    if before is not None and now.assignee != before.assignee:
        yield "it is assigned to somebody" if now.assignee else "it is assigned to nobody any more"


def make_explanation(announced: Action) -> CommentOnBug | None:
    """Return the comment that takes an announcement back, None if the action announced nothing."""
    if not isinstance(announced, CommentOnBug) or not announced.otherwise:
        return None
    return CommentOnBug(
        footer=announced.footer,
        bug=announced.bug,
        about=About.WITHDRAWN,
        text=announced.otherwise,
        why="a person changed the bug meanwhile: what was announced is not done",
    )


def is_explanation(action: Action) -> bool:
    """Whether an action takes back what covbot announced."""
    return isinstance(action, CommentOnBug) and action.about is About.WITHDRAWN


def restore_sent_texts(bug: Bug, action: Action, outcome: Outcome) -> Bug:
    """Return a bug that was found filed with the texts that covbot sent: only a person can have changed them since."""
    if isinstance(action, FileBug) and outcome is Outcome.FOUND_DONE:
        return attrs.evolve(
            bug, title=limits.fit_title(action.title), description=limits.fit_description(action.description)
        )
    return bug


def remember(before: Bug | None, bug: Bug, action: Action) -> Bug:
    """Return a bug as it is remembered after an action.

    In the middle of a burst it is as the plan saw it but for what covbot did, so that what a person does is noticed,
    and it is read at the next listing: a comment and a change of the status do not read it wholly back.
    """
    match action:
        case CommentOnBug():
            return attrs.evolve(before or bug, updated_at=OLDEST)
        case SetStatus():
            return attrs.evolve(
                before or bug,
                updated_at=OLDEST,
                status=bug.status,
                status_mine=bug.status_mine,
                status_at=bug.status_at,
                closed_at=bug.closed_at,
            )
        case _:
            return bug
