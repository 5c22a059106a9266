"""A missing line counts once two trusted builds in a row agree; where they differ, what counted before stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.comparison.confirmation import confirm_lines, confirm_module
from covbot.core.lines import NO_LINES, Lines
from support import pictures

LINES = st.sets(st.integers(1, 9)).map(Lines.of)
BUILDS = st.lists(LINES, min_size=2, max_size=8)


def _missing(picture: str) -> Lines:
    """Return the lines that are an `x` in a picture."""
    return pictures.make_file_coverage(picture).missing


@pytest.mark.parametrize(
    ("flaky", "counted"),
    [
        ("........", "...x.xxx"),
        ("xxxxxxxx", "....xxxx"),
        ("....xxxx", "...xxxxx"),
    ],
)
def test_every_combination_of_a_line_that_counted_and_is_missing_in_two_builds(flaky: str, counted: str) -> None:
    before, was, now = "....xxxx", "..xx..xx", ".x.x.x.x"
    assert confirm_lines(*map(_missing, (before, was, now, flaky))) == _missing(counted)


@given(LINES, LINES, LINES)
def test_a_line_changes_only_when_both_builds_say_so(before: Lines, was: Lines, now: Lines) -> None:
    counted = confirm_lines(before, was, now)
    for line in range(1, 10):
        agreed = (line in was) == (line in now)
        assert (line in counted) == (line in (now if agreed else before))


@given(LINES, LINES, LINES, LINES)
def test_a_flaky_line_never_changes_and_does_not_matter_to_the_others(
    before: Lines, was: Lines, now: Lines, flaky: Lines
) -> None:
    counted = confirm_lines(before, was, now, flaky)
    assert counted & flaky == before & flaky
    assert counted - flaky == confirm_lines(before, was, now) - flaky


@given(LINES, LINES)
def test_one_build_that_differs_from_those_around_it_changes_nothing(steady: Lines, odd: Lines) -> None:
    during = confirm_lines(steady, steady, odd)
    assert during == steady
    assert confirm_lines(during, odd, steady) == steady


@given(BUILDS, LINES)
def test_after_two_builds_that_agree_exactly_what_they_miss_counts(builds: list[Lines], last: Lines) -> None:
    counted = NO_LINES
    for was, now in zip(builds, [*builds[1:], last], strict=True):
        counted = confirm_lines(counted, was, now)
    assert confirm_lines(counted, last, last) == last


@pytest.mark.parametrize(
    ("counted", "before", "after", "confirmed"),
    [
        ("", "...", "....", ("", False)),
        ("..x", "...", "....", ("", False)),
        ("", "..x", "..xx", ("..xx", True)),
        ("..x", "..x", "..xx", ("..xx", True)),
        ("", "..x", "....", ("", False)),
        ("", "...", "..xx", ("", False)),
        ("..x", "..x", "....", ("xxxx", True)),
        ("..x", "...", "..xx", ("..xx", True)),
        ("..x", "..x", "", ("..x", True)),
    ],
)
def test_a_changed_module_without_source_counts_as_a_whole(
    counted: str, before: str, after: str, confirmed: tuple[str, bool]
) -> None:
    found, unconfirmed = confirm_module(
        _missing(counted), pictures.make_file_coverage(before), pictures.make_file_coverage(after)
    )
    assert (found, unconfirmed) == (_missing(confirmed[0]), confirmed[1])
