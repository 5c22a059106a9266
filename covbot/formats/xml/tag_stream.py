"""The tags of an XML report as expat cuts them, many at a time, and the attributes in one of them.

Calling Python for each tag costs more than all of expat's work. Here expat only appends the text of each tag that it
has checked to a list, and drops what stands between tags.
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
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SPACE: Final = re.compile(r"\r\n|[\t\r\n]")


@define(kw_only=True)
class Window:
    """The part of the report that is being read: the tags in it, its bytes, and the line on which it ends."""

    tags: list[str] = field(factory=list)
    text: bytes = b""
    end: int = 1

    def line(self, tag: str) -> int:
        """The line of one of the tags, by identity: sought from the end, since expat does not say it of a list."""
        place = len(self.text)
        for other in [*takewhile(lambda other: other is not tag, reversed(self.tags)), tag]:
            found = self.text.rfind(other.encode(), 0, place)
            place = place if found < 0 else found
        return self.end - self.text.count(b"\n", place)


def read_tags(blocks: Iterator[bytes], path: str, window: Window) -> Iterator[list[str]]:
    """The tags of UTF-8 XML without a DOCTYPE, in order, in lists; CannotReadReport unless it is one whole document.

    What is given last stands in the window until the next is asked for.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.DefaultHandler = window.tags.append
    parser.CharacterDataHandler = parser.CommentHandler = len
    parser.ProcessingInstructionHandler = max
    parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = bool
    before = b""
    for block in guard.feed_parser(parser, blocks, path):
        window.text, before = before + block, block
        window.end += block.count(b"\n")
        yield window.tags
        window.tags.clear()


def tag_name(tag: str) -> str:
    """The name of the element that a tag begins or ends; empty for what is no tag, such as the XML declaration."""
    found = _NAME.match(tag)
    return "" if found is None else found[1]


def tag_attributes(text: str) -> dict[str, str]:
    """The attributes in a tag, or in the rest of one, as XML means them: references resolved, line breaks spaces."""
    return {
        key: value if (value := double or single).isprintable() and "&" not in value else _resolve(value)
        for key, double, single in _ATTRIBUTE.findall(text)
    }


def _resolve(value: str) -> str:
    return _REFERENCE.sub(_refer, _SPACE.sub(" ", value))


def _refer(reference: re.Match[str]) -> str:
    sixteen, ten, named = reference.groups()
    if named is not None:
        return _NAMED[named]
    return chr(int(ten.lstrip("0")) if sixteen is None else int(sixteen.lstrip("0"), 16))
