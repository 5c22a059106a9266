"""A byte order mark names the encoding of a text, and is not a part of it."""

from __future__ import annotations

import codecs

import pytest

from covbot.core import byte_marks


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_text_is_decoded_by_its_mark(mark: bytes, encoding: str) -> None:
    content = mark + "a = 'ä'\n".encode(encoding)
    assert byte_marks.decode_text(content) == "a = 'ä'\n"
    assert byte_marks.has_mark(content) is bool(mark)


def test_a_mark_within_a_text_is_a_character_of_it() -> None:
    assert byte_marks.decode_text("a\ufeffb".encode()) == "a\ufeffb"


def test_broken_bytes_are_an_error_unless_they_may_be_replaced() -> None:
    with pytest.raises(UnicodeDecodeError):
        byte_marks.decode_text(b"\xff")
    assert byte_marks.decode_text(b"a\xff", "replace") == "a\ufffd"
