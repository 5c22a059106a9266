"""The counts of a build may change by as much as the source explains, and by a tolerance beyond that."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.builds.evidence import ExplainedChange, PastBuild
from covbot.core.policy import Policy
from support import pictures
from support.judged_builds import STEADY, TREE, candidate, pictured, reasons, with_measurement, with_report


def grow_tree(statements: int, missing: int = 0) -> dict[str, str]:
    """Return the tree with one more file."""
    return {**TREE, "new.py": "x" * missing + "." * (statements - missing)}


MANY = {f"n{number}.py": "." for number in range(6)}
FEW = dict.fromkeys(sorted(TREE)[6:], "." * 128 + "x" * 15)
SENTENCE = "it measures {} after {} in build 5: {} in the source explains"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({**TREE, **MANY}, [SENTENCE.format("26 files", 20, "6 more than what was added")]),
        ({**TREE, **dict([*MANY.items()][1:])}, []),
        (FEW, [SENTENCE.format("14 files", 20, "6 fewer than what was deleted")]),
        ({**FEW, "m00.py": "x"}, []),
        (grow_tree(101), [SENTENCE.format("2101 statements", 2000, "101 more than what was added")]),
        (grow_tree(100), []),
        (dict(sorted(TREE.items())[2:]), [SENTENCE.format("1800 statements", 2000, "200 fewer than what was deleted")]),
        (dict(sorted(TREE.items())[1:]), []),
    ],
)
def test_a_jump_that_the_source_does_not_explain_is_suspect(shown: dict[str, str], expected: list[str]) -> None:
    assert reasons(attrs.evolve(candidate(shown=shown), explained=ExplainedChange())) == expected


def test_a_jump_is_not_suspect_if_no_source_shows_the_expected_change() -> None:
    assert reasons(candidate(shown={**grow_tree(900, 300), **MANY})) == []
    assert reasons(candidate(shown=dict(sorted(TREE.items())[:5]))) == []


@given(st.integers(0, 3000), st.data())
def test_code_that_the_difference_in_source_explains_is_trusted(size: int, data: st.DataObject) -> None:
    missing = data.draw(st.integers(0, size))
    explained = ExplainedChange(files_added=1, lines_added=size + data.draw(st.integers(0, 9)))
    assert reasons(attrs.evolve(candidate(shown=grow_tree(size, missing)), explained=explained)) == []
    back = attrs.evolve(candidate(), explained=ExplainedChange(files_deleted=1, lines_deleted=size))
    assert reasons(back, [PastBuild.of(candidate(5, grow_tree(size, missing)))]) == []


@given(st.integers(0, 400), st.integers(0, 400))
def test_only_the_unexplained_part_of_a_change_counts(size: int, added: int) -> None:
    judged = attrs.evolve(candidate(shown=grow_tree(size)), explained=ExplainedChange(files_added=1, lines_added=added))
    assert bool(reasons(judged)) == (size - added > 100)


def test_the_tolerance_is_a_share_of_the_median_of_the_last_builds() -> None:
    judged = attrs.evolve(candidate(shown=grow_tree(150)), explained=ExplainedChange())
    small = PastBuild.of(candidate(5))
    large = with_measurement(small, numbers=attrs.evolve(small.measurement.numbers, statements=3000))
    history = [large, large, large, large, small, small]
    assert reasons(judged, history) == []
    assert len(reasons(judged, [*history, small])) == 1
    assert reasons(judged, [*history, small], Policy(jump_builds=7)) == []
    more, many = with_report(judged, pictures.report({**TREE, **MANY})), with_measurement(small, files=400)
    assert reasons(more, [many, many, many, small, small]) == []
    assert len(reasons(more, [many, many, small, small, small])) == 1


def test_an_explained_jump_is_no_jump_of_the_builds_after_it() -> None:
    later = PastBuild.of(candidate(5, grow_tree(900)))
    assert reasons(attrs.evolve(candidate(6, grow_tree(900)), explained=ExplainedChange()), [*STEADY[:4], later]) == []


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (301, ["it misses 301 statements after 200 in build 5: 101 more than what was added in the source explains"]),
        (300, []),
        (100, []),
        (99, ["it misses 99 statements after 200 in build 5: 101 fewer than what was deleted in the source explains"]),
    ],
)
@pytest.mark.parametrize("explained", [None, ExplainedChange()])
def test_a_swing_of_the_missing_statements_is_suspect(
    missing: int, expected: list[str], explained: ExplainedChange | None
) -> None:
    marks = "x" * missing + "." * (2000 - missing)
    shown = {path: marks[at * 100 : at * 100 + 100] for at, path in enumerate(TREE)}
    judged = attrs.evolve(candidate(shown=shown), explained=explained)
    assert reasons(judged) == expected
    assert reasons(judged, []) == []


def test_a_jump_and_a_swing_have_a_share_each() -> None:
    judged = attrs.evolve(candidate(shown=grow_tree(180)), explained=ExplainedChange())
    assert reasons(judged, limits=Policy(jump_share=0.09)) == []
    assert len(reasons(judged, limits=Policy(swing_share=0.09))) == 1
    judged = candidate(shown={**TREE, "m00.py": "x" * 100, "m01.py": "x" * 100})
    assert len(reasons(judged)) == 1
    assert reasons(judged, limits=Policy(swing_share=0.09)) == []
    assert reasons(judged, limits=Policy(jump_floor=180)) == []
    assert len(reasons(judged, limits=Policy(jump_floor=0, jump_share=1))) == 1


@given(pictured, pictured)
def test_any_change_of_a_small_project_is_tolerated(before: dict[str, str], after: dict[str, str]) -> None:
    judged = attrs.evolve(candidate(2, after), explained=ExplainedChange())
    assert reasons(judged, [PastBuild.of(candidate(1, before))]) == []
