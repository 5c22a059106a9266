"""The functions, class bodies and module body of a Python text, found by indentation alone, to align two versions.

This also reads what the parser of this Python rejects (another version's syntax, a broken file), and it is fast.
The exact region of a line is found by `regions`.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from covbot.core.source import normalization

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADER = re.compile(r"\n( *+)(?=[@adc])(?:(@)|(?:async +)?(def|class) +(\w+))")

_NO_SPACES = {ord(" "): None}


@define(kw_only=True)
class Segment:
    """A function with its decorators and all definitions in it, or a class or module without its functions.

    `lines` are ascending indices (from 0) of lines of the text. The first `header_length` of them are the decorators
    and the `def` or `class` line.
    """

    name: str
    kind: str  # module, class or def
    lines: list[int] = Factory(list)
    header_length: int = 0

    @property
    def leaf(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


@frozen(kw_only=True)
class SegmentedText:
    """The lines of a text without any whitespace, and its segments, the module body first."""

    lines: Sequence[str]
    segments: Sequence[Segment]


def split_segments(plain: str) -> SegmentedText:
    """Return a normalized text in segments. This never fails."""
    splitter = _Splitter(text=normalization.blank_strings(plain))
    for header in _HEADER.finditer(splitter.text):
        splitter.add_header(header)
    splitter.assign_lines(len(splitter.text))
    return SegmentedText(
        lines=normalization.strip_tool_comments(plain).translate(_NO_SPACES).split("\n")[1:], segments=splitter.found
    )


@define(kw_only=True)
class _Splitter:
    """The segments found so far, for all lines before `line`, which begins at `offset`.

    `open` holds the segments that have not ended, each with its indent.
    """

    text: str
    found: list[Segment] = Factory(lambda: [Segment(name="", kind="module")])
    open: list[tuple[int, Segment]] = Factory(lambda self: [(-1, self.found[0])], takes_self=True)
    offset: int = 0
    line: int = 0
    decorator: re.Match[str] | None = None

    def add_header(self, header: re.Match[str]) -> None:
        """Assign the lines up to a decorator, `def` or `class`, and open its segment unless it is within a function."""
        if self.decorator and not self._decorates(self.decorator, header):
            self.decorator = None
        if header[2]:
            self.decorator = self.decorator or header
            return
        start = self.decorator or header
        self.decorator = None
        self.assign_lines(start.start())
        self._close_segments(len(header[1]))
        if self.open[-1][1].kind != "def":
            self._open_segment(header)

    def _decorates(self, decorator: re.Match[str], header: re.Match[str]) -> bool:
        """Whether a decorator belongs to a header: there are only decorators between them."""
        indent = len(decorator[1])
        between = _compile_left_pattern(indent).search(self.text, decorator.end(), header.start())
        return len(header[1]) == indent and (between is None or between[2] == "@")

    def _open_segment(self, header: re.Match[str]) -> None:
        outer = self.open[-1][1].name
        end = self.text.find("\n", header.end())
        segment = Segment(name=f"{outer}.{header[4]}" if outer else header[4], kind=header[3])
        self.found.append(segment)
        self.open.append((len(header[1]), segment))
        self._assign_to_open(end if end >= 0 else len(self.text))
        segment.header_length = len(segment.lines)

    def _close_segments(self, indent: int) -> None:
        while self.open[-1][0] >= indent:
            self.open.pop()

    def assign_lines(self, end: int) -> None:
        """Assign the lines up to an offset to the open segments. A line with the same or less indent closes one."""
        while self.open[-1][0] >= 0 and (
            left := _compile_left_pattern(self.open[-1][0]).search(self.text, self.offset, end)
        ):
            self._assign_to_open(left.start())
            self._close_segments(len(left[1]))
        self._assign_to_open(end)

    def _assign_to_open(self, end: int) -> None:
        first, self.line = self.line, self.line + self.text.count("\n", self.offset, end)
        self.open[-1][1].lines.extend(range(first, self.line))
        self.offset = end


@functools.cache
def _compile_left_pattern(indent: int) -> re.Pattern[str]:
    """Return the pattern of code that is indented by at most `indent` and does not continue the line before."""
    return re.compile(rf"\n( {{0,{indent}}}+)([^\s#)\]}}\"'])")
