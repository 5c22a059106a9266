"""Limits on harm: caps on what one plan may do, and the refusal of a plan that is abnormally large."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.bugs import statuses
from covbot.core.bugs.actions import FileBug, SetStatus
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.bugs.statuses import Status
from covbot.core.tasks import ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.decisions import Burst
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy

CLOSING = frozenset({Status.FIX_RELEASED, Status.INVALID})
"""The statuses by which covbot closes a bug."""

UNREADABLE_SHARE = 0.05
"""More unreadable bugs than this share, or than one, mean that covbot's own account is in trouble."""


@frozen(kw_only=True)
class DueBurst:
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
        return self.files or any(
            isinstance(action, SetStatus) and action.status in statuses.OPEN for action in self.burst
        )

    @property
    def closes(self) -> bool:
        """Whether a bug would be closed."""
        return any(isinstance(action, SetStatus) and action.status in CLOSING for action in self.burst)


def find_account_trouble(states: Sequence[BugState]) -> str | None:
    """Why covbot's own account seems to be in trouble, None if it does not."""
    return find_loss(states.count(BugState.UNREADABLE), len(states) - states.count(BugState.UNFILED))


def find_loss(lost: int, filed: int) -> str | None:
    """Why so many unreadable bugs among those filed mean that covbot's own account is in trouble, None if not."""
    if lost > 1 or lost > filed * UNREADABLE_SHARE:
        return f"{lost} of {filed} bugs cannot be read: covbot's account or the tracker is in trouble"
    return None


def find_refusal(due: Iterable[DueBurst], known: Mapping[int, Bug], policy: Policy) -> str | None:
    """Why a plan is abnormally large, before any cap; None if it is not."""
    due = tuple(due)
    closing, fresh = sum(item.closes for item in due), sum(item.files and item.proposal.fresh for item in due)
    closable = max(policy.close_floor, int(policy.close_share * count_open_bugs(known.values())))
    if closing > closable:
        return f"it would close {closing} bugs at once, {closable} at most are normal"
    creatable = policy.create_factor * policy.max_open
    if policy.max_open and fresh > creatable:
        return f"{fresh} new tasks appeared at once, {creatable} at most are normal"
    return None


def count_open_bugs(known: Iterable[Bug]) -> int:
    """How many bugs count against the cap of open ones."""
    return sum(bug.status in statuses.OPEN and bug.duplicate_of is None for bug in known)


def apply_caps(
    due: Iterable[DueBurst], states: Sequence[BugState], known: Mapping[int, Bug], policy: Policy, now: datetime
) -> tuple[list[DueBurst], list[tuple[DueBurst, Hold]]]:
    """What fits under the caps, in the order to be done, and what does not, with the reason.

    Bursts are never split. Closing comes first, then what else concerns bugs that exist, then filing.
    """
    done: list[DueBurst] = []
    capped: list[tuple[DueBurst, Hold]] = []
    writes = policy.writes_per_run
    room = policy.max_open - count_open_bugs(known.values()) - states.count(BugState.UNREADABLE)
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
            capped.append((item, Hold(kind=HoldKind.CAP, text=why)))
            continue
        done.append(item)
        writes -= len(item.burst)
        room -= item.opens
        today -= item.files
    return done, capped


def _urgency(item: DueBurst, policy: Policy) -> tuple[int, int, float, int, str, str]:
    entry = item.proposal.entry
    if not item.files:
        return (0 if item.closes else 1), 0, 0, 0, entry.task.path, entry.task.key
    return (2, *ranking.rank_entry(entry, policy))
