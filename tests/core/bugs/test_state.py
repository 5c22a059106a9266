"""The state of a bug follows from what people and covbot did to it, and the strongest of several facts decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sample_bugs import BUG, RECORD, ago
from covbot.core.bugs import statuses
from covbot.core.bugs.state import KEEPS_ALL_LINES, BugState, find_state
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from support.filed_bug import NOW

if TYPE_CHECKING:
    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.record import BugRecord

OURS = frozenset({1, 2})
CLOSED_ONCE = attrs.evolve(RECORD, closed_at=ago(days=5))


def _find(bug: Bug | None, record: BugRecord | None = RECORD) -> BugState:
    return find_state(record, bug, ours=OURS, policy=Policy(), now=NOW)


def _find_changed(**changes: Any) -> BugState:  # noqa: ANN401 -- the fields of a Bug
    return _find(attrs.evolve(BUG, **changes))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, BugState.WAITING),
        ({"status": Status.CONFIRMED}, BugState.WAITING),
        ({"status": Status.TRIAGED}, BugState.WAITING),
        ({"status": Status.UNKNOWN}, BugState.WAITING),
        ({"title": "by ada"}, BugState.WAITING),
        ({"description": f"{BUG.description}by ada"}, BugState.EDITED),
        ({"assignee": "ada"}, BugState.WORKED_ON),
        ({"status": Status.IN_PROGRESS}, BugState.WORKED_ON),
        ({"status": Status.FIX_COMMITTED}, BugState.WORKED_ON),
        ({"status": Status.IN_PROGRESS, "description": "by ada"}, BugState.WORKED_ON),
        ({"status": Status.INCOMPLETE}, BugState.INCOMPLETE),
        ({"status": Status.INCOMPLETE, "assignee": "ada"}, BugState.INCOMPLETE),
        ({"status": Status.FIX_RELEASED}, BugState.CLOSED),
        ({"status": Status.INVALID}, BugState.CLOSED),
        ({"status": Status.FIX_RELEASED, "status_mine": False}, BugState.FIXED),
        ({"sealed": "private"}, BugState.PRIVATE_OR_LOCKED),
        ({"tags": frozenset({"testing"})}, BugState.OPTED_OUT),
        ({"tags": frozenset({"covbot", "covbot-ignore"})}, BugState.OPTED_OUT),
        ({"on_project": False}, BugState.OPTED_OUT),
        ({"duplicate_of": 2}, BugState.DUPLICATE_OF_OURS),
        ({"duplicate_of": 3}, BugState.DUPLICATE_OF_OTHER),
    ],
)
def test_each_fact_about_a_bug_has_its_state(changes: dict[str, Any], state: BugState) -> None:
    assert _find_changed(**changes) is state


@pytest.mark.parametrize("status", sorted(statuses.DECLINED))
def test_a_person_declines_a_test_by_any_of_these_statuses(status: Status) -> None:
    assert _find_changed(status=status, status_mine=False) is BugState.DECLINED


@pytest.mark.parametrize("bug", [None, BUG])
def test_a_task_without_a_record_has_no_bug(bug: Bug | None) -> None:
    assert _find(bug, None) is BugState.UNFILED


def test_a_bug_that_the_tracker_does_not_show_cannot_be_read() -> None:
    assert _find(None) is BugState.UNREADABLE


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status_mine": False}, BugState.REOPENED),
        ({"status_mine": False, "status": Status.INCOMPLETE}, BugState.REOPENED),
        ({"status_mine": False, "status": Status.IN_PROGRESS}, BugState.REOPENED),
        ({"status_mine": False, "status": Status.FIX_RELEASED}, BugState.FIXED),
        ({"status_mine": False, "status": Status.WONT_FIX}, BugState.DECLINED),
        ({"status_mine": True}, BugState.WAITING),
    ],
)
def test_a_bug_that_covbot_closed_and_a_person_opened_is_reopened(changes: dict[str, Any], state: BugState) -> None:
    assert _find(attrs.evolve(BUG, **changes), CLOSED_ONCE) is state


@pytest.mark.parametrize(
    ("passed", "state"),
    [
        ({"seconds": 1}, BugState.EXPIRED),
        ({"days": 179, "hours": 23, "minutes": 59, "seconds": 59}, BugState.EXPIRED),
        ({"days": 180}, BugState.EXPIRED_LONG_AGO),
        ({"days": 999}, BugState.EXPIRED_LONG_AGO),
    ],
)
def test_a_bug_expired_long_ago_after_180_days(passed: dict[str, float], state: BugState) -> None:
    assert _find_changed(status=Status.EXPIRED, status_at=ago(**passed), status_mine=False) is state


STRONGEST_FIRST: tuple[tuple[dict[str, Any], BugState], ...] = (
    ({"sealed": "locked"}, BugState.PRIVATE_OR_LOCKED),
    ({"on_project": False}, BugState.OPTED_OUT),
    ({"duplicate_of": 3}, BugState.DUPLICATE_OF_OTHER),
    ({"status": Status.WONT_FIX, "status_mine": False}, BugState.DECLINED),
    ({"assignee": "ada"}, BugState.WORKED_ON),
    ({"description": "by ada"}, BugState.EDITED),
    ({}, BugState.WAITING),
)


@given(st.sets(st.sampled_from(range(len(STRONGEST_FIRST))), min_size=1))
def test_the_strongest_of_several_facts_decides(facts: set[int]) -> None:
    changes = {name: value for fact in facts for name, value in STRONGEST_FIRST[fact][0].items()}
    assert _find_changed(**changes) is STRONGEST_FIRST[min(facts)][1]


def test_in_all_but_these_states_a_task_keeps_all_further_lines_of_its_regions() -> None:
    splits = {BugState.UNFILED, BugState.WAITING, BugState.EDITED, BugState.WORKED_ON, BugState.FIXED}
    assert set(BugState) - KEEPS_ALL_LINES == splits
