"""Executions are joined as sets are: what ran in one of them ran, whatever was recorded and in which order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.execution import HIGHEST_ARC_END, Execution, from_arcs, list_arcs
from covbot.core.lines import Lines

ENDS = st.integers(-9, 9)
ARCS = st.lists(st.tuples(ENDS, ENDS), max_size=8)
LINES = st.sets(st.integers(1, 9)).map(Lines.of)
EXECUTIONS = st.builds(lambda arcs, more: from_arcs(arcs, more=more), ARCS, LINES) | st.builds(Execution, lines=LINES)


def test_arcs_are_kept_once_each_ascending_with_the_lines_where_they_begin_and_end() -> None:
    execution = from_arcs([(3, -1), (1, 2), (-1, 1), (1, 2)], more=Lines.of([9]))
    assert [*list_arcs(execution)] == [(-1, 1), (1, 2), (3, -1)]
    assert execution.lines == Lines.of([1, 2, 3, 9])


@given(ARCS, LINES)
def test_arcs_are_read_back_as_a_set(arcs: list[tuple[int, int]], more: Lines) -> None:
    execution = from_arcs(arcs, more=more)
    assert [*list_arcs(execution)] == sorted(set(arcs))
    assert set(execution.lines) == {end for arc in arcs for end in arc if end > 0} | set(more)


def test_an_execution_without_arcs_lists_none_whether_they_were_recorded_or_not() -> None:
    assert [*list_arcs(from_arcs([]))] == [*list_arcs(Execution(lines=Lines.of([1])))] == []
    assert from_arcs([]) != Execution()


@pytest.mark.parametrize("arc", [(HIGHEST_ARC_END, 1), (1, HIGHEST_ARC_END), (-HIGHEST_ARC_END, 1)])
def test_an_arc_may_end_at_the_highest_line(arc: tuple[int, int]) -> None:
    assert [*list_arcs(from_arcs([arc]))] == [arc]


@pytest.mark.parametrize("arc", [(HIGHEST_ARC_END + 1, 1), (1, HIGHEST_ARC_END + 1), (1, -HIGHEST_ARC_END - 2)])
def test_an_arc_beyond_the_highest_line_is_refused(arc: tuple[int, int]) -> None:
    with pytest.raises(OverflowError):
        from_arcs([arc])


@given(EXECUTIONS, EXECUTIONS)
def test_what_ran_in_either_execution_ran(one: Execution, other: Execution) -> None:
    joined = one | other
    assert joined.lines == one.lines | other.lines
    assert set(list_arcs(joined)) == {*list_arcs(one), *list_arcs(other)}
    assert (joined.arcs is None) == (one.arcs is None and other.arcs is None)


@given(EXECUTIONS, EXECUTIONS, EXECUTIONS)
def test_the_order_in_which_executions_are_joined_does_not_matter(
    one: Execution, other: Execution, third: Execution
) -> None:
    assert one | other == other | one
    assert (one | other) | third == one | (other | third)
    assert one | one == one
