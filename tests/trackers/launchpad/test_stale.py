"""Which bugs are read again is derived from their order alone, and no change that moved a bug is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from covbot.trackers.launchpad import stale

AFTER = datetime(2026, 11, 22, tzinfo=UTC)


def make_time(second: int) -> datetime:
    """Return the time that many seconds after the time that was searched from."""
    return AFTER + timedelta(seconds=second)


def test_bugs_in_the_order_of_their_known_changes_are_not_stale() -> None:
    assert stale.find_stale([3, 1, 2], {1: make_time(2), 2: make_time(3), 3: make_time(1)}, AFTER) == frozenset()


def test_a_bug_that_is_unknown_or_known_only_from_before_the_search_is_stale() -> None:
    assert stale.find_stale([1, 2, 3], {1: make_time(1), 3: AFTER}, AFTER) == {2, 3}


def test_a_bug_that_moved_behind_a_younger_one_is_stale() -> None:
    assert stale.find_stale([2, 3, 1], {1: make_time(1), 2: make_time(2), 3: make_time(3)}, AFTER) == {1}


@given(st.lists(st.integers(1, 50), min_size=1, unique=True), st.data())
def test_of_changed_bugs_only_those_at_the_very_end_can_hide(order: list[int], data: st.DataObject) -> None:
    """Changes come after all known ones: a changed bug is stale, or no unchanged bug comes behind it."""
    known = {number: make_time(index) for index, number in enumerate(order, start=1)}
    changed = data.draw(st.lists(st.sampled_from(order), unique=True))
    now = [number for number in order if number not in changed] + changed
    found = stale.find_stale(now, known, AFTER)
    assert found <= set(changed)
    unchanged = len(now) - len(changed)
    assert all(number in found or known[number] >= make_time(unchanged) for number in changed)
