"""Two sequences are aligned in order, one to one, equal with equal, whatever repeats in them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from covbot.core.linemap import diff, moved_lines

WORDS = st.lists(st.sampled_from(["", "a", "b", "c", "else:", "x=1"]), max_size=30)


@given(WORDS, WORDS)
def test_an_alignment_ascends_and_pairs_equals(before: list[str], after: list[str]) -> None:
    pairs = diff.align_lines(before, after)
    assert all(i < k and j < m for (i, j), (k, m) in itertools.pairwise(pairs))
    assert all(before[i] == after[j] for i, j in pairs)


@given(st.data())
def test_unique_lines_that_kept_their_order_are_all_paired(data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.integers(0, 50), unique=True, max_size=20))
    texts = [f"keep{number}" for number in kept]
    before, after = data.draw(mix_lines(texts, "old")), data.draw(mix_lines(texts, "new"))
    found = {before[i] for i, _ in diff.align_lines(before, after)}
    assert found >= set(texts)


@st.composite
def mix_lines(draw: st.DrawFn, texts: list[str], other: str) -> list[str]:
    """Draw the texts in their order, with repeated other ones between them."""
    return [line for text in texts for line in [*[other] * draw(st.integers(0, 3)), text]]


def test_the_alignment_with_most_text_is_taken_where_nothing_is_unique() -> None:
    before = ["}", "long_call()", "long_call()", "}"]
    after = ["long_call()", "}", "}", "long_call()"]
    assert [before[i] for i, _ in diff.align_lines(before, after)].count("long_call()") == 2


def test_large_repetitive_texts_are_aligned_by_the_count_of_each_line() -> None:
    before = ["x", "a", "b"] * 40 + ["x"]
    after = ["y", *["a", "b"] * 40, "y"]
    assert len(diff.align_lines(before, after)) == 80


@given(WORDS, WORDS, st.integers(1, 3))
def test_moved_lines_are_equal_each_taken_once_and_enough(before: list[str], after: list[str], least: int) -> None:
    aligned = diff.align_lines(before, after)
    found = moved_lines.find_moved_lines(before, after, aligned, least=least)
    assert all(before[i] == after[j] for i, j in found)
    assert len({i for i, _ in aligned + found}) == len({j for _, j in aligned + found}) == len(aligned + found)
    assert not found or len(found) >= least


def test_a_moved_block_brings_its_neighbours_along() -> None:
    block = ["first", "", "else:", "last"]
    assert moved_lines.find_moved_lines([*block, "k"], ["k", *block], [(4, 0)], least=2) == [
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
    ]


def test_a_trivial_line_alone_is_not_found_again() -> None:
    assert moved_lines.find_moved_lines(["else:", "k"], ["k", "else:"], [(1, 0)], least=1) == []
