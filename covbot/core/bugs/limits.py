"""Titles and descriptions as a tracker stores them, so that what was sent and what is read back can be compared."""

from __future__ import annotations

import re

TITLE_LIMIT = 200
"""Code points that a title may have."""

DESCRIPTION_LIMIT = 50_000
"""Code points that a description may have."""

_UNSTORABLE = re.compile("\x00")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile(r"\r\n?")
_CUT = "…"


def fit_title(text: str) -> str:
    """One line of at most `TITLE_LIMIT` code points: no NUL, no surrogates, no line ends, no blanks around it."""
    line = re.sub(r"[\r\n]+", " ", _storable(text)).strip()
    return line if len(line) <= TITLE_LIMIT else line[: TITLE_LIMIT - 1].rstrip() + _CUT


def fit_description(text: str) -> str:
    """At most `DESCRIPTION_LIMIT` code points: no NUL, no surrogates, LF as line end, no blanks at its end.

    What is too long loses its middle, so that the last line, which is the footer, always stays whole.
    """
    lines = _LINE_ENDS.sub("\n", _storable(text)).rstrip()
    if len(lines) <= DESCRIPTION_LIMIT:
        return lines
    tail = "\n" + _CUT + "\n\n" + lines.rpartition("\n")[2][-TITLE_LIMIT:]
    return lines[: DESCRIPTION_LIMIT - len(tail)] + tail


def _storable(text: str) -> str:
    return _SURROGATES.sub("\ufffd", _UNSTORABLE.sub("", text))
