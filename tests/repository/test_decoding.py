"""Source bytes are decoded as Python does (PEP 263), and no file stops a comparison."""

from __future__ import annotations

import pytest

from covbot.repository import decoding
from covbot.repository.decoding import DecodedSource


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x = '\xc3\xbc'\n", DecodedSource(text="x = 'ü'\n", encoding="utf-8")),
        (b"\xef\xbb\xbfx = 1\n", DecodedSource(text="x = 1\n", encoding="utf-8-sig")),
        (b"# coding: latin-1\n'\xfc'", DecodedSource(text="# coding: latin-1\n'ü'", encoding="iso-8859-1")),
        (
            b"#!/x\n# -*- coding: cp1251 -*-\n'\xfc'",
            DecodedSource(text="#!/x\n# -*- coding: cp1251 -*-\n'ь'", encoding="cp1251"),
        ),
        (b"", DecodedSource(text="", encoding="utf-8")),
        (b"x = '\xfc'\n", DecodedSource(text="x = 'ü'\n", encoding="latin-1", sure=False)),
        (b"# coding: no-such-thing\n", DecodedSource(text="# coding: no-such-thing\n", encoding="latin-1", sure=False)),
        (b"# coding: hex\n00", DecodedSource(text="# coding: hex\n00", encoding="latin-1", sure=False)),
    ],
)
def test_bytes_are_decoded_as_they_declare(content: bytes, expected: DecodedSource) -> None:
    assert decoding.decode_source(content) == expected
