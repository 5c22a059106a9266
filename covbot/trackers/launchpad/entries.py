"""Launchpad's entries, as it serves them in JSON, read into the values of the trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from attrs import frozen

from covbot import errors
from covbot.core.bugs import statuses
from covbot.core.bugs.bug import Bug, Comment

Entry: TypeAlias = Mapping[str, object]
"""One JSON object of the service: links end with `_link`, dates are ISO texts with a zone."""

_OTHER = "its service changed, or another one answered"

NOBODY_KNOWS = 0
"""The number given for a bug of which Launchpad tells only that it is there, not which it is."""


@frozen(kw_only=True)
class Changed:
    """A change of status: when, and whether covbot's account made it."""

    at: datetime
    mine: bool


def read_text(entry: Entry, name: str) -> str:
    """A text of an entry; CannotUseTracker if it has none by that name."""
    value = entry.get(name)
    if not isinstance(value, str):
        raise errors.CannotUseTracker(f"Launchpad's answer has no text {name!r}: {_OTHER}")
    return value


def read_number(entry: Entry, name: str) -> int:
    """A whole number of an entry; CannotUseTracker if it has none by that name."""
    value = entry.get(name)
    if not isinstance(value, int):
        raise errors.CannotUseTracker(f"Launchpad's answer has no number {name!r}: {_OTHER}")
    return value


def read_link(entry: Entry, name: str) -> str | None:
    """What a link points to, None if it points to nothing."""
    return None if entry.get(name) is None else read_text(entry, name)


def read_moment(entry: Entry, name: str) -> datetime:
    """A point in time of an entry, in UTC; CannotUseTracker if it is none."""
    value = read_text(entry, name)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise errors.CannotUseTracker(f"Launchpad's answer has {value!r} for the date {name!r}") from None


def read_bug_number(url: str) -> int:
    """The number at the end of a bug's link, `NOBODY_KNOWS` where Launchpad hides it."""
    last = url.rstrip("/").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() else NOBODY_KNOWS


def find_task(tasks: Sequence[Entry], project: str) -> Entry | None:
    """Of the tasks of one bug the project's own, None once it was taken off."""
    return next((task for task in tasks if task.get("bug_target_name") == project), None)


def read_status(task: Entry) -> statuses.Status:
    """The status of a task; CannotUseTracker if it is one that covbot has never heard of."""
    try:
        return statuses.Status(read_text(task, "status"))
    except ValueError:
        unknown = task.get("status")
        raise errors.CannotUseTracker(f"Launchpad knows a status that covbot does not: {unknown!r}") from None


def is_never_changed(task: Entry) -> bool:
    """Whether a task still has the status with which the bug was filed."""
    return read_status(task) is statuses.Status.NEW and task.get("date_left_new") is None


def find_last_change(activity: Sequence[Entry], task: Entry, me: str) -> Changed | None:
    """The last change of the task's status that a bug's activity (oldest first) tells of.

    None if it tells of none that led to the status as it is: a refused change may have been half applied, unseen.
    """
    named = f"{read_text(task, 'bug_target_name')}: status"
    for change in reversed(activity):
        if change.get("whatchanged") == named:
            if change.get("newvalue") != task.get("status"):
                return None
            return Changed(at=read_moment(change, "datechanged"), mine=change.get("person_link") == me)
    return None


def read_comments(messages: Sequence[Entry], me: str) -> tuple[Comment, ...]:
    """The comments among a bug's messages (oldest first): all but the first, which is the description as filed."""
    return tuple(
        Comment(
            text=read_text(message, "content"),
            at=read_moment(message, "date_created"),
            mine=message.get("owner_link") == me,
        )
        for message in messages[1:]
    )


def read_assignee(task: Entry) -> str | None:
    """The name of the person a task is assigned to, None for nobody."""
    url = read_link(task, "assignee_link")
    return None if url is None else url.rpartition("~")[2]


def explain_sealed(entry: Entry) -> str | None:
    """Why a bug that can be read must be left alone all the same: private or locked; None if it need not."""
    if entry.get("private"):
        return "private"
    return "locked" if entry.get("lock_status", "Unlocked") != "Unlocked" else None


def make_bug(entry: Entry, task: Entry, changed: Changed, *, on_project: bool = True) -> Bug:
    """A bug without its comments, of its own entry, one of its tasks, and the last change of that task's status."""
    canonical = read_link(entry, "duplicate_of_link")
    tags = entry.get("tags")
    return Bug(
        number=read_number(entry, "id"),
        url=read_text(entry, "web_link"),
        status=read_status(task),
        title=read_text(entry, "title"),
        description=read_text(entry, "description"),
        tags=frozenset(str(tag) for tag in tags) if isinstance(tags, Sequence) else frozenset(),
        created_at=read_moment(entry, "date_created"),
        updated_at=read_moment(entry, "date_last_updated"),
        status_at=changed.at,
        status_mine=changed.mine,
        assignee=read_assignee(task),
        duplicate_of=None if canonical is None else read_bug_number(canonical),
        on_project=on_project,
        sealed=explain_sealed(entry),
    )
