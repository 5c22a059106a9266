"""Cuts a Python text into its functions, class bodies and module body by indentation alone, for aligning two versions.

It reads what no parser of this Python takes (another version's syntax, a broken file) and costs little. What a gap
belongs to is said by `regions`, exactly.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from covbot.core.source import normalization

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = re.compile(r"\n( *+)(?=[@adc])(?:(@)|(?:async +)?(def|class) +(\w+))")

_NO_SPACE = {ord(" "): None}


@define(kw_only=True)
class Segment:
    """One function with its decorators and all in it, or the lines of a class or module outside its functions.

    `lines` are indices (from 0) into the text's lines, ascending; the first `heading` of them are decorators and `def`.
    """

    name: str
    kind: str  # module, class or def
    lines: list[int] = Factory(list)
    heading: int = 0

    @property
    def leaf(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


@frozen(kw_only=True)
class SegmentedText:
    """A text as the aligner sees it: its lines without any whitespace, and its segments, the module's body first."""

    lines: Sequence[str]
    segments: Sequence[Segment]


def split_segments(plain: str) -> SegmentedText:
    """Cut a plain text into segments; never fails."""
    cut = _Cut(text=normalization.blank_strings(plain))
    for head in _HEAD.finditer(cut.text):
        cut.meet(head)
    cut.fill(len(cut.text))
    return SegmentedText(
        lines=normalization.strip_tool_comments(plain).translate(_NO_SPACE).split("\n")[1:], segments=cut.found
    )


@define(kw_only=True)
class _Cut:
    """The segments so far, of all lines before `line`, which begins at `offset`; the open ones with their indent."""

    text: str
    found: list[Segment] = Factory(lambda: [Segment(name="", kind="module")])
    open: list[tuple[int, Segment]] = Factory(lambda self: [(-1, self.found[0])], takes_self=True)
    offset: int = 0
    line: int = 0
    decorator: re.Match[str] | None = None

    def meet(self, head: re.Match[str]) -> None:
        """Take the lines up to a decorator, `def` or `class`, and open what it starts, unless a function holds it."""
        if self.decorator and not self._decorates(self.decorator, head):
            self.decorator = None
        if head[2]:
            self.decorator = self.decorator or head
            return
        start = self.decorator or head
        self.decorator = None
        self.fill(start.start())
        self._close(len(head[1]))
        if self.open[-1][1].kind != "def":
            self._open(head)

    def _decorates(self, decorator: re.Match[str], head: re.Match[str]) -> bool:
        """Whether nothing but the rest of decorators lies between."""
        indent = len(decorator[1])
        between = _left_of(indent).search(self.text, decorator.end(), head.start())
        return len(head[1]) == indent and (between is None or between[2] == "@")

    def _open(self, head: re.Match[str]) -> None:
        outer = self.open[-1][1].name
        end = self.text.find("\n", head.end())
        segment = Segment(name=f"{outer}.{head[4]}" if outer else head[4], kind=head[3])
        self.found.append(segment)
        self.open.append((len(head[1]), segment))
        self._give(end if end >= 0 else len(self.text))
        segment.heading = len(segment.lines)

    def _close(self, indent: int) -> None:
        while self.open[-1][0] >= indent:
            self.open.pop()

    def fill(self, end: int) -> None:
        """Give the lines up to an offset to what is open, closing what a line further to the left ends."""
        while self.open[-1][0] >= 0 and (left := _left_of(self.open[-1][0]).search(self.text, self.offset, end)):
            self._give(left.start())
            self._close(len(left[1]))
        self._give(end)

    def _give(self, end: int) -> None:
        first, self.line = self.line, self.line + self.text.count("\n", self.offset, end)
        self.open[-1][1].lines.extend(range(first, self.line))
        self.offset = end


@functools.cache
def _left_of(indent: int) -> re.Pattern[str]:
    """Finds code that stands at most so far to the right, unless it goes on with what stands before."""
    return re.compile(rf"\n( {{0,{indent}}}+)([^\s#)\]}}\"'])")
