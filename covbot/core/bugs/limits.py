"""Titles and descriptions as a tracker stores them, so that a text that was sent and one read back can be compared."""

from __future__ import annotations

import re

TITLE_LIMIT = 200
"""The most code points in a title."""

DESCRIPTION_LIMIT = 50_000
"""The most code points in a description."""

_UNSTORABLE = re.compile("\x00")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?")
_ELLIPSIS = "…"


def fit_title(text: str) -> str:
    """Return the text as one line of at most `TITLE_LIMIT` code points.

    It has no NUL, no surrogates, no line ends and no blanks around it.
    """
    line = re.sub(r"[\r\n]+", " ", _remove_unstorable(text)).strip()
    return line if len(line) <= TITLE_LIMIT else line[: TITLE_LIMIT - 1].rstrip() + _ELLIPSIS


def fit_description(text: str) -> str:
    """Return the text with at most `DESCRIPTION_LIMIT` code points.

    It has no NUL, no surrogates, LF as line end and no blanks at its end. A text that is too long loses its middle, so
    that the last line, which is the footer, is always complete.
    """
    lines = _LINE_ENDS.sub("\n", _remove_unstorable(text)).rstrip()
    if len(lines) <= DESCRIPTION_LIMIT:
        return lines
    tail = "\n" + _ELLIPSIS + "\n\n" + lines.rpartition("\n")[2][-TITLE_LIMIT:]
    return lines[: DESCRIPTION_LIMIT - len(tail)] + tail


def _remove_unstorable(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _UNSTORABLE.sub("", text))
