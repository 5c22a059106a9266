"""A source text as Python counts its lines."""

from __future__ import annotations

import re
from typing import TypeAlias

_LONG_QUOTE = re.compile(r"\"\"\"|\'\'\'")
_USUAL_QUOTE = re.compile(r"\"\"\"")  # alone it is found ten times as fast
_SHORT_STRING = re.compile(r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'""")
_MAY_HIDE = re.compile("[\"'#]")

_REMARK = re.compile(r"#\s*(?:pragma|noqa|nosec|type:\s*ignore)\b[^\n\"']*$", re.MULTILINE)

Span: TypeAlias = tuple[int, int]
"""Start and end of a part of a text; the end is not part of it."""

FAR = 1000
"""Characters before a quote that are looked at, for it to be one."""


def plain(text: str) -> str:
    r"""Begin every line by `\n`, whatever ended it (`\n`, `\r\n`, `\r`), and spell out tabs.

    A form feed ends no line for Python; it is left out.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\f" in text:
        text = text.replace("\f", "")
    text = text.removesuffix("\n")
    return "\n" + (text.expandtabs() if "\t" in text else text) if text else ""


def without_remarks(text: str) -> str:
    """Leave out what is said to tools at the end of a line (`# pragma: no cover`, `# noqa`): it is not code."""
    return _REMARK.sub("", text) if "#" in text else text


def strings(text: str) -> list[Span]:
    """Where strings over several lines, or with long quotes, stand in a text, without the quotes that open them."""
    quote = _LONG_QUOTE if "'''" in text else _USUAL_QUOTE
    found: list[Span] = []
    done = 0
    while opening := _opening(text, done, quote):
        done = _closing(text, opening)
        found.append((opening.end(), done))
    return found


def without_strings(text: str) -> str:
    """Blank out what stands in strings over several lines, so that none of it looks like code; the lines stay."""
    kept: list[str] = []
    done = 0
    for start, end in strings(text):
        kept += [text[done:start], "\n" * text.count("\n", start, end)]
        done = end
    return "".join([*kept, text[done:]])


def _opening(text: str, start: int, quote: re.Pattern[str]) -> re.Match[str] | None:
    """The next long quote that is not part of a comment or of a short string."""
    place = start
    while found := quote.search(text, place):
        line = text.rfind("\n", start, found.start())
        before = text[max(line, start, found.start() - FAR) : found.start()]
        rest = _SHORT_STRING.sub("", before) if _MAY_HIDE.search(before) else ""
        if not _MAY_HIDE.search(rest):
            return found
        place = text.find("\n", found.end()) if "#" in rest else found.end()
        if place < 0:
            break
    return None


def _closing(text: str, opening: re.Match[str]) -> int:
    """The end of the string, behind its quote; of the text, if it never ends."""
    place = text.find(opening[0], opening.end())
    while place > 0 and _is_escaped(text, place):
        place = text.find(opening[0], place + 1)
    return place + len(opening[0]) if place > 0 else len(text)


def _is_escaped(text: str, place: int) -> bool:
    start = place
    while text[start - 1] == "\\":
        start -= 1
    return (place - start) % 2 == 1
