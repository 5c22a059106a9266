"""Of two bugs with one footer the newer one is marked as a duplicate of the older, unless people have to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.planning.sample_proposals import make_bug, make_entry, make_footer, make_record, make_text, propose
from covbot.core.bugs.actions import MarkDuplicate
from covbot.core.bugs.statuses import Status
from covbot.core.planning import duplicates

if TYPE_CHECKING:
    import random

    from covbot.core.bugs.bug import Bug
    from covbot.core.planning.proposal import Proposal


def _twin(number: int, **changes: Any) -> Bug:  # noqa: ANN401 -- the fields of a Bug
    """Return a bug with the footer of task 1."""
    return make_bug(number, **{"description": make_text(1)} | changes)


def _mark(*known: Bug, proposals: tuple[Proposal, ...] = ()) -> list[str]:
    """Return each marking as `duplicate -> older bug`."""
    found = duplicates.mark_duplicates(proposals, {bug.number: bug for bug in known})
    return [f"{mark.bug} -> {mark.of}" for mark in found]


def test_all_newer_bugs_are_marked_as_duplicates_of_the_oldest() -> None:
    assert _mark(_twin(9), _twin(4), _twin(7)) == ["7 -> 4", "9 -> 4"]


def test_a_marking_names_the_footer_and_the_reason() -> None:
    assert [*duplicates.mark_duplicates((), {4: _twin(4), 7: _twin(7)})] == [
        MarkDuplicate(footer=make_footer(1), bug=7, of=4, why="filed twice: two bugs bear one footer")
    ]


@pytest.mark.parametrize(
    "other",
    [
        make_bug(7),
        _twin(7, description="by ada"),
        _twin(7, description="by ada", filed_text=make_text(1)),
        _twin(7, description=f"{make_footer(1, 2)}"),
    ],
    ids=["another key", "no footer", "a footer that a person removed", "the next generation"],
)
def test_a_bug_with_another_footer_or_none_is_no_duplicate(other: Bug) -> None:
    assert _mark(_twin(4), other) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.IN_PROGRESS},
        {"status": Status.INCOMPLETE},
        {"status": Status.FIX_RELEASED},
        {"status": Status.INVALID},
        {"assignee": "ada"},
        {"tags": frozenset({"testing"})},
        {"tags": frozenset({"covbot", "covbot-ignore"})},
        {"duplicate_of": 3},
        {"on_project": False},
        {"sealed": "private"},
    ],
    ids=str,
)
def test_a_newer_bug_that_people_have_to_do_with_is_left_alone(changes: dict[str, Any]) -> None:
    assert _mark(_twin(4), _twin(7, **changes)) == []


@pytest.mark.parametrize("changes", [{"status": Status.WONT_FIX}, {"assignee": "ada"}, {"status": Status.FIX_RELEASED}])
def test_the_older_bug_may_be_in_work_declined_or_closed(changes: dict[str, Any]) -> None:
    assert _mark(_twin(4, **changes), _twin(7)) == ["7 -> 4"]


@pytest.mark.parametrize("changes", [{"duplicate_of": 3}, {"on_project": False}, {"sealed": "locked"}])
def test_nothing_becomes_a_duplicate_of_a_bug_that_is_one_itself_or_out_of_reach(changes: dict[str, Any]) -> None:
    assert _mark(_twin(4, **changes), _twin(7), _twin(9)) == ["9 -> 7"]


def test_a_bug_that_is_recorded_for_another_task_than_its_footer_names_is_left_out() -> None:
    moved = propose(make_entry(2, record=make_record(2, bug=7)))
    assert _mark(_twin(4), _twin(7), _twin(9), proposals=(moved,)) == ["9 -> 4"]
    own = propose(make_entry(1, record=make_record(1, bug=7)))
    assert _mark(_twin(4), _twin(7), proposals=(own,)) == ["7 -> 4"]


@given(st.dictionaries(st.integers(1, 20), st.integers(1, 3), max_size=8), st.randoms())
def test_one_bug_of_each_footer_stays_whatever_their_order(tasks: dict[int, int], chance: random.Random) -> None:
    bugs = [make_bug(number, description=make_text(task)) for number, task in tasks.items()]
    marks = _mark(*bugs)
    assert _mark(*chance.sample(bugs, len(bugs))) == marks
    assert len(marks) == len(tasks) - len(set(tasks.values()))
