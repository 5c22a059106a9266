"""What covbot keeps in mind of a bug after each of its own writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from covbot.core.actions import About, Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus
from covbot.core.bugs import Bug, Status
from covbot.core.lines import Lines
from covbot.core.standing import digest
from covbot.core.tasks import Filed

if TYPE_CHECKING:
    from datetime import datetime


def remember(filed: Filed | None, action: Action, bug: Bug, *, at: datetime) -> Filed | None:
    """The memory of a task's bug after an action was done, and `bug` read back, at a moment.

    A duplicate is not the task's bug: what was remembered stays.
    """
    if isinstance(action, MarkDuplicate):
        return filed
    if isinstance(action, FileBug) or filed is None or filed.bug != bug.number:
        filed = _adopt(action, bug)
    match action:
        case FileBug():
            return filed
        case EditBug():
            return attrs.evolve(_read_back(filed, action, bug), told=action.lines, carried=True, edited_at=at)
        case CommentOnBug():
            return _commented(filed, action.about, at)
        case SetStatus(status=Status.FIX_RELEASED | Status.INVALID):
            return attrs.evolve(filed, closed_at=at)
        case SetStatus():
            return attrs.evolve(filed, closed_at=None, reopened_at=at)
        case _:
            assert_never(action)


def _adopt(action: Action, bug: Bug) -> Filed:
    lines = action.lines if isinstance(action, FileBug | EditBug) else Lines()
    return Filed(
        bug=bug.number,
        generation=action.footer.generation,
        told=lines,
        title=digest(bug.title),
        description=digest(bug.description),
        filed_at=bug.created_at,
    )


def _read_back(filed: Filed, action: EditBug, bug: Bug) -> Filed:
    """A title that was left as it was stays whose it was: it may be a person's."""
    title = filed.title if action.title == action.replaces_title else digest(bug.title)
    return attrs.evolve(filed, title=title, description=digest(bug.description), renamed=False)


def _commented(filed: Filed, about: About, at: datetime) -> Filed:
    match about:
        case About.CLOSING:
            return filed
        case About.AGAIN:
            return attrs.evolve(filed, commented_at=at)
        case About.DONE:
            return attrs.evolve(filed, commented_at=at, done_at=at)
        case About.STILL_MISSING:
            return attrs.evolve(filed, commented_at=at, asked_at=at)
        case _:
            assert_never(about)
