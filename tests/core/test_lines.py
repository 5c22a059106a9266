"""Sets of line numbers: exact as Python's own sets are, ascending, and in four bytes a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core import lines
from covbot.core.lines import HIGHEST_LINE, Lines

numbers = st.lists(st.integers(1, 30) | st.integers(1, HIGHEST_LINE), max_size=20)


@given(numbers, numbers)
def test_arithmetic_is_that_of_sets(one: list[int], two: list[int]) -> None:
    left, right = Lines.of(one), Lines.of(two)
    assert set(left | right) == set(one) | set(two)
    assert set(left & right) == set(one) & set(two)
    assert set(left - right) == set(one) - set(two)
    assert (left <= right) == (set(one) <= set(two))
    assert (left == right) == (set(one) == set(two))


@given(numbers, st.integers(0, 1000))
def test_a_few_among_many_are_found_as_among_few(few: list[int], many: int) -> None:
    left, right = Lines.of(few), Lines.of(range(2, 2 + many))
    assert set(left & right) == set(right & left) == set(few) & set(range(2, 2 + many))
    assert (left <= right) == (set(few) <= set(range(2, 2 + many)))
    assert (right <= left) == (set(range(2, 2 + many)) <= set(few))


@given(numbers, numbers)
def test_results_are_ascending_and_hold_each_number_once(one: list[int], two: list[int]) -> None:
    left, right = Lines.of(one), Lines.of(two)
    for result in (left, left | right, left & right, left - right):
        assert list(result) == sorted(set(result))
        assert result == Lines.of(result)
        assert len(result.packed) == 4 * len(result)


@given(numbers, st.integers(-5, 40) | st.integers(1, 2**40))
def test_a_number_is_in_it_or_not_whatever_it_is(members: list[int], number: int) -> None:
    assert (number in Lines.of(members)) == (number in members)


@given(numbers)
def test_equal_sets_are_one_key(members: list[int]) -> None:
    assert hash(Lines.of(members)) == hash(Lines.of(reversed(members)))
    assert bool(Lines.of(members)) == bool(members)


@pytest.mark.parametrize("number", [-1, HIGHEST_LINE + 1])
def test_a_number_that_four_bytes_do_not_hold_is_refused(number: int) -> None:
    with pytest.raises(OverflowError):
        Lines.of([number])


@pytest.mark.parametrize(
    ("members", "shown"),
    [([], ""), ([3], "3"), ([3, 4], "3-4"), ([3, 7, 8, 9], "3, 7-9"), ([1, 2, 4, 6, 7], "1-2, 4, 6-7")],
)
def test_ranges_are_written_as_a_person_writes_them(members: list[int], shown: str) -> None:
    assert lines.format_ranges(Lines.of(members)) == shown
    assert repr(Lines.of(members)) == f"Lines.of([{shown}])"


@given(numbers)
def test_ranges_hold_exactly_the_numbers(members: list[int]) -> None:
    pairs = [
        part.split("-") for part in lines.format_ranges(sorted({n % 1000 + 1 for n in members})).split(", ") if part
    ]
    listed = [number for pair in pairs for number in range(int(pair[0]), int(pair[-1]) + 1)]
    assert listed == sorted({n % 1000 + 1 for n in members})
