"""Reports in the encodings that tools write, and in those that must be refused."""

from __future__ import annotations

import codecs
import io

import pytest

from covbot.errors import CannotReadReport
from covbot.formats import reading


def format_document(encoding: str = "", filename: str = "src/café.py") -> str:
    declared = f' encoding="{encoding}"' if encoding else ""
    lines = '<line number="1" hits="1"/>'
    return (
        f'<?xml version="1.0"{declared}?>\n<coverage><packages>'
        f'<class filename="{filename}">{lines}</class></packages></coverage>'
    )


def list_files(data: bytes) -> list[str]:
    return list(reading.read(io.BytesIO(data), "it.xml").files)


@pytest.mark.parametrize(
    ("declared", "codec", "mark"),
    [
        ("", "utf-8", b""),
        ("UTF-8", "utf-8", codecs.BOM_UTF8),
        ("utf8", "utf-8", b""),
        ("ISO-8859-1", "latin-1", b""),
        ("windows-1252", "cp1252", b""),
        ("GB18030", "gb18030", b""),
        ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-8", "utf-16-be", codecs.BOM_UTF16_BE),
        ("", "utf-16-le", b""),
        ("", "utf-16-be", b""),
        ("UTF-32", "utf-32-le", codecs.BOM_UTF32_LE),
        ("UTF-32", "utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_the_same_name_is_read_from_every_encoding(declared: str, codec: str, mark: bytes) -> None:
    assert list_files(mark + format_document(declared).encode(codec)) == ["src/café.py"]


def test_a_character_may_lie_on_both_sides_of_a_block() -> None:
    name = "é" * 4000
    for shift in range(2):
        data = ("<!--" + "x" * (65000 + shift) + "-->").encode("utf-16-le") + format_document("", name)[21:].encode(
            "utf-16-le"
        )
        assert list_files(codecs.BOM_UTF16_LE + data) == [name]


@pytest.mark.parametrize(
    "encoding", ["rot13", "hex", "undefined", "unicode_escape", "utf-7", "cp037", "no-such-thing", "utf-16", "hz"]
)
def test_a_codec_that_is_no_superset_of_ascii_is_refused_by_name(encoding: str) -> None:
    with pytest.raises(
        CannotReadReport, match=rf"^it\.xml:1: is in an encoding that covbot does not read, {encoding};"
    ):
        list_files(format_document(encoding).encode())


@pytest.mark.parametrize("data", [b"\xff", "é".encode("gb18030")[:1]])
def test_bytes_that_are_invalid_in_the_encoding_are_refused(data: bytes) -> None:
    with pytest.raises(CannotReadReport, match=r"^it\.xml is broken, or cut off: it is no valid gb18030$"):
        list_files(format_document("gb18030").encode("gb18030") + data)


def test_broken_utf_8_is_refused_with_its_line() -> None:
    with pytest.raises(CannotReadReport, match=r"^it\.xml:2: broken XML"):
        list_files(format_document().replace("é", "\x80").encode("latin-1"))
