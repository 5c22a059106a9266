"""A source text as Python counts its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

_LONG_QUOTES = re.compile(r"\"\"\""), re.compile(r"\'\'\'")  # apart, each is found ten times as fast
_SHORT_STRING = re.compile(r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'""")
_MAY_HIDE = re.compile("[\"'#]")

_REMARK = re.compile(r"#\s*(?:pragma|noqa|nosec|type:\s*ignore)\b[^\n\"']*$", re.MULTILINE)

Span: TypeAlias = tuple[int, int]
"""Start and end of a part of a text; the end is not part of it."""

QUOTE_LENGTH = 3
"""Characters of a long quote."""

LONGEST_PREFIX = 1000
"""Characters before a quote that are looked at, for it to be one."""


def normalize_text(text: str) -> str:
    r"""Begin every line by `\n`, whatever ended it (`\n`, `\r\n`, `\r`), and spell out tabs.

    A form feed ends no line for Python; it is left out.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" in text:
        text = text.replace("\f", "")
    text = text.removesuffix("\n")
    return "\n" + (text.expandtabs() if "\t" in text else text) if text else ""


def strip_tool_comments(text: str) -> str:
    """Leave out what is said to tools at the end of a line (`# pragma: no cover`, `# noqa`): it is not code."""
    return _REMARK.sub("", text) if "#" in text else text


def find_strings(text: str) -> list[Span]:
    """Where strings over several lines, or with long quotes, stand in a text, without the quotes that open them."""
    found: list[Span] = []
    place = done = 0
    for start in _quotes(text):
        if start < place:
            continue
        before = text[max(text.rfind("\n", done, start), done, start - LONGEST_PREFIX) : start].strip()
        if before and (sign := _hiding(before)):
            place = text.find("\n", start) if sign == "#" else start + QUOTE_LENGTH
            if place < 0:
                break
        else:
            place = done = _closing(text, start)
            found.append((start + QUOTE_LENGTH, done))
    return found


def blank_strings(text: str) -> str:
    """Blank out what stands in strings over several lines, so that none of it looks like code; the lines stay."""
    return _replace_strings(text, lambda start, end: "\n" * text.count("\n", start, end))


def mask_strings(text: str) -> str:
    """Put spaces in the place of what stands in strings over several lines: every offset stays, though no line does."""
    return _replace_strings(text, lambda start, end: " " * (end - start))


def _replace_strings(text: str, spell: Callable[[int, int], str]) -> str:
    kept: list[str] = []
    done = 0
    for start, end in find_strings(text):
        kept += [text[done:start], spell(start, end)]
        done = end
    return "".join([*kept, text[done:]])


def _hiding(before: str) -> str:
    """The sign by which what stands before a long quote on its line makes it part of a comment or a short string."""
    rest = _SHORT_STRING.sub("", before) if _MAY_HIDE.search(before) else ""
    return "#" if "#" in rest else "".join(_MAY_HIDE.findall(rest))


def _quotes(text: str) -> list[int]:
    """Where long quotes of either kind stand, be they strings' or not."""
    usual, other = ([quote.start() for quote in pattern.finditer(text)] for pattern in _LONG_QUOTES)
    return sorted(usual + other) if other else usual


def _closing(text: str, start: int) -> int:
    """The end of the string that opens there, behind its quote; of the text, if it never ends."""
    quote = text[start : start + QUOTE_LENGTH]
    place = text.find(quote, start + QUOTE_LENGTH)
    while place > 0 and text[place - 1] == "\\" and _is_escaped(text, place):
        place = text.find(quote, place + 1)
    return place + QUOTE_LENGTH if place > 0 else len(text)


def _is_escaped(text: str, place: int) -> bool:
    start = place
    while text[start - 1] == "\\":
        start -= 1
    return (place - start) % 2 == 1
