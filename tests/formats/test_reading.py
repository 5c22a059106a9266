"""Reading files: found, not found, and with harmful names that are shown safely."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from covbot.errors import CannotReadReport
from covbot.formats import reading

if TYPE_CHECKING:
    from pathlib import Path

SMALL = b'<coverage><packages><class filename="a.py"><line number="1" hits="0"/></class></packages></coverage>'


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "coverage.xml"
    path.write_bytes(SMALL)
    assert reading.read_file(path).numbers.missing == 1


def test_a_file_is_read_under_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "coverage.xml"
    path.write_bytes(SMALL)
    with pytest.raises(CannotReadReport, match="is larger than 10 bytes"):
        reading.read_file(path, limit=10)


@pytest.mark.parametrize(("name", "words"), [("nothing.xml", "No such file or directory"), ("", "Is a directory")])
def test_a_path_without_a_readable_file_is_reported(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / name
    with pytest.raises(CannotReadReport) as caught:
        reading.read_file(path)
    assert str(caught.value) == f"{path} cannot be read: {words}"


@pytest.mark.parametrize("data", [b"", b"<coverage", b"{}"])
def test_a_name_of_any_kind_is_shown_in_one_short_line(data: bytes) -> None:
    with pytest.raises(CannotReadReport) as caught:
        reading.read(io.BytesIO(data), "a\n\x1b[31m\u202e\udc80" + "b" * 5000 + ".xml")
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 600
    assert "bbb.xml" in message
