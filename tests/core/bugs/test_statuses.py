"""Each status of Launchpad has exactly one meaning to covbot, and those that count against the cap are open."""

from __future__ import annotations

import pytest

from covbot.core.bugs import statuses
from covbot.core.bugs.statuses import Status


@pytest.mark.parametrize(
    ("meaning", "names"),
    [
        (statuses.WAITING, ["Confirmed", "New", "Triaged", "Unknown"]),
        (statuses.WORKED_ON, ["Fix Committed", "In Progress"]),
        (statuses.OPEN, ["Confirmed", "Fix Committed", "In Progress", "Incomplete", "New", "Triaged", "Unknown"]),
        (statuses.DECLINED, ["Deferred", "Does Not Exist", "Invalid", "Opinion", "Won't Fix"]),
    ],
)
def test_a_meaning_has_these_statuses_as_launchpad_spells_them(meaning: frozenset[Status], names: list[str]) -> None:
    assert sorted(status.value for status in meaning) == names


@pytest.mark.parametrize("status", Status)
def test_a_status_has_exactly_one_meaning(status: Status) -> None:
    closed = {Status.FIX_RELEASED}, {Status.EXPIRED}
    open_ones = statuses.WAITING, statuses.WORKED_ON, {Status.INCOMPLETE}
    assert sum(status in meaning for meaning in (*open_ones, statuses.DECLINED, *closed)) == 1
    assert (status in statuses.OPEN) is any(status in meaning for meaning in open_ones)
