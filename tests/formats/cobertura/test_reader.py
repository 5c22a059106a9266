"""Reading Cobertura XML: classes, methods, lines, branches, the header, warnings and errors."""

from __future__ import annotations

import io
import itertools
from typing import TYPE_CHECKING

import pytest

from covbot.core.coverage import Branch
from covbot.core.lines import Lines
from covbot.formats import problems, reading
from covbot.formats.fields import filenames
from covbot.formats.xml import guard, prolog
from formats.outcomes import catch_error, list_lines, list_problems

if TYPE_CHECKING:
    from covbot.core.coverage import Report


def read_report(body: str, header: str = "", before: str = "") -> Report:
    text = f"{before}<coverage {header}>\n<packages>\n{body}\n</packages></coverage>"
    return reading.read(io.BytesIO(text.encode()), "it.xml")


def make_class(filename: str, lines: str, methods: str = "") -> str:
    return f'<class name="C" filename="{filename}"><methods>{methods}</methods><lines>{lines}</lines></class>'


def make_line(number: object, hits: object, rest: str = "") -> str:
    return f'<line number="{number}" hits="{hits}"{rest}/>'


def make_method(lines: str) -> str:
    return f'<method name="m"><lines>{lines}</lines></method>'


def test_lines_of_methods_count_only_if_the_class_has_none_of_its_own() -> None:
    assert list_lines(
        read_report(make_class("a.py", make_line(1, 1), make_method(make_line(1, 0) + make_line(2, 0))))
    ) == ([1], [])
    assert list_lines(
        read_report(make_class("a.py", "", make_method(make_line(1, 0)) + make_method(make_line(2, 1))))
    ) == ([1, 2], [1])
    assert list_lines(
        read_report(f'<class filename="a.py">{make_method(make_line(1, 0))}{make_line(3, 1)}</class>')
    ) == ([3], [])


def test_functions_are_methods_qualified_by_a_class_that_is_not_the_file_and_keep_only_statements() -> None:
    methods = f'<method name="f"><lines>{make_line(1, 0)}</lines></method>' + make_method(
        make_line(2, 0) + make_line(9, 1)
    )
    own = make_line(1, 1) + make_line(2, 0) + make_line(3, 1)
    for name, prefix in (("org.a.C", "C."), ("org.a.C.a.py", ""), ("A_PY", ""), ("a.py", ""), ("", "")):
        text = f'<class name="{name}" filename="src/a.py"><methods>{methods}</methods><lines>{own}</lines></class>'
        assert read_report(text).files["src/a.py"].functions == {
            f"{prefix}f": Lines.of([1]),
            f"{prefix}m": Lines.of([2]),
        }
    odd = f'<method name="{"x" * 201}"><lines>{make_line(1, 1)}</lines></method><method>{make_line(2, 1)}</method>'
    assert read_report(make_class("a.py", own, odd)).files["a.py"].functions == {}


def test_methods_of_one_name_are_merged_and_those_of_all_classes_of_a_file_are_kept() -> None:
    again = make_class("a.py", make_line(5, 1), make_method(make_line(5, 1)))
    report = read_report(make_class("a.py", "", make_method(make_line(1, 0)) + make_method(make_line(2, 1))) + again)
    assert report.files["a.py"].functions == {"C.m": Lines.of([1, 2, 5])}
    assert list(report.files["a.py"].statements) == [1, 2, 5]


def test_classes_of_one_file_are_one_file_and_a_hit_in_any_counts() -> None:
    report = read_report(
        make_class("a.py", make_line(1, 1) + make_line(2, 0))
        + make_class("b.py", make_line(1, 0))
        + make_class("a.py", make_line(1, 0) + make_line(2, 3))
    )
    assert list_lines(report) == ([1, 2], [])
    assert list_lines(report, "b.py") == ([1], [1])


def test_a_class_may_lie_in_another_or_be_empty() -> None:
    inner = make_class("b.py", make_line(2, 1))
    report = read_report(f'<class filename="a.py">{make_line(1, 0)}{inner}</class><class filename="c.py"/>')
    assert {name: list(file.statements) for name, file in report.files.items()} == {
        "a.py": [1],
        "b.py": [2],
        "c.py": [],
    }


def test_twenty_thousand_classes_of_a_few_files_are_added_up() -> None:
    report = read_report(
        "".join(make_class(f"{number % 3}.py", make_line(number, number % 2)) for number in range(1, 20_001))
    )
    assert report.numbers.statements == 20_000
    assert report.numbers.missing == 10_000


def test_branches_of_a_repeated_line_are_merged() -> None:
    one, two = (
        ' condition-coverage="50% (1/2)" missing-branches="5"',
        ' condition-coverage="50% (1/2)" missing-branches="6"',
    )
    report = read_report(make_class("a.py", make_line(1, 1, one) + make_line(1, 1, two) + make_line(1, 1, one)))
    assert report.files["a.py"].branches == {1: Branch(total=2, targets=frozenset(), at_most=1)}
    report = read_report(make_class("a.py", make_line(1, 1, one)) + make_class("a.py", make_line(1, 1, two)))
    assert report.files["a.py"].partial == {}


def test_partial_lines_name_the_targets_never_reached() -> None:
    attributes = ' branch="true" condition-coverage="0% (0/3)" missing-branches="exit,12,exit"'
    report = read_report(make_class("a.py", make_line(1, 1, attributes)))
    assert report.files["a.py"].partial == {1: ("12", "exit", "exit")}
    assert report.numbers.missing_branches == 3


def test_attributes_are_decoded_as_xml_defines() -> None:
    report = read_report(
        make_class("&#x61;&amp;&#0098;&lt;&quot;&apos;&gt;\n.py", "<line hits='&#49;' number='&#x0031;'/>")
    )
    assert list_lines(report, "a&b<\"'> .py") == ([1], [])


def test_more_endings_of_lines_than_the_cache_holds_are_still_parsed() -> None:
    body = "".join(make_line(number, number) for number in range(1, 70_000))
    assert read_report(make_class("a.py", body + make_line(70_000, "0" * 300))).numbers.missing == 1


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("0", '"0"'),
        ("-3", '"-3"'),
        ("1.0", '"1.0"'),
        ("", '""'),
        ("4294967296", '"4294967296"'),
        ("9" * 5000, '"...99'),
        ("\uff17", '"\uff17"'),
        ("1,000", '"1,000"'),
    ],
)
def test_a_line_without_a_valid_number_is_left_out_and_reported(number: str, shown: str) -> None:
    report = read_report(make_class("a.py", f"{make_line(1, 1)}\n{make_line(number, 1)}"))
    assert list_lines(report) == ([1], [])
    ((where, what),) = list_problems(report.problems)
    assert where == "it.xml:4"
    assert f"but number={shown}" in what


def test_a_line_without_any_number_is_reported() -> None:
    assert list_problems(read_report(make_class("a.py", '<line hits="1"/>')).problems) == [
        ("it.xml:3", "a line without a line number is left out")
    ]


@pytest.mark.parametrize("hits", ["nan", "inf", "-1", "X", ""])
def test_invalid_hits_count_as_none_and_are_reported(hits: str) -> None:
    report = read_report(
        make_class("a.py", make_line(1, hits) + make_line(2, hits, ' condition-coverage="50% (1/2)"') + make_line(2, 1))
    )
    assert list_lines(report) == ([1, 2], [1])
    assert [what for _, what in list_problems(report.problems)] == [
        f'hits="{hits}" of line {number} say nothing, and count as none' for number in (1, 2)
    ]


@pytest.mark.parametrize("hits", ["1,000", "\u0661", "\uff10", "3 times"])
def test_a_line_with_garbled_hits_is_neither_covered_nor_missing(hits: str) -> None:
    lines = [make_line(1, hits), make_line(2, hits, ' branch="false"'), make_line(2, 0), make_line(3, 1)]
    report = read_report(make_class("a.py", "\n".join(lines)))
    assert list_lines(report) == ([2, 3], [2])
    assert list_problems(report.problems) == [
        (f"it.xml:{number + 2}", f'hits="{hits}" of line {number} are no number, and the line is left out')
        for number in (1, 2)
    ]


def test_problems_name_the_line_they_are_on_among_equal_ones() -> None:
    bad = make_line("x", 1)
    report = read_report(make_class("a.py", "\n".join([bad, "", make_line(1, 1), bad])))
    assert [where for where, _ in list_problems(report.problems)] == ["it.xml:3", "it.xml:6"]


def test_problems_name_their_lines_across_blocks_and_beyond_a_block() -> None:
    filler = f"<!--{'x' * 200_000}\n-->"
    long_tag = f'<line number="x" more="{"y" * 200_000}"/>'
    report = read_report(make_class("a.py", "\n" * 70_000 + make_line("x", 1) + filler + make_line("y", 1) + long_tag))
    assert [where for where, _ in list_problems(report.problems)] == ["it.xml:70003", "it.xml:70004", "it.xml:70004"]


def test_problems_are_listed_up_to_a_number_and_then_counted() -> None:
    report = read_report(make_class("a.py", "\n".join([make_line("x", 1)] * (problems.MOST_WARNINGS + 7))))
    assert len(report.problems) == problems.MOST_WARNINGS + 1
    assert list_problems(report.problems)[0] == ("it.xml", "7 more lines were read with caution")


def test_a_class_without_a_filename_is_left_out_and_reported() -> None:
    report = read_report(f'<class name="no\u202ene">{make_line(1, 1)}</class>{make_class("a.py", make_line(1, 1))}')
    assert list(report.files) == ["a.py"]
    assert list_problems(report.problems) == [("it.xml:3", 'class "no\\u202ene" has no filename, and is left out')]


@pytest.mark.parametrize("name", ["", " ", "&#x3000;&#10;"])
def test_a_class_with_an_empty_filename_is_left_out_and_reported_and_the_header_counts_it(name: str) -> None:
    body = make_class(name, make_line(1, 1) + make_line(2, 0)) + make_class("a.py", make_line(1, 1))
    report = read_report(body, 'lines-valid="3" lines-covered="2"')
    assert {file: list_lines(report, file) for file in report.files} == {"a.py": ([1], [])}
    assert list_problems(report.problems) == [("it.xml:3", 'class "C" has an empty filename, and is left out')]
    assert report.mismatches == ()


def test_lines_outside_every_class_are_left_out_and_reported() -> None:
    report = read_report(
        f'{make_line(7, 1)}{make_class("a.py", make_line(1, 1))}<class filename="b.py"/>{make_line(8, 1)}'
    )
    assert list_lines(report) == ([1], [])
    assert list_lines(report, "b.py") == ([], [])
    assert {what for _, what in list_problems(report.problems)} == {
        "lines before this one stand in no class, and are left out"
    }


GENERATED = "<!-- Generated by coverage.py: https://coverage.readthedocs.io -->"


@pytest.mark.parametrize(
    ("version", "comment", "writer"),
    [
        ("7.17.3", GENERATED, "coverage.py 7.17.3"),
        ("7.0.0b1", GENERATED, "coverage.py 7.0.0b1"),
        ("&#x9b;", GENERATED, "coverage.py"),
        ("gcovr 8.6+main", "", "gcovr 8.6+main"),
        ("1.9", "", "unknown"),
        ("a + b", "", "unknown"),
        ("x&#x9b;[31m", "", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_the_writer_is_named_as_far_as_it_is_known(version: str, comment: str, writer: str) -> None:
    assert read_report("", f'version="{version}"', comment).writer == writer


def test_sources_and_the_timestamp_are_read() -> None:
    text = """<coverage timestamp="1700000000000"><sources><source>/b</source><source> /a
    </source><source/><source>/b</source></sources><packages/></coverage>"""
    report = reading.read(io.BytesIO(text.encode()), "it.xml")
    assert report.sources == ("/a", "/b")
    assert report.written_at is not None
    assert report.written_at.isoformat() == "2023-11-14T22:13:20+00:00"
    assert report.files == {}


def test_an_external_dtd_is_neither_fetched_nor_trusted() -> None:
    doctype = '<!-- & --><!DOCTYPE coverage\n PUBLIC "-//x" "http://127.0.0.1:9/x.dtd" >\n'
    assert list_lines(read_report(make_class("a.py", make_line(1, 1)), before=doctype)) == ([1], [])
    text = f'{doctype}<coverage><packages><class filename="&d;/a.py"/></packages></coverage>'
    assert catch_error(text) == "it.xml:3: broken XML: undefined entity"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<!DOCTYPE report [ <!ENTITY a "b"> ]><report/>', "it.xml is a JaCoCo report; covbot reads Cobertura XML"),
        ("<coverage><packages/></coverage>\n<coverage/>", "it.xml:2: something follows the end of the report"),
        ("<coverage><packages></coverage>", "it.xml:1: broken XML: mismatched tag"),
        ("<surprise/>", "it.xml is XML, but of no kind that covbot knows; covbot reads Cobertura XML"),
        ("<coverage clover='4'/>", "it.xml is a Clover report"),
        ("<coverage><project/></coverage>", "it.xml is a Clover report"),
        ("<coverage>\n<packages>", "it.xml:2: ends early"),
        ("<coverage>", "it.xml:1: ends early"),
    ],
)
def test_other_xml_is_refused(text: str, words: str) -> None:
    assert catch_error(text).startswith(words)


def test_text_that_is_too_long_is_refused_with_the_limit() -> None:
    limit = filenames.LONGEST_FILENAME
    assert f"a filename of more than {limit} characters" in catch_error(
        f"<coverage><packages>{make_class('x' * (limit + 1), '')}</packages></coverage>"
    )
    huge = "x" * (3 * guard.LONGEST_TAG)
    tag = f"<coverage><packages>{make_class(huge, '')}</packages></coverage>"
    assert f"longer than {guard.LONGEST_TAG} bytes" in catch_error(tag)
    assert f"longer than {guard.LONGEST_TAG} bytes" in catch_error(f"<coverage a='{huge}'><packages/></coverage>")
    source = "<coverage><source>" + "x\n" * prolog.LONGEST_SOURCE + "</source></coverage>"
    assert f"longer than {prolog.LONGEST_SOURCE} characters" in catch_error(source)
    endless = itertools.chain(["<coverage>"], [f"<!--{huge[:60_000]}-->"] * (prolog.LONGEST_PROLOG // 60_000 + 1))
    assert f"says nothing of its kind in its first {prolog.LONGEST_PROLOG} bytes" in catch_error("".join(endless))


def test_unknown_elements_of_any_depth_are_skipped() -> None:
    deep = "<a>" * 50_000 + "</a>" * 50_000
    assert list_lines(read_report(deep + make_class("a.py", deep + make_line(1, 1)))) == ([1], [])
