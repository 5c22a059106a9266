"""What covbot keeps in mind of a bug after each of its own writes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

import attrs
from attrs import frozen

from covbot.core.bugs.actions import About, Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.bug import Bug


def update_record(record: BugRecord | None, action: Action, bug: Bug, *, at: datetime) -> BugRecord | None:
    """The memory of a task's bug after an action was done, and `bug` read back, at a moment.

    A duplicate is not the task's bug: what was remembered stays.
    """
    if isinstance(action, MarkDuplicate):
        return record
    if isinstance(action, FileBug) or record is None or record.bug != bug.number:
        record = _adopt(action, bug)
    match action:
        case FileBug():
            return record
        case EditBug():
            return attrs.evolve(_read_back(record, action, bug), listed_lines=action.lines, carried=True, edited_at=at)
        case CommentOnBug():
            return _commented(record, action.about, at)
        case SetStatus(status=Status.FIX_RELEASED | Status.INVALID):
            return attrs.evolve(record, closed_at=at)
        case SetStatus():
            return attrs.evolve(record, closed_at=None, reopened_at=at)
        case _:
            assert_never(action)


def _adopt(action: Action, bug: Bug) -> BugRecord:
    lines = action.lines if isinstance(action, FileBug | EditBug) else Lines()
    return BugRecord(
        bug=bug.number,
        generation=action.footer.generation,
        listed_lines=lines,
        title=digest_text(bug.title),
        description=digest_text(bug.description),
        filed_at=bug.created_at,
    )


def _read_back(record: BugRecord, action: EditBug, bug: Bug) -> BugRecord:
    """A title that was left as it was stays whose it was: it may be a person's."""
    title = record.title if action.title == action.replaces_title else digest_text(bug.title)
    return attrs.evolve(record, title=title, description=digest_text(bug.description), renamed=False)


def _commented(record: BugRecord, about: About, at: datetime) -> BugRecord:
    match about:
        case About.CLOSING:
            return record
        case About.AGAIN:
            return attrs.evolve(record, commented_at=at)
        case About.DONE:
            return attrs.evolve(record, commented_at=at, done_at=at)
        case About.STILL_MISSING:
            return attrs.evolve(record, commented_at=at, asked_at=at)
        case _:
            assert_never(about)


def digest_text(text: str) -> str:
    """How covbot remembers a text that it wrote: enough to see that somebody else changed it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@frozen(kw_only=True)
class BugRecord:
    """What covbot remembers of the newest bug that it filed for a task.

    `told` are the lines that the bug's text speaks of: numbered as the task's own while `carried`, else only their
    count means anything. `title` and `description` are digests of what was read back after covbot's last write.
    `done_at` is when covbot told somebody who works on it that all lines run, `asked_at` when it said that lines still
    do not run after a fix. `verified` once the lines of a person's fix ran. `renamed` when its file has another path
    by now than the bug says.
    """

    bug: int
    generation: int
    listed_lines: Lines
    carried: bool = True
    title: str
    description: str
    filed_at: datetime
    edited_at: datetime | None = None
    commented_at: datetime | None = None
    done_at: datetime | None = None
    asked_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    verified: bool = False
    renamed: bool = False
