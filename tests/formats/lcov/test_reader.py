"""What LCOV says: records, lines, ways out of lines, sums, and what is read with caution."""

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


def read(text: str) -> Report:
    return reading.read(io.BytesIO(text.encode()), "it.info")


def of(*lines: str, filename: str = "a.py") -> str:
    return "\n".join([f"SF:{filename}", *lines, "end_of_record", ""])


def test_a_line_with_a_count_is_a_statement_whatever_else_is_told() -> None:
    text = "TN:t\n" + of(
        "FN:1,f", "# said by hand", "", "DA:1,1,aBcDeF==", "DA:2,0", "DA:3,1e3", f"DA:4,{'9' * 5000}", "VER:7"
    )
    report = read(text)
    assert list_lines(report) == ([1, 2, 3, 4], [2])
    assert (report.problems, report.mismatches, report.writer) == ((), (), "unknown")


def test_records_of_one_file_add_up_and_a_hit_in_any_counts() -> None:
    text = of("DA:1,0", "DA:2,0") + of("DA:9,0", filename="b.py") + of("DA:2,1", "DA:3,0")
    report = read(text)
    assert list_lines(report) == ([1, 2, 3], [1, 3])
    assert list(report.files) == ["a.py", "b.py"]


def test_twenty_thousand_records_of_two_files_are_added_up() -> None:
    text = "".join(of(f"DA:{line},0", f"BRDA:{line},0,0,0", filename=f"{line % 2}.py") for line in range(1, 20_001))
    numbers = read(text).numbers
    assert (numbers.statements, numbers.missing_branches) == (20_000, 20_000)


def test_line_ends_and_a_mark_of_the_encoding_change_nothing() -> None:
    text = "TN:\n" + of("DA:1,1", "DA:2,0", "LF:2", "LH:1")
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)
    assert read(text.rstrip("\n")) == read(text)


def test_ways_out_are_taken_where_any_record_took_them() -> None:
    one = of("DA:1,1", "BRDA:1,0,0,1", "BRDA:1,0,1,0", "BRDA:1,e1,0,-")
    other = of("DA:1,1", "BRDA:1,0,0,0", "BRDA:1,0,1,2", "BRDA:1,e1,0,-")
    assert read(one + other).files["a.py"].branches == {1: Branch(total=3, at_most=1)}


def test_ways_out_that_look_the_same_in_one_record_are_several() -> None:
    record = of("DA:1,1", "BRDA:1,0,exit the module,0", "BRDA:1,0,exit the module,0", "BRDA:1,0,exit the module,1")
    expected = {1: Branch(total=3, targets=frozenset({"exit", "exit#2"}), at_most=2)}
    assert read(record + record).files["a.py"].branches == expected


def test_where_ways_lead_is_read_in_the_words_of_coverage_py() -> None:
    ways = ["jump to line 7", "return from function 'f, g'", "exit the module", "jump to the function exit"]
    report = read(of("DA:1,1", *(f"BRDA:1,0,{way},0" for way in ways)))
    assert report.files["a.py"].partial == {1: ("7", "exit", "exit", "exit")}
    strange = [f"BRDA:{line},0,{way},0" for line, way in enumerate(["jump to lines 7", "1", "jump to line x"], 1)]
    assert {branch.targets for branch in read(of(*strange)).files["a.py"].branches.values()} == {None}


def test_sums_that_a_record_does_not_hold_are_named_once_with_the_number_of_others() -> None:
    text = of("DA:1,1", "DA:2,0", "LF:200", "LH:1", "BRF:no", "BRH:0")
    report = read(text + of("DA:1,1", "LF:3"))
    assert list_lines(report) == ([1, 2], [2])
    assert list_problems(report.mismatches) == [
        ("it.info:4", 'LF of "a.py" is "200", but 2 are there; so with 1 more'),
        ("it.info:6", 'BRF of "a.py" is "no", but 0 are there'),
    ]


@pytest.mark.parametrize(
    ("line", "what", "statements"),
    [
        ("DA:0,1", 'DA:"0,1" names no line, and is left out', [7]),
        ("DA:x,1", 'DA:"x,1" names no line, and is left out', [7]),
        ("DA:", 'DA:"" names no line, and is left out', [7]),
        ("DA:1,-5", 'DA:"1,-5" has no sound count, and counts as none', [1, 7]),
        ("DA:1", 'DA:"1" has no sound count, and counts as none', [1, 7]),
        ("BRDA:1,0,0,x", 'BRDA:"1,0,0,x" names no line, or has no sound count, and is left out', [7]),
        ("BRDA:x,0,0,1", 'BRDA:"x,0,0,1" names no line, or has no sound count, and is left out', [7]),
    ],
)
def test_what_is_unsound_is_named(line: str, what: str, statements: list[int]) -> None:
    report = read(of("DA:7,1", line))
    assert list_lines(report) == (statements, [number for number in statements if number != 7])
    assert list_problems(report.problems) == [("it.info:3", what)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TN:\n", "it.info is LCOV without any record, or cut off"),
        ("SF:a.py\nDA:1,1\n", 'it.info ends early: the record of "a.py" is cut off'),
        ("SF:a.py\nSF:b.py\n", 'it.info:2: a record begins in that of "a.py", which is cut off'),
        ("TN:\nDA:1,1\n", 'it.info:2: "DA:1,1" stands in no record'),
        (of() + "end_of_record\n", 'it.info:3: "end_of_record" is no line of LCOV'),
        (of("<<<<<<< mine"), 'it.info:2: "<<<<<<< mine" is no line of LCOV'),
        (of(filename=""), "it.info:1: this record has an empty filename"),
        (of(filename="\0"), "it.info:1: this record has a filename that no file can have"),
        ("TN:" + "x" * 3 * reader.LONGEST_LINE, f"it.info has a line of more than {reader.LONGEST_LINE} characters"),
    ],
)
def test_what_is_no_whole_lcov_is_refused(text: str, words: str) -> None:
    assert catch_error(text, "it.info").startswith(words)


def test_broken_utf_8_is_refused() -> None:
    with pytest.raises(CannotReadReport, match=r"^it\.info is broken, or cut off: it is no valid utf-8$"):
        reading.read(io.BytesIO(b"SF:\xff.py\nend_of_record\n"), "it.info")


counts = st.dictionaries(st.integers(1, 40), st.integers(0, 3), max_size=8)
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="./\\"), min_size=1)


@given(st.dictionaries(names, counts, min_size=1, max_size=4), st.data())
def test_a_written_report_is_read_back_equal_and_no_part_of_it_passes_for_more(
    files: dict[str, dict[int, int]], data: st.DataObject
) -> None:
    expected = {
        name: FileCoverage(
            statements=Lines.of(lines), missing=Lines.of(line for line, count in lines.items() if not count)
        )
        for name, lines in files.items()
    }
    texts = [of(*(f"DA:{line},{count}" for line, count in files[name].items()), filename=name) for name in files]
    assert read("".join(texts)).files == expected
    whole = texts[-1].rstrip("\n")
    part = whole[: data.draw(st.integers(1, len(whole) - 1))]
    assert catch_error("TN:\n" + "".join(texts[:-1]) + part, "it.info")
