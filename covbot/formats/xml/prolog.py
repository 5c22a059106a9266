"""The beginning of an XML report, up to the first element that shows its kind."""

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

LONGEST_PROLOG: Final = 2**23
"""The most bytes before the element that shows a report's kind."""

LONGEST_SOURCE: Final = 4096
"""The most characters of a `<source>`."""

_KIND_ELEMENTS: Final = {"packages", "package", "classes", "class", "project", "testproject", "module"}
_DOCTYPE: Final = b"<!DOCTYPE"
_NOT_LINE_BREAK: Final = re.compile(rb"[^\r\n]")


@frozen(kw_only=True)
class Prolog:
    """The metadata of a report before its files: root tag and attributes, the root's line, source roots and comments.

    `below` is the element that shows the kind, None if the report ended without one.
    """

    root: str
    attributes: Mapping[str, str]
    line: int
    sources: tuple[str, ...]
    comments: tuple[str, ...]
    below: str | None


@define(kw_only=True)
class _State:
    """The content that the parser has read so far."""

    root: str | None = None
    attributes: Mapping[str, str] = field(factory=dict)
    line: int = 1
    sources: list[str] = field(factory=list)
    comments: list[str] = field(factory=list)
    below: str | None = None
    text: list[str] | None = None
    doctype: tuple[int, int] | None = None


def read_prolog(blocks: Iterator[bytes]) -> tuple[Prolog, Iterator[bytes]]:
    """Return the prolog of UTF-8 XML, and all blocks of the document without its DOCTYPE.

    Raise BadReport if it is no XML. An external DTD could only define entities, and is never fetched: without
    the DOCTYPE, expat reports a reference to an entity as an error, instead of leaving it out of the text.
    """
    parser = expat.ParserCreate("utf-8")
    state = _attach_handlers(parser)
    consumed: list[bytes] = []
    for _ in guard.feed_parser(parser, _slice_blocks(blocks, consumed)):
        if state.below or state.root not in {None, "coverage"}:
            break
        if parser.CurrentByteIndex > LONGEST_PROLOG:
            raise problems.make_error(f"says nothing of its kind in its first {LONGEST_PROLOG} bytes")
    prolog = Prolog(
        root=state.root or "",
        attributes=state.attributes,
        line=state.line,
        sources=tuple(state.sources),
        comments=tuple(state.comments),
        below=state.below,
    )
    return prolog, chain([_blank_doctype(b"".join(consumed), state.doctype)], blocks)


def _slice_blocks(blocks: Iterator[bytes], consumed: list[bytes], size: int = 4096) -> Iterator[bytes]:
    """Yield small slices of the blocks, because a prolog is short, and append the blocks read to `consumed`."""
    for block in blocks:
        consumed.append(block)
        for start in range(0, len(block), size):
            yield block[start : start + size]


def _blank_doctype(head: bytes, doctype: tuple[int, int] | None) -> bytes:
    """Return the head with its DOCTYPE overwritten by spaces, so that every other byte and line keeps its position.

    `doctype` are the offsets at which its internal part, if any, begins, and at which it ends.
    """
    if doctype is None:
        return head
    inner, end = doctype
    start = head.rindex(_DOCTYPE, 0, inner)
    return head[:start] + _NOT_LINE_BREAK.sub(b" ", head[start : end + 1]) + head[end + 1 :]


def _attach_handlers(parser: expat.XMLParserType) -> _State:
    state = _State()
    parser.CommentHandler = lambda text: state.comments.append(text[:100])
    _handle_doctype(parser, state)
    _handle_elements(parser, state)
    _handle_source_text(parser, state)
    return state


def _handle_doctype(parser: expat.XMLParserType, state: _State) -> None:
    def start_doctype(root: str, _system: str | None, _public: str | None, internal: int) -> None:
        if internal and root in detection.OTHER_ROOTS:
            raise problems.make_foreign_error(detection.OTHER_ROOTS[root])
        state.doctype = parser.CurrentByteIndex, parser.CurrentByteIndex

    def end_doctype() -> None:
        if state.doctype is not None:
            state.doctype = state.doctype[0], parser.CurrentByteIndex

    def reject(*_declaration: object) -> None:
        what = "declares entities, or values of attributes, in a DTD of its own, which covbot never expands"
        raise problems.make_error(what, line=parser.CurrentLineNumber)

    def declare_attribute(_tag: str, _name: str, _kind: str, default: str | None, _required: int) -> None:
        if default is not None:
            reject()

    # Elements need no handler: without entities and defaults, a DTD changes nothing that is read.
    parser.StartDoctypeDeclHandler, parser.EndDoctypeDeclHandler = start_doctype, end_doctype
    parser.EntityDeclHandler = parser.NotationDeclHandler = reject
    parser.AttlistDeclHandler = declare_attribute


def _handle_elements(parser: expat.XMLParserType, state: _State) -> None:
    def start_element(tag: str, attributes: dict[str, str]) -> None:
        if state.root is None:
            state.root, state.attributes, state.line = tag, attributes, parser.CurrentLineNumber
        elif tag in _KIND_ELEMENTS:
            state.below = tag
        state.text = [] if tag == "source" else None
        if state.below or state.root != "coverage":
            parser.StartElementHandler = parser.EndElementHandler = parser.CommentHandler = None

    def end_element(_tag: str) -> None:
        if state.text and (source := "".join(state.text).strip()):
            state.sources.append(source)
        state.text = None

    parser.StartElementHandler, parser.EndElementHandler = start_element, end_element


def _handle_source_text(parser: expat.XMLParserType, state: _State) -> None:
    def add_text(text: str) -> None:
        if state.text is not None:
            state.text.append(text)
            if sum(map(len, state.text)) > LONGEST_SOURCE:
                what = f"a <source> is longer than {LONGEST_SOURCE} characters, which is the limit"
                raise problems.make_error(what, line=parser.CurrentLineNumber)

    parser.buffer_text = True
    parser.CharacterDataHandler = add_text
