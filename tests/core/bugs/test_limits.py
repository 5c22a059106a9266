"""Titles and descriptions are normalized as a tracker stores them, and normalizing them again changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.bugs import footers, limits

TEXTS = st.text(st.characters(exclude_categories=()), max_size=400)
FOOTER = footers.Footer(project="nova", key="0123456789ab", generation=7)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  a title  ", "a title"),
        ("a\r\n\nb", "a b"),
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
        ("a\tb", "a\tb"),
        ("😀" * 200, "😀" * 200),
        ("x" * 201, "x" * 199 + "…"),
        ("x" * 190 + " " * 20 + "y", "x" * 190 + "…"),
    ],
)
def test_a_title_is_one_line_that_fits(text: str, stored: str) -> None:
    assert limits.fit_title(text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("  a\r\nb\rc \n\n", "  a\nb\nc"),
        ("a\x00\ud800b", "a\ufffdb"),
        ("x" * 50_000, "x" * 50_000),
        ("x" * 50_000 + " \n", "x" * 50_000),
    ],
)
def test_a_description_has_lf_as_line_end_and_no_blanks_at_its_end(text: str, stored: str) -> None:
    assert limits.fit_description(text) == stored


@given(TEXTS)
def test_fitting_a_text_twice_changes_nothing_more(text: str) -> None:
    assert limits.fit_title(limits.fit_title(text)) == limits.fit_title(text)
    assert limits.fit_description(limits.fit_description(text)) == limits.fit_description(text)


@given(TEXTS, st.integers(1, 400))
def test_a_text_that_is_too_long_loses_its_middle_and_never_its_footer(text: str, times: int) -> None:
    stored = limits.fit_description(f"{text * times * 200}\n\n{FOOTER}\n")
    assert len(stored) <= limits.DESCRIPTION_LIMIT
    assert footers.parse(stored) == FOOTER
    assert limits.fit_description(stored) == stored
