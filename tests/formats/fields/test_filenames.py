"""Filenames that no file can have, and two spellings of one file."""

from __future__ import annotations

import io

import pytest

from covbot.errors import CannotReadReport
from covbot.formats import reading
from covbot.formats.fields import filenames
from formats.outcomes import catch_error


def read_names(names: list[str], *sources: str) -> list[str]:
    """Return the filenames of a report with these names, as read."""
    classes = "".join(f'<class filename="{name}"><line number="1" hits="1"/></class>' for name in names)
    roots = "".join(f"<source>{source}</source>" for source in sources)
    text = f"<coverage><sources>{roots}</sources><packages>{classes}</packages></coverage>"
    return list(reading.read(io.BytesIO(text.encode()), "it.xml").files)


@pytest.mark.parametrize(
    ("names", "sources"),
    [
        (["src/a.py", "./src/a.py"], []),
        (["./a.py", "a.py"], []),
        (["src/a.py", "src//a.py"], []),
        (["src/a.py", "src/./a.py"], []),
        (["src/a.py", r"src\a.py"], []),
        (["/w/src/a.py", "//w/src/a.py"], []),
        (["src/a.py", "/w/src/a.py"], ["/w"]),
        (["src/a.py", "/w/src/a.py"], ["/w/./"]),
        (["src/a.py", r"C:\w\src\a.py"], [r"C:\w"]),
    ],
)
def test_a_report_with_two_spellings_of_one_file_is_refused(names: list[str], sources: list[str]) -> None:
    one, other = sorted(names)
    with pytest.raises(CannotReadReport) as caught:
        read_names(names, *sources)

    assert str(caught.value) == (
        f'it.xml spells one file in two ways, "{one}" and "{other}"; write it anew with relative paths from one folder'
    )


@pytest.mark.parametrize(
    ("names", "sources"),
    [
        (["A.py", "a.py", "\u00e9.py", "e\u0301.py"], []),
        (["src/a.py", "src/../a.py", "../a.py", "a.py"], []),
        (["/w/a.py", "w/a.py"], []),
        (["a.py", "/w/a.py"], ["/w", "/v"]),
        (["a.py", "/a.py"], ["."]),
        (["a.py", "/a.py"], ["/"]),
        (["a.py", "src/a.py"], ["src"]),
    ],
)
def test_names_that_may_be_of_two_files_are_kept_as_written(names: list[str], sources: list[str]) -> None:
    assert read_names(names, *sources) == sorted(names)


@pytest.mark.parametrize(
    ("filename", "fault"),
    [
        ("a.py", None),
        ("a\0.py", 'has a filename that no file can have, "a\\x00.py"'),
        ("\ud800.py", 'has a filename that no file can have, "\\ud800.py"'),
        ("x" * (filenames.LONGEST_FILENAME + 1), "has a filename of more than 4096 characters, which is the limit"),
    ],
)
def test_a_filename_that_no_file_can_have_has_a_fault(filename: str, fault: str | None) -> None:
    assert filenames.find_fault(filename) == fault


@pytest.mark.parametrize(("filename", "empty"), [("", True), (" \n", True), ("\u3000", True), (".", False)])
def test_a_filename_of_white_space_names_nothing(filename: str, *, empty: bool) -> None:
    assert filenames.is_empty(filename) is empty


TOO_MANY = range(filenames.MOST_FILES + 1)


@pytest.mark.parametrize(
    "text",
    [
        "<coverage><packages>" + "".join(f'<class filename="{name}"/>' for name in TOO_MANY),
        "".join(f"SF:{name}\nend_of_record\n" for name in TOO_MANY),
    ],
    ids=["xml", "lcov"],
)
def test_a_report_of_more_files_than_any_project_has_is_refused(text: str) -> None:
    assert catch_error(text) == "it.xml names more than 65,536 files, which is the limit"
