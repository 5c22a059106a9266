"""Limits on harm: caps on what one plan may do, and the refusal of a plan that is abnormally large."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import bugs, merits
from covbot.core.actions import FileBug, SetStatus
from covbot.core.bugs import Status
from covbot.core.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs import Bug
    from covbot.core.deciding import Burst
    from covbot.core.policy import Policy
    from covbot.core.proposals import Proposal

CLOSING = frozenset({Status.FIX_RELEASED, Status.INVALID})
"""The statuses by which covbot closes a bug."""

UNREADABLE_SHARE = 0.05
"""More unreadable bugs than this share, or than one, mean that covbot's own account is in trouble."""


@frozen(kw_only=True)
class Due:
    """A proposal, and the burst that is due for it."""

    proposal: Proposal
    burst: Burst

    @property
    def files(self) -> bool:
        """Whether a new bug would be filed."""
        return isinstance(self.burst[0], FileBug)

    @property
    def opens(self) -> bool:
        """Whether there would be one more open bug."""
        return self.files or any(isinstance(action, SetStatus) and action.status in bugs.OPEN for action in self.burst)

    @property
    def closes(self) -> bool:
        """Whether a bug would be closed."""
        return any(isinstance(action, SetStatus) and action.status in CLOSING for action in self.burst)


def trouble(rows: Sequence[Standing]) -> str | None:
    """Why covbot's own account seems to be in trouble, None if it does not."""
    return loss(rows.count(Standing.UNREADABLE), len(rows) - rows.count(Standing.UNFILED))


def loss(lost: int, filed: int) -> str | None:
    """Why so many unreadable bugs among those filed mean that covbot's own account is in trouble, None if not."""
    if lost > 1 or lost > filed * UNREADABLE_SHARE:
        return f"{lost} of {filed} bugs cannot be read: covbot's account or the tracker is in trouble"
    return None


def refusal(due: Iterable[Due], known: Mapping[int, Bug], policy: Policy) -> str | None:
    """Why a plan is abnormally large, before any cap; None if it is not."""
    due = tuple(due)
    closing, fresh = sum(item.closes for item in due), sum(item.files and item.proposal.fresh for item in due)
    closable = max(policy.close_floor, int(policy.close_share * count_open(known.values())))
    if closing > closable:
        return f"it would close {closing} bugs at once, {closable} at most are normal"
    creatable = policy.create_factor * policy.max_open
    if policy.max_open and fresh > creatable:
        return f"{fresh} new tasks appeared at once, {creatable} at most are normal"
    return None


def count_open(known: Iterable[Bug]) -> int:
    """How many bugs count against the cap of open ones."""
    return sum(bug.status in bugs.OPEN and bug.duplicate_of is None for bug in known)


def cap(
    due: Iterable[Due], rows: Sequence[Standing], known: Mapping[int, Bug], policy: Policy, now: datetime
) -> tuple[list[Due], list[tuple[Due, str]]]:
    """What fits under the caps, in the order to be done, and what does not, with the reason.

    Bursts are never split. Closing comes first, then what else concerns bugs that exist, then filing.
    """
    done: list[Due] = []
    capped: list[tuple[Due, str]] = []
    writes = policy.writes_per_run
    room = policy.max_open - count_open(known.values()) - rows.count(Standing.UNREADABLE)
    today = policy.new_per_day - sum(now - bug.created_at < timedelta(days=1) for bug in known.values())
    for item in sorted(due, key=lambda item: _urgency(item, policy)):
        why = None
        if item.opens and room <= 0:
            why = f"cap of {policy.max_open} open bugs reached"
        elif item.files and today <= 0:
            why = f"cap of {policy.new_per_day} new bugs in 24 hours reached"
        elif len(item.burst) > writes:
            why = f"cap of {policy.writes_per_run} writes in one run reached"
        if why:
            capped.append((item, why))
            continue
        done.append(item)
        writes -= len(item.burst)
        room -= item.opens
        today -= item.files
    return done, capped


def _urgency(item: Due, policy: Policy) -> tuple[int, int, float, int, str, str]:
    entry = item.proposal.entry
    if not item.files:
        return (0 if item.closes else 1), 0, 0, 0, entry.task.path, entry.task.key
    return (2, *merits.rank(entry, policy))
