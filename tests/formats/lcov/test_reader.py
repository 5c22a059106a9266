"""Reading LCOV: records, lines, branches, totals, warnings and errors."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import Lines
from covbot.errors import CannotReadReport
from covbot.formats import reading
from covbot.formats.lcov import reader
from formats.outcomes import catch_error, list_lines, list_problems

if TYPE_CHECKING:
    from covbot.core.coverage import Report


def read_report(text: str) -> Report:
    return reading.read(io.BytesIO(text.encode()), "it.info")


def make_record(*lines: str, filename: str = "a.py") -> str:
    return "\n".join([f"SF:{filename}", *lines, "end_of_record", ""])


def test_a_line_with_a_count_is_a_statement_and_other_tags_are_ignored() -> None:
    text = "TN:t\n" + make_record(
        "FN:1,f", "# said by hand", "", "DA:1,1,aBcDeF==", "DA:2,0", "DA:3,1e3", f"DA:4,{'9' * 5000}", "VER:7"
    )
    report = read_report(text)
    assert list_lines(report) == ([1, 2, 3, 4], [2])
    assert (report.problems, report.mismatches, report.writer) == ((), (), "unknown")


def test_records_of_one_file_add_up_and_a_hit_in_any_counts() -> None:
    text = make_record("DA:1,0", "DA:2,0") + make_record("DA:9,0", filename="b.py") + make_record("DA:2,1", "DA:3,0")
    report = read_report(text)
    assert list_lines(report) == ([1, 2, 3], [1, 3])
    assert list(report.files) == ["a.py", "b.py"]


def test_twenty_thousand_records_of_two_files_are_added_up() -> None:
    text = "".join(
        make_record(f"DA:{line},0", f"BRDA:{line},0,0,0", filename=f"{line % 2}.py") for line in range(1, 20_001)
    )
    numbers = read_report(text).numbers
    assert (numbers.statements, numbers.missing_branches) == (20_000, 20_000)


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "TN:\n" + make_record("DA:1,1", "DA:2,0", "LF:2", "LH:1")
    assert read_report("\ufeff" + text.replace("\n", "\r\n")) == read_report(text)
    assert read_report(text.rstrip("\n")) == read_report(text)


def test_branches_are_taken_if_taken_in_any_record() -> None:
    one = make_record("DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,0", "BRDA:1,e1,0,-")
    other = make_record("DA:1,1", "BRDA:1,0,0,0", "BRDA:1,0,1,2", "BRDA:1,e1,0,-")
    assert read_report(one + other).files["a.py"].branches == {1: Branch(total=3, at_most=1)}


def test_equal_branches_in_one_record_count_separately() -> None:
    record = make_record(
        "DA:1,1", "BRDA:1,0,exit the module,0", "BRDA:1,0,exit the module,0", "BRDA:1,0,exit the module,1"
    )
    expected = {1: Branch(total=3, targets=frozenset({"exit", "exit#2"}), at_most=2)}
    assert read_report(record + record).files["a.py"].branches == expected


def test_targets_of_branches_are_read_from_descriptions_of_coverage_py() -> None:
    descriptions = ["jump to line 7", "return from function 'f, g'", "exit the module", "jump to the function exit"]
    report = read_report(make_record("DA:1,1", *(f"BRDA:1,0,{description},0" for description in descriptions)))
    assert report.files["a.py"].partial == {1: ("7", "exit", "exit", "exit")}
    strange = [
        f"BRDA:{line},0,{description},0"
        for line, description in enumerate(["jump to lines 7", "1", "jump to line x"], 1)
    ]
    assert {branch.targets for branch in read_report(make_record(*strange)).files["a.py"].branches.values()} == {None}


def test_wrong_declared_totals_are_reported_once_with_the_number_of_others() -> None:
    text = make_record("DA:1,1", "DA:2,0", "LF:200", "LH:1", "BRF:no", "BRH:0")
    report = read_report(text + make_record("DA:1,1", "LF:3"))
    assert list_lines(report) == ([1, 2], [2])
    assert list_problems(report.mismatches) == [
        ("it.info:4", 'LF of "a.py" is "200", but 2 are there; so with 1 more'),
    ]
    assert list_problems(report.problems) == [
        (
            "it.info:6",
            (
                'BRF of "a.py" is "no", but 0 are there'
                " (sums of branches, which writers count in many ways: only its branches are in doubt)"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("lines", "habit"),
    [
        (["DA:1,1", "DA:2,1", "DA:3,0", "LF:2", "LH:1"], "coverage.py before 7.6.2"),
        (["DA:1,1", "DA:2,1", "DA:3,0", "LF:2", "LH:2"], "coverage.py before 7.6.2"),
        (["FN:1,_RNvCs1_4demo4main", "DA:1,1", "DA:2,0", "LF:9", "LH:7"], "llvm-cov"),
        (["FN:1,2,_ZN4demo4mainEv", "DA:1,1", "LF:2", "LH:1"], "llvm-cov"),
        (["FN:1,$s4demo4mainyyF", "DA:1,1", "LF:2", "LH:1"], "llvm-cov"),
    ],
)
def test_sums_by_a_known_habit_are_cautions(lines: list[str], habit: str) -> None:
    report = read_report(make_record(*lines))
    assert report.mismatches == ()
    assert habit in " ".join(what for _, what in list_problems(report.problems))


@pytest.mark.parametrize(
    "lines",
    [
        ["DA:1,1", "DA:2,0", "LF:3", "LH:2"],
        ["DA:1,1", "DA:2,0", "LF:2", "LH:2"],
        ["DA:1,1", "DA:2,0", "LF:1", "LH:9"],
        ["FN:1,main", "DA:1,1", "LF:2", "LH:1"],
        ["FN:1,_ZN4demo4mainEv", "DA:1,1", "LF:2", "LH:3"],
    ],
)
def test_sums_that_no_habit_accounts_for_are_doubts(lines: list[str]) -> None:
    assert read_report(make_record(*lines)).mismatches


@pytest.mark.parametrize(
    ("line", "what", "statements"),
    [
        ("DA:0,1", 'DA:"0,1" names no line, and is left out', [7]),
        ("DA:x,1", 'DA:"x,1" names no line, and is left out', [7]),
        ("DA:", 'DA:"" names no line, and is left out', [7]),
        ("DA:1,-5", 'DA:"1,-5" has no sound count, and counts as none', [1, 7]),
        ("DA:1", 'DA:"1" has no sound count, and counts as none', [1, 7]),
        ("DA:1,\u0661", 'DA:"1,\u0661" has no number as its count, and is left out', [7]),
        ("DA:1,1.000.000", 'DA:"1,1.000.000" has no number as its count, and is left out', [7]),
        ("DA:\uff11,1", 'DA:"\uff11,1" names no line, and is left out', [7]),
        ("BRDA:1,0,0,x", 'BRDA:"1,0,0,x" names no line, or has no sound count, and is left out', [7]),
        ("BRDA:x,0,0,1", 'BRDA:"x,0,0,1" names no line, or has no sound count, and is left out', [7]),
    ],
)
def test_invalid_lines_are_reported(line: str, what: str, statements: list[int]) -> None:
    report = read_report(make_record("DA:7,1", line))
    assert list_lines(report) == (statements, [number for number in statements if number != 7])
    assert list_problems(report.problems) == [("it.info:3", what)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TN:\n", "it.info holds no file: it is LCOV without any record of a named file, or cut off"),
        (make_record("DA:1,1", filename=" "), "it.info holds no file"),
        ("SF:a.py\nDA:1,1\n", 'it.info ends early: the record of "a.py" is cut off'),
        ("SF:a.py\nSF:b.py\n", 'it.info:2: a record begins in that of "a.py", which is cut off'),
        ("TN:\nDA:1,1\n", 'it.info:2: "DA:1,1" stands in no record'),
        (make_record() + "end_of_record\n", 'it.info:3: "end_of_record" is no line of LCOV'),
        (make_record("<<<<<<< mine"), 'it.info:2: "<<<<<<< mine" is no line of LCOV'),
        (make_record(filename="\0"), "it.info:1: this record has a filename that no file can have"),
        ("TN:" + "x" * 3 * reader.LONGEST_LINE, f"it.info has a line of more than {reader.LONGEST_LINE} characters"),
    ],
)
def test_a_file_that_is_no_whole_lcov_is_refused(text: str, words: str) -> None:
    assert catch_error(text, "it.info").startswith(words)


def test_a_record_without_a_filename_is_left_out_and_reported() -> None:
    report = read_report(make_record("DA:1,0", "LF:9", filename="") + make_record("DA:2,1"))
    assert list(report.files) == ["a.py"]
    assert list_problems(report.problems) == [("it.info:1", "this record has an empty filename, and is left out")]
    assert report.mismatches == ()


def test_broken_utf_8_is_refused() -> None:
    with pytest.raises(CannotReadReport, match=r"^it\.info is broken, or cut off: it is no valid utf-8$"):
        reading.read(io.BytesIO(b"SF:\xff.py\nend_of_record\n"), "it.info")


counts = st.dictionaries(st.integers(1, 40), st.integers(0, 3), max_size=8)
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="./\\"), min_size=1)


@given(st.dictionaries(names, counts, min_size=1, max_size=4), st.data())
def test_a_written_report_is_read_back_equal_and_any_part_of_it_is_refused(
    files: dict[str, dict[int, int]], data: st.DataObject
) -> None:
    expected = {
        name: FileCoverage(
            statements=Lines.of(lines),
            missing=Lines.of(line for line, count in lines.items() if not count),
        )
        for name, lines in files.items()
    }
    texts = [
        make_record(*(f"DA:{line},{count}" for line, count in files[name].items()), filename=name) for name in files
    ]
    assert read_report("".join(texts)).files == expected
    whole = texts[-1].rstrip("\n")
    part = whole[: data.draw(st.integers(1, len(whole) - 1))]
    assert catch_error("TN:\n" + "".join(texts[:-1]) + part, "it.info")
