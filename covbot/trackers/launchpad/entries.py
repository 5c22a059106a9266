"""Reads Launchpad's entries, which it serves as JSON, into the values of the core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from attrs import frozen

from covbot import errors
from covbot.core.bugs import statuses
from covbot.core.bugs.bug import Bug, Comment

LaunchpadEntry: TypeAlias = Mapping[str, object]
"""One JSON object of the service: links end with `_link`, dates are ISO texts with a zone."""

_POSSIBLE_CAUSES = "its service changed, or another one answered"

UNKNOWN_NUMBER = 0
"""The number of a bug that Launchpad shows to exist without showing which it is."""


@frozen(kw_only=True)
class StatusChange:
    """The last change of a status: when, and whether covbot's account made it.

    `closed_at` is when covbot closed the bug, if that was its own last change.
    """

    at: datetime
    mine: bool
    closed_at: datetime | None = None


def read_text(entry: LaunchpadEntry, name: str) -> str:
    """Return a text of an entry; raise CannotUseTracker if it has none by that name."""
    value = entry.get(name)
    if not isinstance(value, str):
        raise errors.CannotUseTracker(f"Launchpad's answer has no text {name!r}: {_POSSIBLE_CAUSES}")
    return value


def read_number(entry: LaunchpadEntry, name: str) -> int:
    """Return a whole number of an entry; raise CannotUseTracker if it has none by that name."""
    value = entry.get(name)
    if not isinstance(value, int):
        raise errors.CannotUseTracker(f"Launchpad's answer has no number {name!r}: {_POSSIBLE_CAUSES}")
    return value


def read_link(entry: LaunchpadEntry, name: str) -> str | None:
    """Return the target of a link, None if it has none."""
    return None if entry.get(name) is None else read_text(entry, name)


def read_time(entry: LaunchpadEntry, name: str) -> datetime:
    """Return a time of an entry, in UTC; raise CannotUseTracker if it is none."""
    value = read_text(entry, name)
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise errors.CannotUseTracker(f"Launchpad's answer has {value!r} for the date {name!r}") from None


def read_bug_number(url: str) -> int:
    """Return the number at the end of a bug's link, `UNKNOWN_NUMBER` if Launchpad hides it."""
    last = url.rstrip("/").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() else UNKNOWN_NUMBER


def read_task_number(task: LaunchpadEntry) -> int:
    """Return the number of a task's bug."""
    return read_bug_number(read_text(task, "bug_link"))


def find_task(tasks: Sequence[LaunchpadEntry], project: str) -> LaunchpadEntry | None:
    """Return the project's own task among the tasks of one bug, None once it was removed."""
    return next((task for task in tasks if task.get("bug_target_name") == project), None)


def read_status(task: LaunchpadEntry) -> statuses.Status:
    """Return the status of a task; raise CannotUseTracker if covbot does not know it."""
    try:
        return statuses.Status(read_text(task, "status"))
    except ValueError:
        unknown = task.get("status")
        raise errors.CannotUseTracker(f"Launchpad knows a status that covbot does not: {unknown!r}") from None


def is_never_changed(task: LaunchpadEntry) -> bool:
    """Whether a task still has the status with which the bug was filed."""
    return read_status(task) is statuses.Status.NEW and task.get("date_left_new") is None


def find_last_change(activity: Sequence[LaunchpadEntry], task: LaunchpadEntry, me: str) -> StatusChange | None:
    """Return the last change of the task's status in a bug's activity (oldest first).

    Return None if no change there led to the present status: a refused change may have been half applied, unseen.
    """
    label = f"{read_text(task, 'bug_target_name')}: status"
    changes = [change for change in reversed(activity) if change.get("whatchanged") == label]
    if not changes or changes[0].get("newvalue") != task.get("status"):
        return None
    own = next((change for change in changes if change.get("person_link") == me), None)
    closed = own is not None and own.get("newvalue") in statuses.CLOSED
    return StatusChange(
        at=read_time(changes[0], "datechanged"),
        mine=changes[0] is own,
        closed_at=read_time(own, "datechanged") if own is not None and closed else None,
    )


def was_on_project(activity: Sequence[LaunchpadEntry], project: str) -> bool:
    """Whether a bug's activity shows that its task on a project was removed, or moved to another project."""
    return any(
        change.get("whatchanged") in {"bug task deleted", "affects"} and change.get("oldvalue") == project
        for change in activity
    )


def read_comments(messages: Sequence[LaunchpadEntry], me: str) -> tuple[Comment, ...]:
    """Return the comments among a bug's messages (oldest first): all but the first, the description as it was filed."""
    return tuple(
        Comment(
            text=read_text(message, "content"),
            at=read_time(message, "date_created"),
            mine=message.get("owner_link") == me,
        )
        for message in messages[1:]
    )


def read_assignee(task: LaunchpadEntry) -> str | None:
    """Return the name of the person a task is assigned to, None for nobody."""
    url = read_link(task, "assignee_link")
    return None if url is None else url.rpartition("~")[2]


def explain_sealed(entry: LaunchpadEntry) -> str | None:
    """Return why a readable bug must not be changed all the same: private or locked; None if it may be changed."""
    if entry.get("private"):
        return "private"
    return "locked" if entry.get("lock_status", "Unlocked") != "Unlocked" else None


def make_bug(entry: LaunchpadEntry, task: LaunchpadEntry, changed: StatusChange, *, on_project: bool = True) -> Bug:
    """Return a bug without its comments, from its entry, one of its tasks and the last change of that task's status."""
    canonical = read_link(entry, "duplicate_of_link")
    tags = entry.get("tags")
    return Bug(
        number=read_number(entry, "id"),
        url=read_text(entry, "web_link"),
        status=read_status(task),
        title=read_text(entry, "title"),
        description=read_text(entry, "description"),
        tags=frozenset(str(tag) for tag in tags) if isinstance(tags, Sequence) else frozenset(),
        created_at=read_time(entry, "date_created"),
        updated_at=read_time(entry, "date_last_updated"),
        status_at=changed.at,
        status_mine=changed.mine,
        closed_at=changed.closed_at,
        assignee=read_assignee(task),
        duplicate_of=None if canonical is None else read_bug_number(canonical),
        on_project=on_project,
        sealed=explain_sealed(entry),
    )


def make_off_project_bug(entry: LaunchpadEntry, task: LaunchpadEntry) -> Bug:
    """Return a bug that lost its task on the project, from its entry and the first of its other tasks."""
    changed = StatusChange(at=read_time(entry, "date_last_updated"), mine=False)
    return make_bug(entry, task, changed, on_project=False)


def find_last_date(task: LaunchpadEntry) -> datetime | None:
    """Return the last of the dates of a task, which is that of its last change of status, None if it has none."""
    dates = [name for name in task if name.startswith("date_") and task[name] is not None]
    return max((read_time(task, name) for name in dates), default=None)
