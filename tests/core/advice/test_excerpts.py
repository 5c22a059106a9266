"""An excerpt shows which lines never ran and why, in few rows, each as the source has it."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from covbot.core.advice import excerpts
from covbot.core.advice.explanations import Cause, Explanation
from covbot.core.lines import Lines

TEN = "\n".join(f"    row{number}" for number in range(1, 11))


def _cut_rows(source: str, *explanations: tuple[list[int], int]) -> list[str]:
    made = [Explanation(lines=Lines.of(lines), line=line, cause=Cause.BRANCH) for lines, line in explanations]
    return [f"{'>' if row.missing else ' '}{row.number or ''} {row.text}" for row in excerpts.cut_excerpt(source, made)]


def test_it_begins_before_the_line_that_the_sentence_names() -> None:
    assert _cut_rows(TEN, ([7], 5)) == [" 3 row3", " 4 row4", " 5 row5", " 6 row6", ">7 row7"]


def test_it_has_five_rows_where_the_text_has() -> None:
    assert [row.split()[0] for row in _cut_rows(TEN, ([1], 0))] == [">1", "2", "3", "4", "5"]
    assert [row.split()[0] for row in _cut_rows(TEN, ([10], 0))] == ["6", "7", "8", "9", ">10"]
    assert _cut_rows("a\nb", ([2], 0)) == [" 1 a", ">2 b"]


def test_windows_that_are_close_are_joined_and_others_kept_apart() -> None:
    source = "\n".join(f"r{number}" for number in range(1, 41))
    near = _cut_rows(source, ([3], 2), ([9], 8))
    assert not any(row.endswith("...") for row in near)
    far = _cut_rows(source, ([3], 2), ([30], 29))
    assert far == [" 1 r1", " 2 r2", ">3 r3", "  ...", " 28 r28", " 29 r29", ">30 r30"]


def test_a_line_far_above_that_the_sentence_names_is_shown_too() -> None:
    source = "\n".join(f"r{number}" for number in range(1, 41))
    assert _cut_rows(source, ([30], 3)) == [" 3 r3", "  ...", " 29 r29", ">30 r30"]


def test_lines_far_above_never_crowd_out_what_is_missing() -> None:
    source = "\n".join(f"r{number}" for number in range(1, 400))
    explanations = [([number + 60], number) for number in (20, 100, 180, 260, 330)]
    shown = [row for row in _cut_rows(source, *explanations) if row.startswith(">")]
    assert shown == [f">{number} r{number}" for (number,), _ in explanations]


def test_a_statement_over_several_lines_is_shown_whole() -> None:
    rows = _cut_rows("if a:\n    b(\n        1,\n        2)\nc", ([2], 1))
    assert rows == [" 1 if a:", ">2     b(", " 3         1,", " 4         2)", " 5 c"]


def test_a_statement_of_several_lines_before_is_shown_whole_unless_it_is_long() -> None:
    source = "try:\n    b(\n        1)\nexcept E:\n    c\n    d\n"
    assert _cut_rows(source, ([4, 5, 6], 4)) == [" 2     b(", " 3         1)", ">4 except E:", ">5     c", ">6     d"]
    long = source.replace("1)", "\n" * excerpts.NEAR_ROWS + "1)") + "    e\n"
    assert _cut_rows(long, ([9, 10, 11, 12], 9))[0] == " 8 1)"


def test_omitted_lines_are_counted() -> None:
    source = "\n".join("r" for _ in range(100))
    rows = excerpts.cut_excerpt(source, [Explanation(lines=Lines.of(range(1, 101)))])
    assert len(rows) == excerpts.MOST_ROWS
    assert excerpts.count_omitted(rows, Lines.of(range(1, 101))) == 75


def test_a_text_that_is_shorter_than_the_report_requires_shows_nothing() -> None:
    assert excerpts.cut_excerpt("a", [Explanation(lines=Lines.of([7]))]) == ()


@given(
    rows=st.lists(st.sampled_from(["", "  a", "\tb", "if x:", "c(", ")", "x" * 1000]), min_size=1, max_size=80),
    data=st.data(),
)
def test_it_is_bounded_and_true_to_the_source(rows: list[str], data: st.DataObject) -> None:
    numbers_with_text = [number for number, row in enumerate(rows, start=1) if row]
    assume(numbers_with_text)
    missing = data.draw(st.sets(st.sampled_from(numbers_with_text), min_size=1))
    shown = excerpts.cut_excerpt("\n".join(rows), [Explanation(lines=Lines.of([line])) for line in missing])
    numbers = [row.number for row in shown if row.number]
    assert numbers == sorted(set(numbers))
    assert len(numbers) <= excerpts.MOST_ROWS
    assert min(missing) in numbers
    for row in shown:
        if row.number:
            assert row.missing == (row.number in missing)
            assert rows[row.number - 1].expandtabs()[:400].rstrip().endswith(row.text)
