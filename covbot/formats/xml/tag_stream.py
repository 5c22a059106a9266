"""The tags of an XML report as expat splits them, many at a time, and the attributes in one of them.

Calling Python for each tag costs more than all of expat's work. Here expat only appends the text of each tag that it
has checked to a list, and drops the text between tags.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from attrs import define, field

from covbot.formats.xml import guard

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = re.compile(r"</?([^\s/>]+)")
_ATTRIBUTE: Final = re.compile(r"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE: Final = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));")
_NAMED_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_WHITESPACE: Final = re.compile(r"\r\n|[\t\r\n]")


@define(kw_only=True)
class Window:
    """The part of the report that is being read: its tags, its bytes, and the line on which it ends."""

    tags: list[str] = field(factory=list)
    text: bytes = b""
    end: int = 1

    def find_line(self, tag: str) -> int:
        """Return the line of one of the tags, by identity: searched from the end, since expat gives none for a list."""
        position = len(self.text)
        for other in [*takewhile(lambda other: other is not tag, reversed(self.tags)), tag]:
            found = self.text.rfind(other.encode(), 0, position)
            position = position if found < 0 else found
        return self.end - self.text.count(b"\n", position)


def read_tags(blocks: Iterator[bytes], window: Window) -> Iterator[list[str]]:
    """Yield the tags of UTF-8 XML without a DOCTYPE, in order, in lists.

    Raise BadReport unless it is one whole document. The tags yielded last stay in the window until the next are
    requested.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.DefaultHandler = window.tags.append
    parser.CharacterDataHandler = parser.CommentHandler = len
    parser.ProcessingInstructionHandler = max
    parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = bool
    before = b""
    for block in guard.feed_parser(parser, blocks):
        window.text, before = before + block, block
        window.end += block.count(b"\n")
        yield window.tags
        window.tags.clear()


def parse_name(tag: str) -> str:
    """Return the name of the element that a tag begins or ends; empty if it is no tag, such as the XML declaration."""
    found = _NAME.match(tag)
    return "" if found is None else found[1]


def parse_attributes(text: str) -> dict[str, str]:
    """Return the attributes in a tag, or in the rest of one, with references resolved and line breaks as spaces."""
    return {
        key: value if (value := double or single).isprintable() and "&" not in value else _resolve_references(value)
        for key, double, single in _ATTRIBUTE.findall(text)
    }


def _resolve_references(value: str) -> str:
    return _REFERENCE.sub(_replace_reference, _WHITESPACE.sub(" ", value))


def _replace_reference(reference: re.Match[str]) -> str:
    hexadecimal, decimal, entity = reference.groups()
    if entity is not None:
        return _NAMED_ENTITIES[entity]
    return chr(int(decimal.lstrip("0")) if hexadecimal is None else int(hexadecimal.lstrip("0"), 16))
