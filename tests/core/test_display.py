"""Text is shown without characters that could hide or change it, in the room that there is, and counts agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core import display

ANYTHING = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("nova/utils.py", "nova/utils.py"),
        ("Grüße 😀 日本", "Grüße 😀 日本"),
        ("a\nb", "a\\nb"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\x00b", "a\\x00b"),
        ("a\u202eb", "a\\u202eb"),
        ("a\ud800b", "a\\ud800b"),
        ("a\u200bb", "a\\u200bb"),
        ("a\xa0b", "a\\xa0b"),
        ("a\\b", "a\\b"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_characters_that_cannot_be_seen_are_escaped_and_no_others(text: str, shown: str) -> None:
    assert display.escape(text) == shown


@given(ANYTHING)
def test_whatever_is_escaped_can_be_printed_on_one_line_and_is_not_escaped_twice(text: str) -> None:
    shown = display.escape(text)
    assert shown.isprintable()
    assert display.escape(shown) == shown
    assert display.escape(f"a{text}b") == f"a{shown}b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("1234567890", "1234567890"),
        ("12345678901", "...5678901"),
        ("123456789\x1b", "...789\\x1b"),
        ("1234567\n", "1234567\\n"),
        ("12345678\n", "12345678\\n"),
        ("123456789\n", "...56789\\n"),
    ],
)
def test_a_text_that_is_too_long_keeps_its_end(text: str, shown: str) -> None:
    assert display.shorten(text, 10) == shown


@given(ANYTHING, st.integers(4, 40))
def test_a_shortened_text_fits_and_can_be_printed(text: str, room: int) -> None:
    shown = display.shorten(text, room)
    assert len(shown) <= room
    assert shown.isprintable()
    assert display.escape(text) == shown or (len(shown) == room and display.escape(text).endswith(shown[3:]))


def test_a_name_may_have_300_characters() -> None:
    assert display.shorten("x" * 300) == "x" * 300
    assert display.shorten("x" * 301) == "..." + "x" * 297


@pytest.mark.parametrize(
    ("number", "noun", "shown"),
    [
        (0, "statement", "0 statements"),
        (1, "statement", "1 statement"),
        (2, "statement", "2 statements"),
        (1_873, "statement", "1,873 statements"),
        (1, "branch", "1 branch"),
        (2, "branch", "2 branches"),
        (1_000_000, "line", "1,000,000 lines"),
    ],
)
def test_a_count_and_its_noun_agree(number: int, noun: str, shown: str) -> None:
    assert display.format_count(number, noun) == shown


@pytest.mark.parametrize(
    ("paths", "shown"),
    [
        ([], ""),
        (["b.py", "a.py"], "a.py, b.py"),
        (["c.py", "b.py", "a.py"], "a.py, b.py, c.py"),
        (["d.py", "c.py", "b.py", "a.py"], "a.py, b.py, c.py and 1 more"),
        ([f"{number:03}.py" for number in range(100)], "000.py, 001.py, 002.py and 97 more"),
        (["a\x1b.py"], "a\\x1b.py"),
    ],
)
def test_three_paths_are_named_and_the_others_are_counted(paths: list[str], shown: str) -> None:
    assert display.name_paths(paths) == shown
