"""Which row of the life of a bug applies: what people and covbot did to a bug so far, as one `Standing`."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import TYPE_CHECKING

from covbot.core.bugs import bug_tags, statuses
from covbot.core.bugs.record import digest_text
from covbot.core.bugs.statuses import Status

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.record import BugRecord
    from covbot.core.policy import Policy


class BugState(enum.Enum):
    """A row of the table."""

    UNFILED = "has no bug"
    UNREADABLE = "its bug cannot be read"
    PRIVATE_OR_LOCKED = "its bug is private or locked"
    OPTED_OUT = "a person took its bug out of covbot's hands"
    DUPLICATE_OF_OURS = "its bug is a duplicate of another bug of covbot's"
    DUPLICATE_OF_OTHER = "its bug is a duplicate of a person's bug"
    DECLINED = "a person decided that no test is wanted"
    EXPIRED = "its bug expired"
    EXPIRED_LONG_AGO = "its bug expired long ago"
    WAITING = "waits for somebody"
    EDITED = "waits for somebody, its text edited by a person"
    WORKED_ON = "somebody works on it"
    INCOMPLETE = "its bug is incomplete"
    REOPENED = "a person reopened its bug"
    CLOSED = "covbot closed its bug"
    FIXED = "a person closed its bug as fixed"


KEEPS_ALL_LINES = frozenset(
    {
        BugState.UNREADABLE,
        BugState.PRIVATE_OR_LOCKED,
        BugState.OPTED_OUT,
        BugState.DUPLICATE_OF_OURS,
        BugState.DUPLICATE_OF_OTHER,
        BugState.DECLINED,
        BugState.EXPIRED,
        BugState.EXPIRED_LONG_AGO,
        BugState.INCOMPLETE,
        BugState.REOPENED,
        BugState.CLOSED,
    }
)
"""Whatever else is missing in the regions of such a task belongs to it, so that it is not filed beside it."""


def find_state(
    record: BugRecord | None, bug: Bug | None, *, ours: Container[int], policy: Policy, now: datetime
) -> BugState:
    """The row for a task: `bug` is what the tracker shows of its bug, `ours` the numbers of all bugs of covbot's."""
    if record is None:
        return BugState.UNFILED
    if bug is None:
        return BugState.UNREADABLE
    if bug.sealed is not None:
        return BugState.PRIVATE_OR_LOCKED
    if bug_tags.TAG not in bug.tags or bug_tags.IGNORE in bug.tags or not bug.on_project:
        return BugState.OPTED_OUT
    if bug.duplicate_of is not None:
        return BugState.DUPLICATE_OF_OURS if bug.duplicate_of in ours else BugState.DUPLICATE_OF_OTHER
    return _of_status(record, bug, policy=policy, now=now)


def _of_status(record: BugRecord, bug: Bug, *, policy: Policy, now: datetime) -> BugState:
    match bug.status:
        case Status.INVALID | Status.FIX_RELEASED if bug.status_mine:
            return BugState.CLOSED
        case Status.FIX_RELEASED:
            return BugState.FIXED
        case Status.EXPIRED:
            recent = now - bug.status_at < timedelta(days=policy.expired_days)
            return BugState.EXPIRED if recent else BugState.EXPIRED_LONG_AGO
        case status if status in statuses.DECLINED:
            return BugState.DECLINED
        case _ if record.closed_at is not None and not bug.status_mine:
            return BugState.REOPENED
        case Status.INCOMPLETE:
            return BugState.INCOMPLETE
        case status if status in statuses.WORKED_ON or bug.assignee is not None:
            return BugState.WORKED_ON
        case _:
            return BugState.WAITING if digest_text(bug.description) == record.description else BugState.EDITED
