"""Joins physical lines into logical ones, so that a statement is compared whole, however it is broken into lines."""

from __future__ import annotations

import itertools
import operator
import re
from typing import TYPE_CHECKING

from attrs import Factory, define

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.linemap.diff import Pairs

_NEEDLESS = re.compile(r",(?=[)\]}])")
_STRING = re.compile(r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|#.*""")
_CLOSING = ")]}"
_LONG_QUOTES = ('"""', "'''")


@define(kw_only=True)
class LogicalLine:
    """A logical line: the parts of its text without needless commas, and where in it each physical line begins."""

    parts: list[str] = Factory(list)
    starts: list[tuple[int, int]] = Factory(list)
    length: int = 0

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.parts)

    def add(self, index: int, line: str) -> None:
        """Go on with a physical line, given by its index and its text."""
        if self.parts and line[0] in _CLOSING and self.parts[-1].endswith(","):
            self.parts[-1] = self.parts[-1][:-1]
            self.length -= 1
        part = line.removesuffix("\\")
        self.parts.append(_NEEDLESS.sub("", part) if ",)" in part or ",]" in part or ",}" in part else part)
        self.starts.append((self.length, index))
        self.length += len(self.parts[-1])

    def pair(self, after: LogicalLine) -> Pairs:
        """The physical lines that begin at the same place of the same text."""
        if len(self.starts) == len(after.starts) == 1:
            return [(self.starts[0][1], after.starts[0][1])]
        places = dict(reversed(after.starts))
        mine = dict(reversed(self.starts))
        return [(index, places[offset]) for offset, index in mine.items() if offset in places]


def join_lines(lines: Sequence[str]) -> list[LogicalLine]:
    """Join lines without whitespace until all brackets and long strings are closed; blank lines are left out.

    A bracket that is misread joins too much, which is then different text, or the same on both sides.
    """
    found: list[LogicalLine] = []
    depth, quote, goes_on = 0, "", False
    for index, line in enumerate(lines):
        if not line:
            continue
        if not goes_on:
            found.append(LogicalLine())
            depth = 0
        found[-1].add(index, line)
        if quote or '"""' in line or "'''" in line:
            quote = _quote(line, quote)
        if not quote:
            depth += _depth(line)
        goes_on = bool(quote) or depth > 0 or line.endswith("\\")
    return found


def count_common_start(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines two texts have in common at their start, up to the end of a statement."""
    count = _count_common(before, after)
    text = "".join(before[:count])
    open_now = _balance(text), sum(map(text.count, _LONG_QUOTES)) % 2
    while count and (any(open_now) or before[count - 1].endswith("\\")):
        count -= 1
        open_now = _less(open_now, before[count])
    return count


def count_common_end(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines two texts have in common at their end, from the start of a statement on."""
    count = _count_common(before[::-1], after[::-1])
    text = "".join(before[len(before) - count :])
    open_now = _balance(text), sum(map(text.count, _LONG_QUOTES)) % 2
    while count and (any(open_now) or _goes_on(before, count) or _goes_on(after, count)):
        open_now = _less(open_now, before[len(before) - count])
        count -= 1
    return count


def _goes_on(lines: Sequence[str], count: int) -> bool:
    return count < len(lines) and lines[len(lines) - count - 1].endswith("\\")


def _count_common(before: Sequence[str], after: Sequence[str]) -> int:
    different = itertools.compress(itertools.count(), map(operator.ne, before, after))
    return next(different, min(len(before), len(after)))


def _less(open_now: tuple[int, int], line: str) -> tuple[int, int]:
    """How many brackets, and whether a long quote, are open without a line."""
    return open_now[0] - _balance(line), (open_now[1] + sum(map(line.count, _LONG_QUOTES))) % 2


def _quote(line: str, quote: str) -> str:
    """The long quote that is open after a line, given the one before it."""
    for one in [quote] if quote else _LONG_QUOTES:
        if one in line and line.count(one) % 2:
            return "" if quote else one
    return quote


def _depth(line: str) -> int:
    """How many more brackets a line opens than it closes."""
    depth = _balance(line)
    return _balance(_STRING.sub("", line)) if depth and ('"' in line or "'" in line or "#" in line) else depth


def _balance(line: str) -> int:
    return line.count("(") - line.count(")") + line.count("[") - line.count("]") + line.count("{") - line.count("}")
