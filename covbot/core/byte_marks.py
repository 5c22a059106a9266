"""Text files with a byte order mark, as editors on Windows write them: the mark names the encoding and is no text."""

from __future__ import annotations

import codecs

_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The marks; that of UTF-32 begins as that of UTF-16 does."""


def decode_text(content: bytes, errors: str = "strict") -> str:
    """Return the text of a file in UTF-8, or in the encoding that its mark names; raise UnicodeDecodeError."""
    mark, encoding = next((pair for pair in _ENCODINGS if content.startswith(pair[0])), (b"", "utf-8"))
    return content[len(mark) :].decode(encoding, errors)


def has_mark(content: bytes) -> bool:
    """Whether a file begins with a byte order mark."""
    return any(content.startswith(mark) for mark, _ in _ENCODINGS)
