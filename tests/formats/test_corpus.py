"""Real and hostile reports, compared with an independent reading of them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.errors import CannotReadReport
from covbot.formats import reading
from formats import corpus, outcomes

if TYPE_CHECKING:
    from covbot.core.coverage import Report

REPORTS, EXPECTED = corpus.load("reports.tar.xz")
HOSTILE, BOUNDS = corpus.load("hostile.tar.xz")
LONGEST_MESSAGE = 600


def list_file_lines(report: Report) -> dict[str, list[list[int]]]:
    """Return the statements and missing lines of every file that has any."""
    return {name: [list(file.statements), list(file.missing)] for name, file in report.files.items() if file.statements}


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "files" in EXPECTED[name]))
def test_real_reports_are_read_as_by_an_independent_reader(name: str) -> None:
    report = reading.read(io.BytesIO(REPORTS[name]), name)
    assert list_file_lines(report) == {file: lines for file, lines in EXPECTED[name]["files"].items() if lines[0]}
    assert list(report.files) == sorted(report.files)


def test_three_reports_of_one_run_are_read_equal() -> None:
    of_xml, of_json, of_lcov = (
        reading.read(io.BytesIO(REPORTS[name]), name).files
        for name in (f"m01-coveragepy-7.17.3-names.{kind}" for kind in ("xml", "json", "lcov"))
    )
    assert {name for file in of_json.values() for name in file.functions} == {"f", "never"}
    of_json = {name: attrs.evolve(file, functions={}) for name, file in of_json.items()}
    assert of_json == of_lcov
    assert of_xml.keys() ^ of_json.keys() == {"sub/back/slash.py", "sub/back\\slash.py"}
    assert all(of_xml[name] == of_json[name] for name in of_xml.keys() & of_json.keys())
    assert any(file.partial for file in of_json.values())


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "refused" in EXPECTED[name]))
def test_reports_of_other_kinds_are_refused_by_name(name: str) -> None:
    message = outcomes.catch_error(REPORTS[name], name)
    assert message.startswith(name)
    assert message.isprintable()


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_hostile_input_is_refused_in_one_line_or_read_as_expected(name: str) -> None:
    expected = BOUNDS[name]
    try:
        report = reading.read(io.BytesIO(HOSTILE[name]), name)
    except CannotReadReport as caught:
        message = str(caught)
        assert expected["expect"] in {"refuse", "either"}, message
        assert message.startswith(name)
        assert message.isprintable()
        assert len(message) < LONGEST_MESSAGE
    else:
        assert expected["expect"] in {"accept", "either"}
        # A class with an empty filename is left out, which the independent reader keeps.
        assert list_file_lines(report) == {file: lines for file, lines in expected["files"].items() if file}
        assert all(problem.what.isprintable() and problem.where.isprintable() for problem in report.problems)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cut-in-attribute-value.xml", ":13: ends early"),
        ("cut-before-root-end.xml", ":29: ends early"),
        ("two-roots.xml", ":30: something follows the end of the report"),
        ("git-conflict.xml", ":14: broken XML, in a file with an unresolved git conflict"),
        ("byte-nul-in-attribute.xml", ":9: broken XML"),
        ("dtd-billion-laughs.xml", ":3: declares entities"),
        ("enc-codec-trick.xml", "rot13"),
        ("leading-log-line.xml", "line 1 does not begin with <"),
        ("name-same-file-spelled-twice.xml", 'spells one file in two ways, "./src/a.py" and "/w/proj/src/a.py"'),
        ("not-json-deep.json", "is JSON, but no report of coverage.py"),
        ("not-json-duplicate-keys.json", 'holds the key "a.py" twice'),
        ("lcov-truncated.info", 'ends early: the record of "src/b.py" is cut off'),
        ("not-git-lfs-pointer.xml", "a git LFS pointer"),
        ("not-html-login.html", "an HTML page"),
        ("not-only-bom.xml", "is empty"),
        ("shape-clover.xml", "a Clover report"),
        ("shape-ncover.xml", "an NCover report"),
        ("shape-junit.xml", "a JUnit report"),
        ("shape-empty-root.xml", "holds no file (nothing in it names its writer)"),
        ("gz-bad-crc.xml.gz", "damaged gzip data"),
        ("gz-bomb-nested.xml.gz.gz", "packed more than once"),
        ("zip-two.zip", "a zip archive"),
        ("bz2-plain.xml.bz2", "bzip2"),
    ],
)
def test_an_error_describes_the_fault_and_its_place(name: str, words: str) -> None:
    assert words in outcomes.catch_error(HOSTILE[name], name)
