"""A plan stays below every cap, urgent bursts first and none split; one that is abnormally large is refused whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.planning.sample_proposals import make_bug, make_covered, make_entry, make_footer, propose
from core.sample_bugs import ago
from covbot.core.bugs.actions import About, CommentOnBug, SetStatus
from covbot.core.bugs.holds import HoldKind
from covbot.core.bugs.state import BugState
from covbot.core.bugs.statuses import Status
from covbot.core.planning import caps, life_table
from covbot.core.planning.caps import DueBurst
from covbot.core.policy import Policy
from support.filed_bug import NOW

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from covbot.core.bugs.bug import Bug


def _file(number: int, *, fresh: bool = False) -> DueBurst:
    """Return the due filing of a task: one write."""
    proposal = propose(make_entry(number), fresh=fresh)
    burst = life_table.decide_filing(proposal)
    assert isinstance(burst, tuple)
    return DueBurst(proposal=proposal, burst=burst)


def _set_status(number: int, status: Status, *, comments: int = 1) -> DueBurst:
    """Return a due change of the status of a bug, with so many comments."""
    comment = CommentOnBug(footer=make_footer(number), bug=number, about=About.CLOSING, text="t", why="w")
    change = SetStatus(footer=make_footer(number), bug=number, status=status, replaces=Status.NEW, why="w")
    return DueBurst(proposal=propose(make_covered(number)), burst=(change, *[comment] * comments))


def _close(number: int) -> DueBurst:
    """Return the due closing of a bug: two writes."""
    return _set_status(number, Status.FIX_RELEASED)


def _comment(number: int) -> DueBurst:
    """Return a due comment on a bug: one write."""
    burst = _close(number)
    return attrs.evolve(burst, burst=burst.burst[1:])


def _open_bugs(count: int, **changes: Any) -> dict[int, Bug]:  # noqa: ANN401 -- the fields of a Bug
    """Return so many open bugs, filed long ago."""
    return {number: make_bug(number, **changes) for number in range(1, count + 1)}


def _cap(due: list[DueBurst], known: dict[int, Bug] | None = None, unreadable: int = 0, **limits: Any) -> list[str]:  # noqa: ANN401 -- the fields of a Policy
    """Return what fits under the caps, in order, as `7` for the task, and what does not as `-7`."""
    states = [BugState.UNREADABLE] * unreadable
    fitting, capped = caps.apply_caps(due, states, known or {}, Policy(**limits), now=NOW)
    assert all(hold.kind is HoldKind.CAP for _, hold in capped)
    return [_name(item) for item in fitting] + [f"-{_name(item)}" for item, _ in capped]


def _name(item: DueBurst) -> str:
    return str(int(item.proposal.entry.task.key, 16))


def _give_reason(item: DueBurst, known: dict[int, Bug] | None = None, **limits: Any) -> str:  # noqa: ANN401 -- the fields of a Policy
    """Return the reason why a burst alone does not fit, empty if it fits."""
    _, capped = caps.apply_caps([item], [], known or {}, Policy(**limits), now=NOW)
    return " ".join(hold.text for _, hold in capped)


@pytest.mark.parametrize(
    ("item", "facts"),
    [
        (_file(1), (True, True, False)),
        (_set_status(1, Status.NEW), (False, True, False)),
        (_close(1), (False, False, True)),
        (_set_status(1, Status.INVALID), (False, False, True)),
        (_comment(1), (False, False, False)),
    ],
    ids=["file", "reopen", "fixed", "invalid", "comment"],
)
def test_a_burst_files_opens_or_closes_a_bug(item: DueBurst, facts: tuple[bool, bool, bool]) -> None:
    assert (item.is_filing, item.opens_bug, item.closes_bug) == facts


def test_writes_that_finished_what_an_earlier_run_began_count_in_the_cap_of_this_run() -> None:
    fitting, capped = caps.apply_caps([_close(1), _close(2)], [], {}, Policy(writes_per_run=4), now=NOW, written=2)
    assert [_name(item) for item in fitting] == ["1"]
    assert [hold.text for _, hold in capped] == ["cap of 4 writes in one run reached"]


@pytest.mark.parametrize(
    ("open_bugs", "unreadable", "planned"),
    [
        (17, 0, ["91", "92", "93", "-94"]),
        (18, 0, ["91", "92", "-93", "-94"]),
        (20, 0, ["-91", "-92", "-93", "-94"]),
        (99, 0, ["-91", "-92", "-93", "-94"]),
        (18, 1, ["91", "-92", "-93", "-94"]),
        (18, 2, ["-91", "-92", "-93", "-94"]),
    ],
)
def test_no_more_bugs_are_open_than_the_cap_and_those_that_cannot_be_read_count(
    open_bugs: int, unreadable: int, planned: list[str]
) -> None:
    due = [_file(number) for number in (91, 92, 93, 94)]
    assert _cap(due, _open_bugs(open_bugs), unreadable) == planned


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"status": Status.INCOMPLETE}, 1),
        ({"assignee": "ada", "status": Status.FIX_COMMITTED}, 1),
        ({"sealed": "private"}, 1),
        ({"duplicate_of": 9}, 0),
        ({"status": Status.FIX_RELEASED}, 0),
        ({"status": Status.INVALID}, 0),
        ({"status": Status.EXPIRED}, 0),
    ],
)
def test_a_bug_counts_as_open_by_its_status_unless_it_is_a_duplicate(changes: dict[str, Any], count: int) -> None:
    assert caps.count_open_bugs([make_bug(1, **changes)]) == count


@pytest.mark.parametrize(
    ("created_at", "planned"),
    [
        (ago(days=1), ["91", "92", "93"]),
        (ago(days=1, seconds=-1), ["91", "-92", "-93"]),
    ],
)
def test_three_bugs_are_filed_within_24_hours(created_at: datetime, planned: list[str]) -> None:
    closed_meanwhile = _open_bugs(2, created_at=created_at, status=Status.FIX_RELEASED)
    assert _cap([_file(number) for number in (91, 92, 93)], closed_meanwhile) == planned


def test_a_reopened_bug_needs_room_among_the_open_ones_but_is_none_of_the_new_ones() -> None:
    reopening = _set_status(9, Status.NEW)
    assert _cap([reopening, _file(91)], new_per_day=0) == ["9", "-91"]
    assert _cap([reopening, _file(91)], max_open=1) == ["9", "-91"]
    assert _cap([reopening, _close(8), _comment(7)], max_open=0) == ["8", "7", "-9"]


def test_closing_a_bug_makes_no_room_in_the_same_plan() -> None:
    assert _cap([_close(1), _file(91)], _open_bugs(1), max_open=1) == ["1", "-91"]


@pytest.mark.parametrize(
    ("writes", "planned"),
    [
        (0, ["-1", "-2", "-3", "-91"]),
        (1, ["3", "-1", "-2", "-91"]),
        (3, ["1", "3", "-2", "-91"]),
        (5, ["1", "2", "3", "-91"]),
        (6, ["1", "2", "3", "91"]),
    ],
)
def test_a_burst_is_never_split_and_a_smaller_one_takes_the_room_that_is_left(writes: int, planned: list[str]) -> None:
    assert _cap([_file(91), _comment(3), _close(2), _close(1)], writes_per_run=writes) == planned


@pytest.mark.parametrize(
    ("item", "known", "limits", "reason"),
    [
        (_file(9), _open_bugs(20), {}, "cap of 20 open bugs reached"),
        (_file(9), _open_bugs(3, created_at=NOW), {}, "cap of 3 new bugs in 24 hours reached"),
        (_close(9), {}, {"writes_per_run": 1}, "cap of 1 writes in one run reached"),
        (_file(9), _open_bugs(19), {}, ""),
    ],
)
def test_each_cap_has_its_reason(item: DueBurst, known: dict[int, Bug], limits: dict[str, int], reason: str) -> None:
    assert _give_reason(item, known, **limits) == reason


BURSTS = st.lists(
    st.builds(lambda make, number: make(number), st.sampled_from([_file, _close, _comment]), st.integers(1, 40)),
    max_size=12,
    unique_by=_name,
)


@given(BURSTS, st.integers(0, 6), st.integers(0, 6), st.integers(0, 12), st.integers(0, 5))
def test_no_cap_is_ever_exceeded_and_no_burst_is_lost(
    due: list[DueBurst], max_open: int, new_per_day: int, writes: int, open_bugs: int
) -> None:
    policy = Policy(max_open=max_open, new_per_day=new_per_day, writes_per_run=writes)
    fitting, capped = caps.apply_caps(due, [], _open_bugs(open_bugs), policy, now=NOW)
    filed = sum(item.is_filing for item in fitting)
    assert filed <= min(new_per_day, max(0, max_open - open_bugs))
    assert sum(len(item.burst) for item in fitting) <= writes
    assert sorted([*map(_name, fitting), *(_name(item) for item, _ in capped)]) == sorted(map(_name, due))


@given(BURSTS, st.randoms())
def test_the_order_of_the_bursts_does_not_matter(due: list[DueBurst], chance: random.Random) -> None:
    shuffled = chance.sample(due, len(due))
    assert _cap(shuffled, max_open=3, writes_per_run=5) == _cap(due, max_open=3, writes_per_run=5)


@pytest.mark.parametrize(
    ("unreadable", "readable", "faulty"),
    [(0, 0, False), (0, 9, False), (1, 19, False), (1, 0, False), (2, 0, True), (2, 998, True)],
)
def test_two_unreadable_bugs_are_a_fault_of_the_account_and_one_is_none_however_few_there_are(
    unreadable: int, readable: int, *, faulty: bool
) -> None:
    states = [BugState.UNREADABLE] * unreadable + [BugState.WAITING] * readable + [BugState.UNFILED] * 99
    fault = caps.find_account_fault(states)
    assert (fault is not None) == faulty
    if fault is not None:
        assert fault.startswith(f"{unreadable} of {unreadable + readable} bugs cannot be read")


@pytest.mark.parametrize(("failed", "faulty"), [(0, False), (1, False), (2, True), (9, True)])
def test_a_second_task_whose_bug_cannot_be_written_to_ends_the_run(failed: int, *, faulty: bool) -> None:
    why = caps.find_refused_fault(failed, "Launchpad said 401")
    assert (why is not None) == faulty
    assert why is None or "Launchpad said 401" in why


@pytest.mark.parametrize(
    ("closing", "open_bugs", "most"),
    [(5, 0, None), (6, 0, 5), (5, 25, None), (6, 29, 5), (6, 30, None), (20, 100, None), (21, 100, 20)],
)
def test_a_plan_that_would_close_more_than_5_bugs_and_a_fifth_of_the_open_ones_is_refused(
    closing: int, open_bugs: int, most: int | None
) -> None:
    due = [_close(number) for number in range(1, closing + 1)]
    refusal = None if most is None else f"it would close {closing} bugs at once, {most} at most are normal"
    assert caps.find_refusal(due, _open_bugs(open_bugs), Policy()) == refusal


@pytest.mark.parametrize(
    ("fresh", "max_open", "most"),
    [(60, 20, None), (61, 20, 60), (3, 1, None), (4, 1, 3), (99, 0, None)],
)
def test_a_plan_with_more_than_three_times_the_cap_of_new_tasks_is_refused(
    fresh: int, max_open: int, most: int | None
) -> None:
    due = [_file(number, fresh=True) for number in range(fresh)]
    refusal = None if most is None else f"{fresh} new tasks appeared at once, {most} at most are normal"
    assert caps.find_refusal(due, {}, Policy(max_open=max_open)) == refusal


def test_tasks_that_only_waited_are_no_new_ones_however_many_they_are() -> None:
    assert caps.find_refusal([_file(number) for number in range(99)], {}, Policy()) is None
