"""Logical lines, joined from physical lines so that a statement is compared whole, however it is broken into lines."""

from __future__ import annotations

import itertools
import operator
import re
from typing import TYPE_CHECKING

from attrs import Factory, define

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.linemap.diff import Pairs

_NEEDLESS_COMMA = re.compile(r",(?=[)\]}])")
_STRING_OR_COMMENT = re.compile(r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|#.*""")
_CLOSING_BRACKETS = ")]}"
_LONG_QUOTES = ('"""', "'''")


@define(kw_only=True)
class LogicalLine:
    """A logical line: the parts of its text without trailing commas in brackets, and its physical lines.

    `starts` holds the offset in the text, and the index, of each physical line; `length` is that of the text.
    """

    parts: list[str] = Factory(list)
    starts: list[tuple[int, int]] = Factory(list)
    length: int = 0

    @property
    def text(self) -> str:
        """The text of all parts."""
        return "".join(self.parts)

    def add(self, index: int, line: str) -> None:
        """Append a physical line, given by its index and its text."""
        if self.parts and line[0] in _CLOSING_BRACKETS and self.parts[-1].endswith(","):
            self.parts[-1] = self.parts[-1][:-1]
            self.length -= 1
        part = line.removesuffix("\\")
        self.parts.append(_NEEDLESS_COMMA.sub("", part) if ",)" in part or ",]" in part or ",}" in part else part)
        self.starts.append((self.length, index))
        self.length += len(self.parts[-1])

    def pair(self, after: LogicalLine) -> Pairs:
        """Return the pairs of physical lines that begin at the same offset of the same text."""
        if len(self.starts) == len(after.starts) == 1:
            return [(self.starts[0][1], after.starts[0][1])]
        indices = dict(reversed(after.starts))
        own = dict(reversed(self.starts))
        return [(index, indices[offset]) for offset, index in own.items() if offset in indices]


def join_lines(lines: Sequence[str]) -> list[LogicalLine]:
    """Return the logical lines of lines without whitespace. Each ends where all brackets and long strings are closed.

    Blank lines are left out. A misread bracket joins too many lines, which then differ or are the same on both sides.
    """
    found: list[LogicalLine] = []
    depth, quote, continues = 0, "", False
    for index, line in enumerate(lines):
        if not line:
            continue
        if not continues:
            found.append(LogicalLine())
            depth = 0
        found[-1].add(index, line)
        if quote or '"""' in line or "'''" in line:
            quote = _find_open_quote(line, quote)
        if not quote:
            depth += _count_open_brackets(line)
        continues = bool(quote) or depth > 0 or line.endswith("\\")
    return found


def count_common_start(before: Sequence[str], after: Sequence[str]) -> int:
    """Return the number of lines that two texts have in common at their start, up to the end of a statement."""
    count = _count_common(before, after)
    text = "".join(before[:count])
    open_now = _measure_balance(text), sum(map(text.count, _LONG_QUOTES)) % 2
    while count and (any(open_now) or before[count - 1].endswith("\\")):
        count -= 1
        open_now = _subtract_line(open_now, before[count])
    return count


def count_common_end(before: Sequence[str], after: Sequence[str]) -> int:
    """Return the number of lines that two texts have in common at their end, from the start of a statement on."""
    count = _count_common(before[::-1], after[::-1])
    text = "".join(before[len(before) - count :])
    open_now = _measure_balance(text), sum(map(text.count, _LONG_QUOTES)) % 2
    while count and (any(open_now) or _continues_line_before(before, count) or _continues_line_before(after, count)):
        open_now = _subtract_line(open_now, before[len(before) - count])
        count -= 1
    return count


def _continues_line_before(lines: Sequence[str], count: int) -> bool:
    """Whether the last `count` lines continue the line before them."""
    return count < len(lines) and lines[len(lines) - count - 1].endswith("\\")


def _count_common(before: Sequence[str], after: Sequence[str]) -> int:
    different = itertools.compress(itertools.count(), map(operator.ne, before, after))
    return next(different, min(len(before), len(after)))


def _subtract_line(open_now: tuple[int, int], line: str) -> tuple[int, int]:
    """Return the number of open brackets, and whether a long quote is open, when a line is left out."""
    return open_now[0] - _measure_balance(line), (open_now[1] + sum(map(line.count, _LONG_QUOTES))) % 2


def _find_open_quote(line: str, quote: str) -> str:
    """Return the long quote that is open after a line, given the one that is open before it; empty if none is."""
    for one in [quote] if quote else _LONG_QUOTES:
        if one in line and line.count(one) % 2:
            return "" if quote else one
    return quote


def _count_open_brackets(line: str) -> int:
    """Return how many more brackets a line opens than it closes, outside of strings and comments."""
    depth = _measure_balance(line)
    return (
        _measure_balance(_STRING_OR_COMMENT.sub("", line))
        if depth and ('"' in line or "'" in line or "#" in line)
        else depth
    )


def _measure_balance(line: str) -> int:
    return line.count("(") - line.count(")") + line.count("[") - line.count("]") + line.count("{") - line.count("}")
