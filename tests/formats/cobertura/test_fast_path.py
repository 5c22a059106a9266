"""Usual lines are counted many at a time, and nobody can tell: not by the report, not by its cautions."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from covbot.core.coverage import Report
from covbot.errors import CannotReadReport
from covbot.formats import reading
from covbot.formats.cobertura import fast_path
from fuzz import reading as fuzzing

CONDITIONS = ("", ' branch="true" condition-coverage="50% (1/2)"', ' branch="true" condition-coverage="0% (0/1)"')
TARGETS = ("", ' missing-branches="7"', ' missing-branches="exit"', ' missing-branches="7,x"')
OUTSIDE = (
    *("<lines>", "</lines>", "<methods>", "</methods>", '<class filename="a.py">', '<class filename="b.py">'),
    *("</class>", "<!--", "-->", "<![CDATA[", "]]>", "<?p ", "?>", "\n", '<line number="x"/>', "&amp;"),
)


@st.composite
def usual_lines(draw: st.DrawFn) -> str:
    number, hits = draw(st.integers(0, 12)), draw(st.sampled_from(["0", "1", "00", "12"]))
    condition = draw(st.sampled_from(CONDITIONS))
    targets = draw(st.sampled_from(TARGETS)) if condition else ""
    return f'<line number="{number}" hits="{hits}"{condition}{targets}/>\n'


@st.composite
def contents(draw: st.DrawFn) -> str:
    return f"<lines>\n{''.join(draw(st.lists(usual_lines(), min_size=1, max_size=6)))}</lines>"


def whole(parts: list[str]) -> str:
    return f"<coverage><packages>{''.join(parts)}</packages></coverage>"


def spread(text: str) -> str:
    """The same in a spelling that no writer uses."""
    return text.replace("<line ", "<line  ")


def read(text: str) -> Report | str:
    """The report, or why it is refused."""
    try:
        return reading.read(io.BytesIO(text.encode()), "it.xml")
    except CannotReadReport as refused:
        return str(refused)


def of(filename: str, lines: str) -> str:
    return f'<class filename="{filename}"><lines>{lines}</lines></class>'


@given(st.lists(usual_lines(), max_size=12), st.lists(usual_lines(), max_size=12))
def test_lines_say_the_same_in_the_usual_spelling_and_in_another(one: list[str], other: list[str]) -> None:
    text = whole([of("a.py", "".join(one)), of("b.py", "".join(other)), of("a.py", "".join(other))])
    report = read(text)
    assert isinstance(report, Report)
    assert report == read(spread(text))


@given(st.lists(st.sampled_from(OUTSIDE) | contents(), max_size=14))
def test_lines_wherever_they_stand_say_the_same_in_both_spellings(parts: list[str]) -> None:
    text = whole(parts)
    assert read(text) == read(spread(text))
    fuzzing.check_rules(text.encode())


def test_what_stands_in_a_comment_and_the_like_is_not_read() -> None:
    lines = of("a.py", '<line number="1" hits="1"/>')
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?p ", "?>")):
        report = read(whole([start, lines, end, of("b.py", '<line number="2" hits="0"/>')]))
        assert isinstance(report, Report)
        assert {name: list(file.missing) for name, file in report.files.items()} == {"b.py": [2]}


def test_a_line_that_claims_to_stand_for_others_stands_for_itself() -> None:
    report = read(whole([of("a.py", '<line stretch="0-1"/>'), of("b.py", '<line number="2" hits="0"/>')]))
    assert isinstance(report, Report)
    assert [problem.what for problem in report.problems] == ["a line without a line number is left out"]
    assert {name: list(file.missing) for name, file in report.files.items()} == {"a.py": [], "b.py": [2]}


def test_cautions_name_their_lines_behind_usual_ones() -> None:
    usual = "".join(f'\n<line number="{number}" hits="1"/>' for number in range(1, 5000))
    report = read(whole([of("a.py", usual), "\n", of("b.py", '<line number="x" hits="1"/>')]))
    assert isinstance(report, Report)
    assert [problem.where for problem in report.problems] == ["it.xml:5001"]


def test_lines_of_a_class_that_is_larger_than_what_may_wait_are_read() -> None:
    count = fast_path.LONGEST_LINES // 20
    report = read(whole([of("a.py", "".join(f'<line number="{n}" hits="{n % 2}"/>' for n in range(1, count + 1)))]))
    assert isinstance(report, Report)
    assert (report.numbers.statements, report.numbers.missing) == (count, count // 2)


def test_lines_are_read_behind_any_number_of_such_that_nobody_asks_for() -> None:
    idle = of("a.py", '<line number="1" hits="1"/>') * (fast_path.MOST_PLACEHOLDERS + 1)
    report = read(whole([f"<![CDATA[{idle}]]>", of("b.py", '<line number="2" hits="0"/>')]))
    assert isinstance(report, Report)
    assert list(report.files) == ["b.py"]


def test_what_two_reports_say_of_a_file_in_the_same_words_is_held_once() -> None:
    text = whole([of("a.py", '<line number="1" hits="1"/>')])
    one, other = read(text), read(text.replace("a.py", "b.py"))
    assert isinstance(one, Report)
    assert isinstance(other, Report)
    assert one.files["a.py"] is other.files["b.py"]
