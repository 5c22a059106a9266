"""The state of a task's bug: what people and covbot did to it so far, as one `BugState`."""

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
    """The state of a task's bug, a row of the decision table."""

    UNFILED = "has no bug"
    UNREADABLE = "its bug cannot be read"
    GIVEN_UP = "its bug cannot be read, and a person gave it up"
    PRIVATE_OR_LOCKED = "its bug is private or locked"
    OPTED_OUT = "a person took its bug out of covbot's hands"
    DUPLICATE_OF_OURS = "its bug is a duplicate of another bug of covbot's"
    DUPLICATE_OF_OTHER = "its bug is a duplicate of a person's bug"
    DECLINED = "a person decided that no test is wanted"
    DECLINED_ELSEWHERE = "no bug is filed for it in this tracker"
    EXPIRED = "its bug expired"
    EXPIRED_LONG_AGO = "its bug expired long ago"
    WAITING = "waits for somebody"
    EDITED = "waits for somebody, its text edited by a person"
    WORKED_ON = "somebody works on it"
    INCOMPLETE = "its bug is incomplete"
    REOPENED = "a person reopened its bug"
    CLOSED = "covbot closed its bug"
    FIXED = "a person closed its bug as fixed"


KEPT_ELSEWHERE = frozenset(
    {
        BugState.UNREADABLE,
        BugState.GIVEN_UP,
        BugState.PRIVATE_OR_LOCKED,
        BugState.OPTED_OUT,
        BugState.DUPLICATE_OF_OURS,
        BugState.DUPLICATE_OF_OTHER,
        BugState.DECLINED,
    }
)
"""In these states no bug is filed for a task in another tracker either: a person decided so, or may have."""


KEEPS_ALL_LINES = KEPT_ELSEWHERE | {
    BugState.DECLINED_ELSEWHERE,
    BugState.EXPIRED,
    BugState.EXPIRED_LONG_AGO,
    BugState.INCOMPLETE,
    BugState.REOPENED,
    BugState.CLOSED,
}
"""In these states all further missing lines in a task's regions belong to the task, so that none is filed again."""


def find_state(
    record: BugRecord | None, bug: Bug | None, *, ours: Container[int], policy: Policy, now: datetime
) -> BugState:
    """Return the state of a task's bug: `bug` is that bug in the tracker, `ours` the numbers of all covbot's bugs."""
    if record is None:
        return BugState.UNFILED
    if bug is None:
        return BugState.UNREADABLE
    if bug.sealed is not None:
        return BugState.PRIVATE_OR_LOCKED
    if bug_tags.COVBOT not in bug.tags or bug_tags.IGNORE in bug.tags or not bug.on_project:
        return BugState.OPTED_OUT
    if bug.duplicate_of is not None:
        return BugState.DUPLICATE_OF_OURS if bug.duplicate_of in ours else BugState.DUPLICATE_OF_OTHER
    return _find_state_by_status(record, bug, policy=policy, now=now)


def _find_state_by_status(record: BugRecord, bug: Bug, *, policy: Policy, now: datetime) -> BugState:
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
