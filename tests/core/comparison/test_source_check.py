"""What any coverage.py on any Python reports is believed, and what no writer reports of a text is not."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.comparison import source_check
from covbot.core.comparison.view import BuildView
from covbot.core.coverage import FileCoverage, Report
from covbot.core.lines import Lines
from support.pictures import make_file_coverage

LEGAL = json.loads(lzma.decompress((Path(__file__).parents[2] / "data" / "legal-lines.json.xz").read_bytes()))
"""Programs of every layout, and the lines that coverage.py 4.5.4 to 7.17.5 reported of them on Python 3.6 to 3.13."""


def _check(path: str, source: str, file: FileCoverage) -> source_check.SourceCheck:
    view = BuildView(report=Report(files={path: file}), paths=frozenset({path}), source={path: source}.get)
    return source_check.check_source(view, [path])


def _misfits(path: str, source: str, file: FileCoverage) -> list[int]:
    return list(_check(path, source, file).misfits.get(path, Lines()))


@pytest.mark.parametrize("name", sorted(LEGAL))
def test_no_line_that_coverage_py_reports_is_doubted(name: str) -> None:
    for report in LEGAL[name]["reports"]:
        file = FileCoverage(statements=Lines.of(report["statements"]), missing=Lines.of(report["missing"]))
        assert _check(f"{name}.py", LEGAL[name]["source"], file) == source_check.SourceCheck(), report["by"]


def test_the_corpus_has_many_pythons_and_versions() -> None:
    by = {one for program in LEGAL.values() for report in program["reports"] for one in report["by"]}
    assert {one.split()[0].rpartition(".")[0] for one in by} == {f"3.{minor}" for minor in range(6, 14)}
    assert len({one.split()[1] for one in by}) >= 12


@pytest.mark.parametrize(
    ("source", "picture", "misfits"),
    [
        ("x = 1\n\ny = 2\n", "...", [2]),
        ("x = 1\n# one\ny = 2\n", ". ...", [4, 5]),
        ("x = 1\n  # one\ny = 2\n", "..", [2]),
        ('x = """\na\nb\n"""\n', "..", [2]),
        ("if x:\n    y\nelse:\n    z\n", "....", [3]),
        ("try:\n    y\nfinally:\n    z\n", "....", [3]),
        ("x = f(\n    1,\n)\n", "..", []),
        ("x = 1", ". ..", [3, 4]),
        ("@a\n@b\ndef f():\n    return 1\n", "....", []),
        ("\ufeffx = 1\n\f\ny = 2\n", ". .", []),
        ("x = 1\r\n\r\ny = 2\r\n", "...", [2]),
        ("", ".", [1]),
    ],
)
def test_a_statement_begins_on_no_blank_line_comment_or_else(source: str, picture: str, misfits: list[int]) -> None:
    assert _misfits("m.py", source, make_file_coverage(picture)) == misfits


def test_of_a_text_that_is_not_python_only_the_end_is_known() -> None:
    assert _misfits("page.html", "<p>\n\n</p>\n", make_file_coverage("..  .")) == [5]


@given(name=st.sampled_from(sorted(LEGAL)), index=st.integers(0, 99), line=st.integers(1, 400), missing=st.booleans())
def test_a_line_on_which_nothing_is_written_is_always_doubted(name: str, index: int, line: int, missing: bool) -> None:
    source, reports = LEGAL[name]["source"], LEGAL[name]["reports"]
    rows = source.split("\n")
    blank = line > len(rows) or not rows[line - 1].strip() or rows[line - 1].lstrip().startswith("#")
    report = reports[index % len(reports)]
    file = FileCoverage(
        statements=Lines.of([*report["statements"], line]),
        missing=Lines.of([*report["missing"], *([line] if missing else [])]),
    )
    assert not blank or _misfits(f"{name}.py", source, file) == [line]
