"""The change of a task since its bug was last written: by its lines, or by their count if they cannot be followed."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.planning.sample_proposals import make_entry, make_record
from covbot.core.lines import Lines
from covbot.core.planning.proposal import CoverageChange, find_change

LINES = st.sets(st.integers(1, 9))


def _find(listed: set[int], now: set[int], *, carried: bool = True, renamed: bool = False, **changes: Any) -> str:  # noqa: ANN401 -- the fields of an Entry
    """Return the change of a task whose bug lists the one set of lines, and which lacks the other one now."""
    record = make_record(1, listed_lines=Lines.of(listed), carried=carried, renamed=renamed)
    entry = make_entry(1, record=record, **changes)
    return find_change(attrs.evolve(entry, task=attrs.evolve(entry.task, lines=Lines.of(now)))).name


@pytest.mark.parametrize(
    ("listed", "now", "change"),
    [
        ({2, 3}, {2, 3}, "SAME"),
        ({2, 3}, {2}, "FEWER"),
        ({2, 3}, {2, 3, 4}, "MORE"),
        ({2, 3}, {2, 4}, "MORE"),
        ({2, 3}, {4}, "MORE"),
        ({2, 3}, set(), "COVERED"),
        (set(), {2}, "MORE"),
    ],
)
def test_lines_that_can_be_followed_are_compared_one_by_one(listed: set[int], now: set[int], change: str) -> None:
    assert _find(listed, now) == change


@pytest.mark.parametrize(
    ("listed", "now", "change"),
    [
        ({2, 3}, {7, 8}, "SAME"),
        ({2, 3}, {7}, "FEWER"),
        ({2, 3}, {1, 2, 3}, "MORE"),
        ({2, 3}, set(), "COVERED"),
    ],
)
def test_of_lines_that_cannot_be_followed_only_the_count_is_compared(
    listed: set[int], now: set[int], change: str
) -> None:
    assert _find(listed, now, carried=False) == change


@pytest.mark.parametrize(("now", "change"), [({2, 3}, "RENAMED"), ({2}, "FEWER"), ({4}, "MORE"), (set(), "COVERED")])
def test_another_name_of_the_file_is_the_change_only_if_the_lines_are_the_same(now: set[int], change: str) -> None:
    assert _find({2, 3}, now, renamed=True) == change


def test_lines_that_are_no_longer_missing_are_covered_unless_their_code_is_gone() -> None:
    assert _find({2, 3}, set()) == "COVERED"
    assert _find({2, 3}, set(), gone=True) == "GONE"
    assert _find({2, 3}, {2, 3}, gone=True) == "SAME"


@given(LINES, LINES, st.sampled_from(["unconfirmed", "ambiguous"]), st.booleans())
def test_nothing_changed_while_a_second_build_must_agree_or_lines_are_ambiguous(
    listed: set[int], now: set[int], doubt: str, gone: bool
) -> None:
    assert _find(listed, now, **{"gone": gone, doubt: True}) == "SAME"


def test_nothing_changed_for_a_task_without_a_bug() -> None:
    assert find_change(make_entry(1)) is CoverageChange.SAME


@given(LINES, LINES, st.booleans())
def test_the_bug_of_a_task_is_up_to_date_exactly_if_it_lists_what_is_missing(
    listed: set[int], now: set[int], carried: bool
) -> None:
    change = _find(listed, now, carried=carried)
    assert (change == "COVERED") is (not now)
    assert (change == "SAME") is (bool(now) and (listed == now if carried else len(listed) == len(now)))
    assert change != "FEWER" or len(now) < len(listed)


@pytest.mark.parametrize(
    ("now", "places", "change"),
    [
        ([2, 3, 4], (2,), CoverageChange.SAME),
        ([2, 3, 4], (0,), CoverageChange.MORE),
        ([2, 3, 4], None, CoverageChange.SAME),
        ([2, 3], (1,), CoverageChange.FEWER),
        ([2, 3, 4, 5], (2,), CoverageChange.MORE),
    ],
    ids=["edited in place", "deleted here and added there", "not known", "deleted", "added"],
)
def test_a_statement_is_edited_if_another_one_stands_in_its_place(
    now: list[int], places: tuple[int, ...] | None, change: CoverageChange
) -> None:
    record = make_record(1, listed_lines=Lines.of([2, 3]), listed_count=3, lost_places=places)
    entry = make_entry(1, record=record)
    assert find_change(attrs.evolve(entry, task=attrs.evolve(entry.task, lines=Lines.of(now)))) is change
