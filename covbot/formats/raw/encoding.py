"""A report in any usual encoding -> the same in UTF-8, so that all behind this knows one encoding."""

from __future__ import annotations

import codecs
import itertools
import re
from typing import TYPE_CHECKING, Final

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED: Final = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARATION: Final = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PROBE: Final = r"""<?xml a="B9" c='0'?> \u0041\x41 &+AD0-~{}|^[]%#;"""
"""Text of which some encodings that are none of text, or not based on ASCII, make something else."""


def to_utf8(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The same text in UTF-8 without a byte order mark; CannotReadReport where the encoding is unknown or broken.

    UTF-8 itself is passed on as it is: the XML parser checks it.
    """
    first = next(blocks, b"")
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return _decode(itertools.chain([first[len(mark) :]], blocks), encoding, name)
    return _decode(itertools.chain([first], blocks), _declared(first, name), name)


def _declared(first: bytes, name: str) -> str:
    for start, encoding in _UNMARKED:
        if first.startswith(start):
            return encoding
    found = _DECLARATION.match(first)
    return "utf-8" if found is None else _known(found[1].decode("ascii"), name)


def _known(encoding: str, name: str) -> str:
    """The encoding's usual name, if it is one in which ASCII stands for itself, as it does in the declaration read."""
    try:
        if _PROBE.encode("ascii").decode(encoding) == _PROBE:
            return codecs.lookup(encoding).name
    except (LookupError, UnicodeError):
        pass
    raise problems.make_error(
        name, f"is in an encoding that covbot does not read, {encoding}; write it in UTF-8", line=1
    )


def _decode(blocks: Iterable[bytes], encoding: str, name: str) -> Iterator[bytes]:
    if encoding in {"utf-8", "ascii"}:
        return filter(None, blocks)
    return (text.encode() for text in to_text(blocks, name, encoding))


def to_text(blocks: Iterable[bytes], name: str, encoding: str = "utf-8") -> Iterator[str]:
    """The blocks as text, none empty; CannotReadReport where the encoding does not know them."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        yield from filter(None, map(decoder.decode, blocks))
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise problems.make_error(name, f"is broken, or cut off: it is no valid {encoding}") from error
