"""Usual lines are counted many at a time, and neither the report nor its warnings differ because of it."""

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
def draw_usual_line(draw: st.DrawFn) -> str:
    number, hits = draw(st.integers(0, 12)), draw(st.sampled_from(["0", "1", "00", "12"]))
    condition = draw(st.sampled_from(CONDITIONS))
    targets = draw(st.sampled_from(TARGETS)) if condition else ""
    return f'<line number="{number}" hits="{hits}"{condition}{targets}/>\n'


@st.composite
def draw_lines_element(draw: st.DrawFn) -> str:
    return f"<lines>\n{''.join(draw(st.lists(draw_usual_line(), min_size=1, max_size=6)))}</lines>"


def make_report(parts: list[str]) -> str:
    return f"<coverage><packages>{''.join(parts)}</packages></coverage>"


def respell(text: str) -> str:
    """Return the same report in a spelling that no writer uses."""
    return text.replace("<line ", "<line  ")


def read_outcome(text: str) -> Report | str:
    """Return the report, or the message of the error that rejects it."""
    try:
        return reading.read(io.BytesIO(text.encode()), "it.xml")
    except CannotReadReport as refused:
        return str(refused)


def make_class(filename: str, lines: str) -> str:
    return f'<class filename="{filename}"><lines>{lines}</lines></class>'


@given(st.lists(draw_usual_line(), max_size=12), st.lists(draw_usual_line(), max_size=12))
def test_the_usual_spelling_of_lines_and_another_give_the_same_report(one: list[str], other: list[str]) -> None:
    text = make_report(
        [make_class("a.py", "".join(one)), make_class("b.py", "".join(other)), make_class("a.py", "".join(other))]
    )
    report = read_outcome(text)
    assert isinstance(report, Report)
    assert report == read_outcome(respell(text))


@given(st.lists(st.sampled_from(OUTSIDE) | draw_lines_element(), max_size=14))
def test_lines_in_any_place_give_the_same_outcome_in_both_spellings(parts: list[str]) -> None:
    text = make_report(parts)
    assert read_outcome(text) == read_outcome(respell(text))
    fuzzing.check_rules(text.encode())


def test_lines_in_comments_cdata_and_instructions_are_not_read() -> None:
    lines = make_class("a.py", '<line number="1" hits="1"/>')
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?p ", "?>")):
        report = read_outcome(make_report([start, lines, end, make_class("b.py", '<line number="2" hits="0"/>')]))
        assert isinstance(report, Report)
        assert {name: list(file.missing) for name, file in report.files.items()} == {"b.py": [2]}


def test_a_line_that_imitates_a_placeholder_is_read_as_a_line() -> None:
    report = read_outcome(
        make_report([make_class("a.py", '<line stretch="0-1"/>'), make_class("b.py", '<line number="2" hits="0"/>')])
    )
    assert isinstance(report, Report)
    assert [problem.what for problem in report.problems] == ["a line without a line number is left out"]
    assert {name: list(file.missing) for name, file in report.files.items()} == {"a.py": [], "b.py": [2]}


def test_warnings_after_usual_lines_name_their_lines() -> None:
    usual = "".join(f'\n<line number="{number}" hits="1"/>' for number in range(1, 5000))
    report = read_outcome(
        make_report([make_class("a.py", usual), "\n", make_class("b.py", '<line number="x" hits="1"/>')])
    )
    assert isinstance(report, Report)
    assert [problem.where for problem in report.problems] == ["it.xml:5001"]


def test_lines_of_a_class_beyond_the_size_of_the_fast_path_are_read() -> None:
    count = fast_path.LONGEST_LINES // 20
    report = read_outcome(
        make_report([make_class("a.py", "".join(f'<line number="{n}" hits="{n % 2}"/>' for n in range(1, count + 1)))])
    )
    assert isinstance(report, Report)
    assert (report.numbers.statements, report.numbers.missing) == (count, count // 2)


def test_lines_are_read_after_any_number_of_placeholders_never_requested() -> None:
    ignored = make_class("a.py", '<line number="1" hits="1"/>') * (fast_path.MOST_PLACEHOLDERS + 1)
    report = read_outcome(make_report([f"<![CDATA[{ignored}]]>", make_class("b.py", '<line number="2" hits="0"/>')]))
    assert isinstance(report, Report)
    assert list(report.files) == ["b.py"]


def test_equal_lines_of_two_reports_share_one_coverage() -> None:
    text = make_report([make_class("a.py", '<line number="1" hits="1"/>')])
    one, other = read_outcome(text), read_outcome(text.replace("a.py", "b.py"))
    assert isinstance(one, Report)
    assert isinstance(other, Report)
    assert one.files["a.py"] is other.files["b.py"]
