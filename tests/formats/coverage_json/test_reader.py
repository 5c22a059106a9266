"""Reading coverage.py's JSON: files, lines, branches, totals, warnings and errors."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.coverage import Branch, FileCoverage, Report
from covbot.core.lines import HIGHEST_LINE, Lines
from covbot.formats import reading
from covbot.formats.coverage_json import json_stream
from covbot.formats.problems import BadReport
from formats.outcomes import catch_error

META = {"version": "7.17.3", "format": 3, "timestamp": "2026-11-22T06:00:26"}


def read_report(text: str | bytes) -> Report:
    return reading.read(io.BytesIO(text.encode() if isinstance(text, str) else text), "it.json")


def format_report(files: object, *, meta: object = None, totals: object = None) -> str:
    return json.dumps({"meta": meta or META, "files": files, "totals": totals or {}})


def make_entry(ran: object = (), missed: object = (), **more: object) -> dict[str, object]:
    return {"executed_lines": ran, "missing_lines": missed, **more}


def test_lines_are_those_that_ran_or_are_missing_and_are_not_excluded() -> None:
    report = read_report(
        format_report({"b.py": make_entry([1, 2, 9], [4, 2], excluded_lines=[9, 10]), "a.py": make_entry()})
    )
    assert report.files == {
        "a.py": FileCoverage(),
        "b.py": FileCoverage(statements=Lines.of([1, 2, 4]), missing=Lines.of([4])),
    }
    assert list(report.files) == ["a.py", "b.py"]
    assert (report.writer, str(report.written_at)) == ("coverage.py 7.17.3", "2026-11-22 18:00:26+00:00")
    assert (report.problems, report.mismatches, report.sources) == ((), (), ())


def test_branches_are_those_taken_and_those_never_taken() -> None:
    report = read_report(
        format_report(
            {
                "a.py": make_entry(
                    [1, 2, 3],
                    executed_branches=[[1, 2], [2, 3], [2, -1]],
                    missing_branches=[[1, 3], [1, -1], [1, -9], [2, 3]],
                )
            }
        )
    )
    assert report.files["a.py"].branches == {
        1: Branch(total=4, targets=frozenset({"3", "exit", "exit#2"}), at_most=3),
        2: Branch(total=2, at_most=0),
    }


@pytest.mark.parametrize("version", [None, 2, 3])
def test_every_known_format_is_read_in_any_order_of_its_keys(version: int | None) -> None:
    files = {"a.py": make_entry([1], [2], functions={"f": make_entry([1])}, contexts={"1": ["t"]})}
    meta = META | {"format": version} if version else {"version": "5.5"}
    document = {"totals": {}, "surprise": [1], "files": files, "meta": meta}
    for text in (json.dumps(document), json.dumps(document, indent=4), json.dumps(document, sort_keys=True)):
        assert read_report(text).numbers.missing == 1


def test_an_object_of_too_many_keys_is_refused() -> None:
    keys = ",".join(f'"{number}":0' for number in range(json_stream.MOST_KEYS + 1))
    document = json.dumps({"meta": META, "files": {}})[:-1] + f', "more": {{{keys}}}}}'
    assert "has an object of more than 262,144 keys, which is the limit" in catch_error(document, "it.json")


def test_functions_are_named_by_the_outermost_one_and_keep_only_statements() -> None:
    functions = {
        "C.f": make_entry([2], [3]),
        "C.f.inner": make_entry([], [4]),
        "C.f.inner.Local.g": make_entry([5], [1]),
        "C.f@20": make_entry([6], [99]),
        "other.inner": make_entry([7], []),
        "": make_entry([1, 8], []),
        "empty": make_entry(),
        "odd\nname": make_entry([9], []),
        "x" * 201: make_entry([9], []),
        "broken": [9],
        "lists": {"executed_lines": {"9": 9}, "missing_lines": [9, True, "9", -1, None]},
    }
    file = read_report(format_report({"a.py": make_entry([1, 2, 5, 6, 7, 8, 9], [3, 4], functions=functions)})).files[
        "a.py"
    ]
    assert file.functions == {
        "C.f": Lines.of([1, 2, 3, 4, 5, 6]),
        "lists": Lines.of([9]),
        "other.inner": Lines.of([7]),
    }
    assert read_report(format_report({"a.py": make_entry([1], functions=7)})).files["a.py"].functions == {}


def test_lines_that_coverage_py_does_not_count_as_statements_are_kept_and_reported() -> None:
    files = {
        "a.py": make_entry([1, 2, 3], [4], summary={"covered_lines": 1, "num_statements": 2, "missing_lines": 1}),
        "b.py": make_entry([1], summary={"covered_lines": 0, "num_statements": 0, "missing_lines": 0}),
        "c.py": make_entry([1], summary={"covered_lines": 1, "num_statements": 1, "missing_lines": 0}),
    }
    report = read_report(format_report(files, totals={"num_statements": 3, "missing_lines": 1}))
    assert report.numbers.statements == 6
    assert report.mismatches == ()
    (problem,) = report.problems
    assert problem.where == "it.json"
    assert problem.what.startswith("lines ran that coverage.py counts as no statements, such as docstrings")
    assert problem.what.endswith(': 3 in 2 files, of which the first is "a.py"')


def test_wrong_declared_totals_are_reported_with_both_numbers() -> None:
    summary = {"covered_lines": 2, "num_statements": 9, "missing_lines": True, "num_branches": "2"}
    files = {"a.py": make_entry([1, 2], summary=summary), "b.py": make_entry([1], summary={"num_statements": 4})}
    report = read_report(format_report(files, totals={"num_statements": 13, "missing_branches": 10**20}))
    assert [problem.what for problem in report.mismatches] == [
        'missing_lines of file "a.py" is "True", but 0 are there',
        'num_statements of file "a.py" is "9", but 2 are there; so with 2 more',
    ]
    assert [problem.where for problem in report.mismatches] == ["it.json"] * 2
    assert [problem.what for problem in report.problems if "num_branches" in problem.what] == [
        (
            'num_branches of file "a.py" is "2", but 0 are there (sums of branches, which writers count in many ways: '
            "only its branches are in doubt)"
        )
    ]


@pytest.mark.parametrize(
    "item",
    [
        "0",
        "-1",
        "1.5",
        "1.0",
        '"1"',
        "true",
        "null",
        str(HIGHEST_LINE + 1),
        pytest.param("9" * 5000, id="huge"),
        "[1]",
        "{}",
    ],
)
def test_an_item_that_is_no_line_is_left_out_and_reported(item: str) -> None:
    report = read_report(
        format_report({"a.py": make_entry([1, "LINE"], executed_branches=[[1, 2], "WAY"])}).replace('"LINE"', item)
    )
    assert list(report.files["a.py"].statements) == [1]
    assert report.files["a.py"].branches == {1: Branch(total=1, at_most=0)}
    branch, line = sorted((problem.what for problem in report.problems), key=lambda what: "WAY" not in what)
    assert branch == '"WAY" is no way out of a line, and is left out of file "a.py"'
    assert line.endswith(' is no line number, and is left out of file "a.py"')


@pytest.mark.parametrize("branch", [[1], [1, 2, 3], [0, 1], [True, 1], [1, True], [1, "2"], [1, None]])
def test_an_item_that_is_no_branch_is_left_out(branch: object) -> None:
    report = read_report(format_report({"a.py": make_entry([1], missing_branches=[branch])}))
    assert report.files["a.py"].branches == {}
    assert len(report.problems) == 1


READ = "covbot reads Cobertura XML, coverage.py JSON, .coverage data and LCOV"
FOREIGN = f"it.json is JSON, but no report of coverage.py; {READ}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", FOREIGN),
        ("[]", FOREIGN),
        ('{"version": "1", "source_files": []}', FOREIGN),
        ('{"meta": 7, "files": {}}', FOREIGN),
        ('{"meta": {"version": 7}, "files": {}}', FOREIGN),
        ('{"meta": {"version": "7"}}', FOREIGN),
        (
            format_report({}, meta={"version": "9", "format": [4]}),
            'it.json is JSON of coverage.py in format "[4]"; covbot knows those up to 3',
        ),
        (format_report({"a.py": 7}), "it.json is broken JSON, or cut off: { is missing at character "),
        (format_report({"a.py": {}}), 'it.json is no report of coverage.py: file "a.py" has no list of missing_lines'),
        (
            format_report({"a.py": make_entry(missing_branches=7)}),
            'it.json is no report of coverage.py: file "a.py" has no list of missing_branches',
        ),
        (format_report([]), "it.json is broken JSON, or cut off: { is missing at character "),
        (
            format_report({"\ud800": make_entry()}),
            'it.json has a filename that no file can have, "\\ud800" among its files',
        ),
        (format_report({}) + "\n{}", "it.json is broken JSON, or cut off: something follows its end at character "),
        ('{"meta": {"version": "7"}, "meta": {}}', 'it.json holds the key "meta" twice in one object'),
        ('{"a": 1, "b": 2, "a": 3}', 'it.json holds the key "a" twice in one object'),
        ('{"x": [{"b": {}, "a": 1, "a": 2}]}', 'it.json holds the key "a" twice in one object'),
        ('{"x": [' + "[" * 100_000, "it.json is broken JSON, or cut off: it is nested too deep at character 7"),
        ('{"x": NaN}', "it.json is broken JSON, or cut off: NaN is no number at character 7"),
        ('{7: "x"}', "it.json is broken JSON, or cut off: a key is no text at character 3"),
        ('{"x" 7}', "it.json is broken JSON, or cut off: : is missing at character 6"),
        ('{"x": 7,}', "it.json is broken JSON, or cut off: Expecting value at character 9"),
        ('{"x": 7 "y"}', "it.json is broken JSON, or cut off: } is missing at character 9"),
        ("{'x': 7}", "it.json is broken JSON, or cut off: Expecting value at character 2"),
        ('{"x": "\n"}', "it.json is broken JSON, or cut off: Invalid control character at character 8"),
    ],
)
def test_a_file_that_is_no_whole_report_is_refused(text: str, words: str) -> None:
    assert catch_error(text, "it.json").startswith(words)


def test_a_value_of_any_length_is_refused_at_a_stated_limit() -> None:
    blocks = iter(['{"x": "', *["x" * 2**22] * (json_stream.LONGEST_VALUE // 2**22 + 2)])
    stream = json_stream.JsonStream(blocks)
    assert next(stream.read_keys()) == "x"
    with pytest.raises(BadReport, match=f"one value is longer than {json_stream.LONGEST_VALUE} characters"):
        stream.read_value()


values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**15) + 1, 10**15 - 1)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text(max_size=3), values, max_size=4),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
    st.lists(st.integers(1, 7), min_size=1),
)
def test_members_are_read_back_equal_whatever_the_blocks(
    document: dict[str, Any], indent: int | None, escaped: bool, sizes: list[int]
) -> None:
    whole = json.dumps(document, indent=indent, ensure_ascii=escaped)
    blocks: list[str] = []
    rest = whole
    while rest:
        size = sizes[len(blocks) % len(sizes)]
        blocks.append(rest[:size])
        rest = rest[size:]
    stream = json_stream.JsonStream(iter(blocks))
    assert {key: stream.read_value() for key in stream.read_keys()} == document
    stream.check_end()
    stream = json_stream.JsonStream(iter(blocks))
    stream.skip_value()
    stream.check_end()


@st.composite
def draw_entry(draw: st.DrawFn) -> dict[str, object]:
    numbers = st.lists(st.integers(1, 40), max_size=6)
    return make_entry(draw(numbers), draw(numbers), excluded_lines=draw(numbers))


@given(st.dictionaries(st.sampled_from("abc"), draw_entry(), min_size=1), st.data())
def test_a_report_cut_off_anywhere_is_refused(document: dict[str, object], data: st.DataObject) -> None:
    whole = format_report(document).encode()
    assert read_report(whole).files.keys() == document.keys()
    assert catch_error(whole[: data.draw(st.integers(0, len(whole) - 1))], "it.json")


def test_a_report_of_many_blocks_is_read_as_one_of_one_block() -> None:
    many = {f"{number}.py": make_entry(list(range(1, 400)), [number + 500]) for number in range(300)}
    report = read_report(format_report(many))
    assert report.numbers.statements == 300 * 400
    assert report.files["299.py"].missing == Lines.of([799])
