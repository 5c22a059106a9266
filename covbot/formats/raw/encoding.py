"""Convert a report in any common encoding to UTF-8, so that the readers handle one encoding only."""

from __future__ import annotations

import codecs
import itertools
import re
from typing import TYPE_CHECKING, Final

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16_STARTS: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARATION: Final = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PROBE: Final = r"""<?xml a="B9" c='0'?> \u0041\x41 &+AD0-~{}|^[]%#;"""
"""ASCII text that does not decode to itself in codecs that are no text encodings, or not based on ASCII."""


def convert_to_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Return the same text in UTF-8, without a byte order mark.

    Raise BadReport if the encoding is unknown, or the text not valid in it. Text in UTF-8 is passed on
    unchecked, because the XML parser checks it.
    """
    first = next(blocks, b"")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if first.startswith(mark):
            return _transcode_blocks(itertools.chain([first[len(mark) :]], blocks), encoding)
    return _transcode_blocks(itertools.chain([first], blocks), _detect_encoding(first))


def _detect_encoding(first: bytes) -> str:
    for start, encoding in _UTF16_STARTS:
        if first.startswith(start):
            return encoding
    found = _DECLARATION.match(first)
    return "utf-8" if found is None else _look_up_encoding(found[1].decode("ascii"))


def _look_up_encoding(encoding: str) -> str:
    """Return the encoding's usual name; raise BadReport if it is unknown or not based on ASCII.

    The XML declaration that names it was read as ASCII.
    """
    try:
        if _PROBE.encode("ascii").decode(encoding) == _PROBE:
            return codecs.lookup(encoding).name
    except (LookupError, UnicodeError):
        pass
    raise problems.make_error(f"is in an encoding that covbot does not read, {encoding}; write it in UTF-8", line=1)


def _transcode_blocks(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {"utf-8", "ascii"}:
        return filter(None, blocks)
    return (text.encode() for text in decode_blocks(blocks, encoding))


def decode_blocks(blocks: Iterable[bytes], encoding: str = "utf-8") -> Iterator[str]:
    """Yield the blocks as text, none of them empty; raise BadReport if they are not valid in the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield from filter(None, map(decoder.decode, blocks))
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise problems.make_error(f"is broken, or cut off: it is no valid {encoding}") from error
