"""What the store encodes is decoded unchanged, and the same content has the same bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.coverage import Branch, FileCoverage
from covbot.core.lines import HIGHEST_LINE, Lines
from covbot.errors import CannotUseStore
from covbot.store import codec

NUMBERS = st.integers(1, 400) | st.integers(1, HIGHEST_LINE)
LINES = st.frozensets(NUMBERS).map(Lines.of)
TEXT = st.text(st.characters(exclude_categories=()))
BRANCH = st.builds(
    Branch,
    total=st.integers(0, 5),
    targets=st.none() | st.frozensets(TEXT, max_size=3),
    at_most=st.none() | st.integers(0, 5),
)
FILES = st.builds(
    FileCoverage,
    statements=LINES,
    missing=LINES,
    branches=st.dictionaries(NUMBERS, BRANCH, max_size=5),
    functions=st.dictionaries(TEXT, LINES, max_size=3),
)


@given(FILES)
def test_a_file_is_read_as_it_was_written(file: FileCoverage) -> None:
    assert codec.read_file(codec.decompress(codec.compress(codec.write_file(file)))) == file


@given(FILES, FILES)
def test_two_files_have_the_same_bytes_if_and_only_if_they_are_equal(one: FileCoverage, other: FileCoverage) -> None:
    assert (codec.write_file(one) == codec.write_file(other)) is (one == other)


@given(st.dictionaries(NUMBERS, BRANCH, min_size=2, max_size=5))
def test_the_order_in_which_branches_were_read_does_not_matter(branches: dict[int, Branch]) -> None:
    reversed_branches = FileCoverage(branches=dict(reversed(branches.items())))
    assert codec.write_file(reversed_branches) == codec.write_file(FileCoverage(branches=branches))


def test_the_bytes_of_a_file_are_the_same_on_every_machine() -> None:
    file = FileCoverage(
        statements=Lines.of([1, 2, 3, 200, 70_000]),
        missing=Lines.of([3]),
        branches={2: Branch(total=2, targets=frozenset({"exit", "3"}), at_most=1), 200: Branch(total=4)},
    )
    digest = hashlib.sha256(codec.write_file(file)).hexdigest()
    assert digest == "cd84da3580587573a88358057e9514e762e49ad22298f703a64e99f3edad9b49"


@given(LINES)
def test_lines_are_read_as_they_were_written(lines: Lines) -> None:
    narrow = Lines.of(number % 5000 for number in lines)
    assert codec.read_lines(codec.write_lines(narrow)) == narrow


def test_lines_are_text_that_a_person_can_read() -> None:
    assert codec.write_lines(Lines.of([3, 7, 8, 9])) == "3,7-9"


@given(st.dictionaries(TEXT, st.integers(1, 2**40)))
def test_a_manifest_is_read_as_it_was_written(manifest: dict[str, int]) -> None:
    assert codec.read_manifest(codec.write_manifest(manifest)) == manifest


@given(TEXT)
def test_any_text_becomes_ascii_without_control_characters_and_back(text: str) -> None:
    written = codec.write_text(text)
    assert written.isascii()
    assert "\0" not in written
    assert codec.read_text(written) == text


ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001 -- hypothesis asks so


@given(TIMES, TIMES)
def test_moments_are_kept_to_the_microsecond_and_sort_as_text(one: datetime, other: datetime) -> None:
    assert codec.read_moment(codec.write_moment(one)) == one
    assert codec.read_moment(codec.write_moment(one)).tzinfo is UTC
    assert (codec.write_moment(one) < codec.write_moment(other)) is (one < other)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        codec.write_moment(datetime(2026, 1, 1))  # noqa: DTZ001 -- the fault under test


def test_damaged_bytes_are_reported_in_one_line() -> None:
    with pytest.raises(CannotUseStore, match="damaged"):
        codec.decompress(b"x")
