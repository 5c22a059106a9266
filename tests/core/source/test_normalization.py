"""Line ends are normalized, and strings with long quotes, and nothing else, are blanked out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.source import normalization


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("a", "\na"),
        ("a\n", "\na"),
        ("a\r\nb\rc\n\n", "\na\nb\nc\n"),
        ("\ta\fb\n", "\n        ab"),
    ],
)
def test_each_line_begins_with_a_line_feed_as_python_counts_lines(text: str, expected: str) -> None:
    assert normalization.normalize_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""\ndef f():\n"""', '"""\n\n'),
        ("'''\n\"\"\"\n'''\nx", "'''\n\n\nx"),
        ('"""a\\"""\nb"""\nc', '"""\n\nc'),
        ('"""a\\\\"""\nb', '"""\nb'),
        ('x = \'"""\'\ny\n', 'x = \'"""\'\ny\n'),
        ('# """\ny = """\nz\n"""\n', '# """\ny = """\n\n\n'),
        ('x  # """', 'x  # """'),
        ('"""\nno end', '"""\n'),
        ("z", "z"),
    ],
)
def test_the_content_of_a_long_string_is_blanked_out(text: str, expected: str) -> None:
    assert normalization.blank_strings(text) == expected


@given(st.text(alphabet="ab\"'#\\\n", max_size=60))
def test_blanking_keeps_every_line(text: str) -> None:
    assert normalization.blank_strings(text).count("\n") == text.count("\n")


def test_only_the_last_part_of_a_very_long_line_before_a_quote_is_searched() -> None:
    line = '\'"""\'' * 20000
    assert normalization.blank_strings(line)[: normalization.LONGEST_PREFIX] == line[: normalization.LONGEST_PREFIX]
