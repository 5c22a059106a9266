"""The limits of harm: caps on what one plan may do, and the refusal of a plan that is abnormally large."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.bugs import statuses
from covbot.core.bugs.actions import FileBug, SetStatus
from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.tasks import ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.life_table import Burst
    from covbot.core.planning.proposal import Proposal
    from covbot.core.policy import Policy

MOST_FAILING = 1
"""With more bugs that cannot be read, or not be written to, it is covbot's own account or the tracker."""


@frozen(kw_only=True)
class DueBurst:
    """A proposal and the burst that is due for it."""

    proposal: Proposal
    burst: Burst

    @property
    def is_filing(self) -> bool:
        """Whether the burst files a new bug."""
        return isinstance(self.burst[0], FileBug)

    @property
    def opens_bug(self) -> bool:
        """Whether there is one more open bug after the burst."""
        return self.is_filing or any(
            isinstance(action, SetStatus) and action.status in statuses.OPEN for action in self.burst
        )

    @property
    def closes_bug(self) -> bool:
        """Whether the burst closes a bug."""
        return any(isinstance(action, SetStatus) and action.status in statuses.CLOSED for action in self.burst)


def find_account_fault(states: Sequence[BugState]) -> str | None:
    """Return the fault of covbot's own account that the states of all bugs suggest, None if they suggest none."""
    filed = [state for state in states if state not in {BugState.UNFILED, BugState.DECLINED_ELSEWHERE}]
    unreadable = filed.count(BugState.UNREADABLE)
    if unreadable > MOST_FAILING:
        return f"{unreadable} of {len(filed)} bugs cannot be read: covbot's account or the tracker is in trouble"
    return None


def find_refused_fault(failed: int, last: str) -> str | None:
    """Return the fault that so many failing tasks of one run suggest, None if none; `last` is the last failure."""
    if failed > MOST_FAILING:
        return f"{failed} bugs could not be read or written, covbot's account may lack the right to ({last})"
    return None


def find_refusal(due: Iterable[DueBurst], known: Mapping[int, Bug], policy: Policy) -> str | None:
    """Return why a plan is abnormally large before any cap, None if it is not."""
    due = tuple(due)
    closing_count, fresh_count = (
        sum(item.closes_bug for item in due),
        sum(item.is_filing and item.proposal.fresh for item in due),
    )
    most_closing = max(policy.close_floor, int(policy.close_share * count_open_bugs(known.values())))
    if closing_count > most_closing:
        return f"it would close {closing_count} bugs at once, {most_closing} at most are normal"
    most_fresh = policy.create_factor * policy.max_open
    if policy.max_open and fresh_count > most_fresh:
        return f"{fresh_count} new tasks appeared at once, {most_fresh} at most are normal"
    return None


def count_open_bugs(known: Iterable[Bug]) -> int:
    """Return how many bugs count against the cap of open bugs."""
    return sum(bug.status in statuses.OPEN and bug.duplicate_of is None for bug in known)


def has_room(bugs: Iterable[Bug], policy: Policy, now: datetime) -> bool:
    """Whether one more bug may be filed now beside these, which are all of covbot's in the tracker project."""
    filed = list(bugs)
    return count_open_bugs(filed) < policy.max_open and _count_new_bugs(filed, now) < policy.new_per_day


def _count_new_bugs(bugs: Iterable[Bug], now: datetime) -> int:
    return sum(now - bug.created_at < timedelta(days=1) for bug in bugs)


def apply_caps(  # noqa: PLR0913 -- each cap has an input of its own
    due: Iterable[DueBurst],
    states: Sequence[BugState],
    known: Mapping[int, Bug],
    policy: Policy,
    *,
    now: datetime,
    written: int = 0,
    unreadable: Sequence[datetime] = (),
) -> tuple[list[DueBurst], list[tuple[DueBurst, Hold]]]:
    """Return the bursts that fit under the caps, in the order to be done, and the others, each with the reason.

    Bursts are never split. Closing comes first, then other changes of existing bugs, then filing. `written` counts the
    writes that the run made before, `unreadable` are the times at which the bugs were filed that cannot be read.
    """
    fitting: list[DueBurst] = []
    capped: list[tuple[DueBurst, Hold]] = []
    writes = policy.writes_per_run - written
    room = policy.max_open - count_open_bugs(known.values()) - states.count(BugState.UNREADABLE)
    room_today = policy.new_per_day - _count_new_bugs(known.values(), now)
    room_today -= sum(now - at < timedelta(days=1) for at in unreadable)
    for item in sorted(due, key=lambda item: _rank_urgency(item, policy)):
        reason = None
        if item.opens_bug and room <= 0:
            reason = f"cap of {policy.max_open} open bugs reached"
        elif item.is_filing and room_today <= 0:
            reason = f"cap of {policy.new_per_day} new bugs in 24 hours reached"
        elif len(item.burst) > writes:
            reason = f"cap of {policy.writes_per_run} writes in one run reached"
        if reason:
            capped.append((item, Hold(kind=HoldKind.CAP, text=reason)))
            continue
        fitting.append(item)
        writes -= len(item.burst)
        room -= item.opens_bug
        room_today -= item.is_filing
    return fitting, capped


def _rank_urgency(item: DueBurst, policy: Policy) -> tuple[int, int, float, int, str, str]:
    entry = item.proposal.entry
    if not item.is_filing:
        return (0 if item.closes_bug else 1), 0, 0, 0, entry.task.path, entry.task.key
    return (2, *ranking.rank_entry(entry, policy))
