"""The beginning of an XML report, up to the first element that tells its kind."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from attrs import define, field, frozen

from covbot.formats import problems
from covbot.formats.raw import detection
from covbot.formats.xml import guard

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST: Final = 2**23
"""The most bytes before the element that tells a report's kind."""

LONGEST_SOURCE: Final = 4096
"""The most characters of a `<source>`."""

_TELLING: Final = {"packages", "package", "classes", "class", "project", "testproject", "module"}
_DOCTYPE: Final = b"<!DOCTYPE"
_INK: Final = re.compile(rb"[^\r\n]")


@frozen(kw_only=True)
class Prolog:
    """What a report says of itself before its files: root tag and attributes, its line, roots of sources, comments.

    `below` is the element that tells the kind, None if the report ended without one.
    """

    root: str
    attributes: Mapping[str, str]
    line: int
    sources: tuple[str, ...]
    comments: tuple[str, ...]
    below: str | None


@define(kw_only=True)
class _Notes:
    """What the parser has met so far."""

    root: str | None = None
    attributes: Mapping[str, str] = field(factory=dict)
    line: int = 1
    sources: list[str] = field(factory=list)
    comments: list[str] = field(factory=list)
    below: str | None = None
    text: list[str] | None = None
    doctype_end: int | None = None


def read_prolog(blocks: Iterator[bytes], name: str) -> tuple[Prolog, Iterator[bytes]]:
    """The prologue of UTF-8 XML, and the whole of it again, without its DOCTYPE; CannotReadReport if that is none.

    An outside DTD could only define entities, and is never fetched: without the DOCTYPE, a reference to one is an error
    that expat finds, instead of text that it leaves out.
    """
    parser = expat.ParserCreate("utf-8")
    notes = _listen(parser, name)
    held: list[bytes] = []
    for _ in guard.feed_parser(parser, _slice(blocks, held), name):
        if notes.below or notes.root not in {None, "coverage"}:
            break
        if parser.CurrentByteIndex > LONGEST:
            raise problems.make_error(name, f"says nothing of its kind in its first {LONGEST} bytes")
    prologue = Prolog(
        root=notes.root or "",
        attributes=notes.attributes,
        line=notes.line,
        sources=tuple(notes.sources),
        comments=tuple(notes.comments),
        below=notes.below,
    )
    return prologue, chain([_blank(b"".join(held), notes.doctype_end)], blocks)


def _slice(blocks: Iterator[bytes], held: list[bytes], size: int = 4096) -> Iterator[bytes]:
    """Small pieces, as a prologue is short; whole blocks are held on the way."""
    for block in blocks:
        held.append(block)
        for start in range(0, len(block), size):
            yield block[start : start + size]


def _blank(head: bytes, end: int | None) -> bytes:
    """The head without its DOCTYPE, in which every byte and line keeps its place."""
    if end is None:
        return head
    start = head.rindex(_DOCTYPE, 0, end)
    return head[:start] + _INK.sub(b" ", head[start : end + 1]) + head[end + 1 :]


def _listen(parser: expat.XMLParserType, name: str) -> _Notes:
    notes = _Notes()
    parser.CommentHandler = lambda text: notes.comments.append(text[:100])
    _meet_doctype(parser, notes, name)
    _meet_elements(parser, notes)
    _hear_sources(parser, notes, name)
    return notes


def _meet_doctype(parser: expat.XMLParserType, notes: _Notes, name: str) -> None:
    def begin(root: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal and root in detection.ROOTS:
            raise problems.make_foreign_error(name, detection.ROOTS[root])
        if internal:
            what = "declares entities, or a DTD of its own, which covbot never expands"
            raise problems.make_error(name, what, line=parser.CurrentLineNumber)

    def end() -> None:
        notes.doctype_end = parser.CurrentByteIndex

    parser.StartDoctypeDeclHandler, parser.EndDoctypeDeclHandler = begin, end


def _meet_elements(parser: expat.XMLParserType, notes: _Notes) -> None:
    def begin(tag: str, attributes: dict[str, str]) -> None:
        if notes.root is None:
            notes.root, notes.attributes, notes.line = tag, attributes, parser.CurrentLineNumber
        elif tag in _TELLING:
            notes.below = tag
        notes.text = [] if tag == "source" else None
        if notes.below or notes.root != "coverage":
            parser.StartElementHandler = parser.EndElementHandler = parser.CommentHandler = None

    def end(_tag: str) -> None:
        if notes.text and (source := "".join(notes.text).strip()):
            notes.sources.append(source)
        notes.text = None

    parser.StartElementHandler, parser.EndElementHandler = begin, end


def _hear_sources(parser: expat.XMLParserType, notes: _Notes, name: str) -> None:
    def hear(text: str) -> None:
        if notes.text is not None:
            notes.text.append(text)
            if sum(map(len, notes.text)) > LONGEST_SOURCE:
                what = f"a <source> is longer than {LONGEST_SOURCE} characters, which is the limit"
                raise problems.make_error(name, what, line=parser.CurrentLineNumber)

    parser.buffer_text = True
    parser.CharacterDataHandler = hear
