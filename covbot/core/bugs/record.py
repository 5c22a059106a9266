"""The record that covbot keeps of a bug after each of its own writes."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

import attrs
from attrs import frozen

from covbot.core.bugs import limits
from covbot.core.bugs.actions import About, Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus
from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.bug import Bug


def update_record(record: BugRecord | None, action: Action, bug: Bug, *, at: datetime) -> BugRecord | None:
    """Return the record of a task's bug after an action was done at a moment; `bug` was read back after it.

    Marking a duplicate is kept if it is the task's own bug, so that it is done once.
    """
    if isinstance(action, MarkDuplicate):
        if record is None or record.bug != action.bug:
            return record
        return attrs.evolve(record, marked=True)
    if isinstance(action, FileBug) or record is None or record.bug != bug.number:
        record = _start_record(action, bug)
    match action:
        case FileBug():
            return record
        case EditBug():
            return attrs.evolve(
                _record_edit(record, action, bug),
                listed_lines=action.lines,
                listed_count=len(action.lines),
                lost_places=None,
                carried=True,
                edited_at=at,
            )
        case CommentOnBug():
            return _record_comment(record, action.about, at)
        case SetStatus(status=Status.FIX_RELEASED | Status.INVALID):
            return attrs.evolve(record, announced_at=None, closed_at=at)
        case SetStatus():
            return attrs.evolve(record, announced_at=None, closed_at=None, reopened_at=at)
        case _:
            assert_never(action)


def start_unseen_record(action: FileBug, number: int, *, at: datetime) -> BugRecord:
    """Return the record of a bug that was filed at a moment and cannot be read back: its texts are those sent."""
    return BugRecord(
        bug=number,
        generation=action.footer.generation,
        listed_lines=action.lines,
        title=digest_text(limits.fit_title(action.title)),
        description=digest_text(limits.fit_description(action.description)),
        filed_at=at,
    )


def _start_record(action: Action, bug: Bug) -> BugRecord:
    lines = action.lines if isinstance(action, FileBug | EditBug) else Lines()
    return BugRecord(
        bug=bug.number,
        generation=action.footer.generation,
        listed_lines=lines,
        listed_count=len(lines),
        title=digest_text(bug.title),
        description=digest_text(bug.description),
        filed_at=bug.created_at,
    )


def _record_edit(record: BugRecord, action: EditBug, bug: Bug) -> BugRecord:
    """Return the record with the texts as read back; a title that the edit did not change may be a person's."""
    title = record.title if action.title == action.replaces_title else digest_text(bug.title)
    return attrs.evolve(record, title=title, description=digest_text(bug.description), renamed=False)


def _record_comment(record: BugRecord, about: About, at: datetime) -> BugRecord:
    match about:
        case About.CLOSING:
            return attrs.evolve(record, announced_at=at)
        case About.AGAIN:
            return attrs.evolve(record, announced_at=at, commented_at=at)
        case About.WITHDRAWN:
            return attrs.evolve(record, announced_at=None, commented_at=at)
        case About.DONE:
            return attrs.evolve(record, commented_at=at, done_at=at)
        case About.STILL_MISSING:
            return attrs.evolve(record, commented_at=at, asked_at=at)
        case _:
            assert_never(about)


def digest_text(text: str) -> str:
    """Return the digest of a text that covbot wrote, which shows whether somebody else changed the text since."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@frozen(kw_only=True)
class BugRecord:
    """The record of the newest bug that covbot filed for a task.

    `bug` is its number in the tracker at the address `tracker`, which stores of earlier versions do not have.
    `listed_lines` are the lines that the bug's text lists and that can still be followed: numbered as the task's own
    while `carried`, else only their count is meaningful. `listed_count` is how many the text lists, None in stores of
    earlier versions. `lost_places` has for each of the others how many of the followed ones stand above it, ascending,
    None where that is not known. `title` and `description` are digests of what was read back after covbot's last write.
    `done_at` is when covbot commented to somebody who works on the bug that all lines run, `asked_at` when it commented
    that lines still do not run after a fix, and `announced_at` when it announced a status that it did not set since.
    `verified` is True once the lines of a person's fix ran, `renamed` if the file no longer has the path that the bug
    names, `marked` once covbot marked it as a duplicate of an elder bug.
    """

    bug: int
    tracker: str = ""
    generation: int
    listed_lines: Lines
    listed_count: int | None = None
    lost_places: tuple[int, ...] | None = None
    carried: bool = True
    title: str
    description: str
    filed_at: datetime
    edited_at: datetime | None = None
    commented_at: datetime | None = None
    done_at: datetime | None = None
    asked_at: datetime | None = None
    announced_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    verified: bool = False
    renamed: bool = False
    marked: bool = False

    def follow_listed(self, kept: Lines, now: Lines) -> BugRecord:
        """Return the record after code changed: of the listed lines those in `kept` are followed, as `now` numbered."""
        places = self.lost_places
        if places is None and self.statements == len(self.listed_lines):
            places = ()
        if places is not None:
            before = list(itertools.accumulate((line in kept for line in self.listed_lines), initial=0))
            lost = [count for count, line in zip(before, self.listed_lines, strict=False) if line not in kept]
            places = tuple(sorted([*(before[place] for place in places), *lost]))
        return attrs.evolve(self, listed_lines=now, lost_places=places)

    @property
    def statements(self) -> int:
        """The number of statements that the bug's text lists."""
        return len(self.listed_lines) if self.listed_count is None else self.listed_count
