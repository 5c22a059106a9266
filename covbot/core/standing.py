"""Which row of the life of a bug applies: what people and covbot did to a bug so far, as one `Standing`."""

from __future__ import annotations

import enum
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from covbot.core import bugs
from covbot.core.bugs import Status

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from covbot.core.bugs import Bug
    from covbot.core.policy import Policy
    from covbot.core.tasks import Filed

TAG = "covbot"
"""The tag of every bug that covbot files; a person who takes it off takes the bug out of covbot's hands."""

IGNORE = "covbot-ignore"
"""The tag by which a person takes a bug out of covbot's hands."""


class Standing(enum.Enum):
    """A row of the table."""

    UNFILED = "has no bug"
    UNREADABLE = "its bug cannot be read"
    SEALED = "its bug is private or locked"
    RELEASED = "a person took its bug out of covbot's hands"
    FOLLOWS = "its bug is a duplicate of another bug of covbot's"
    FOREIGN = "its bug is a duplicate of a person's bug"
    DECLINED = "a person decided that no test is wanted"
    EXPIRED = "its bug expired"
    LAPSED = "its bug expired long ago"
    WAITING = "waits for somebody"
    EDITED = "waits for somebody, its text edited by a person"
    WORKED_ON = "somebody works on it"
    INCOMPLETE = "its bug is incomplete"
    REOPENED = "a person reopened its bug"
    CLOSED = "covbot closed its bug"
    FIXED = "a person closed its bug as fixed"


KEEPS_ALL = frozenset(
    {
        Standing.UNREADABLE,
        Standing.SEALED,
        Standing.RELEASED,
        Standing.FOLLOWS,
        Standing.FOREIGN,
        Standing.DECLINED,
        Standing.EXPIRED,
        Standing.LAPSED,
        Standing.INCOMPLETE,
        Standing.REOPENED,
        Standing.CLOSED,
    }
)
"""Whatever else is missing in the regions of such a task belongs to it, so that it is not filed beside it."""


def digest(text: str) -> str:
    """How covbot remembers a text that it wrote: enough to see that somebody else changed it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def standing(filed: Filed | None, bug: Bug | None, *, ours: Container[int], policy: Policy, now: datetime) -> Standing:
    """The row for a task: `bug` is what the tracker shows of its bug, `ours` the numbers of all bugs of covbot's."""
    if filed is None:
        return Standing.UNFILED
    if bug is None:
        return Standing.UNREADABLE
    if bug.sealed is not None:
        return Standing.SEALED
    if TAG not in bug.tags or IGNORE in bug.tags or not bug.on_project:
        return Standing.RELEASED
    if bug.duplicate_of is not None:
        return Standing.FOLLOWS if bug.duplicate_of in ours else Standing.FOREIGN
    return _of_status(filed, bug, policy=policy, now=now)


def _of_status(filed: Filed, bug: Bug, *, policy: Policy, now: datetime) -> Standing:
    match bug.status:
        case Status.INVALID | Status.FIX_RELEASED if bug.status_mine:
            return Standing.CLOSED
        case Status.FIX_RELEASED:
            return Standing.FIXED
        case Status.EXPIRED:
            recent = now - bug.status_at < timedelta(days=policy.expired_days)
            return Standing.EXPIRED if recent else Standing.LAPSED
        case status if status in bugs.DECLINED:
            return Standing.DECLINED
        case _ if filed.closed_at is not None and not bug.status_mine:
            return Standing.REOPENED
        case Status.INCOMPLETE:
            return Standing.INCOMPLETE
        case status if status in bugs.WORKED_ON or bug.assignee is not None:
            return Standing.WORKED_ON
        case _:
            return Standing.WAITING if digest(bug.description) == filed.description else Standing.EDITED
