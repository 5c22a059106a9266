"""The line of a bug's text by which a lost ledger is rebuilt: where the task was, and whether covbot wrote the text."""

from __future__ import annotations

import hashlib
import json
import re

from attrs import frozen

from covbot.core import lines
from covbot.core.bugs import limits
from covbot.core.lines import Lines

LONGEST_LINE = 4_000
"""Characters of the line at most; a task that needs more goes without its regions, or without the line."""

_START = "covbot task: "
LONGEST_BLOCK = LONGEST_LINE + len(_START) + 2
"""Characters that a mark and the lines before it take at most."""

_LINE = re.compile(rf"^{_START}(\{{.*\}})[ \t]*$", re.MULTILINE)
_SPANS = re.compile(r"(\d{1,9}(-\d{1,9})?(, ?\d{1,9}(-\d{1,9})?)*)?")
_MOST = 1_000_000


@frozen(kw_only=True)
class Marker:
    """Where a task was when its text was written: its path, regions and missing lines at a revision, if that is known.

    `untouched` tells whether the text before the line is what covbot wrote.
    """

    path: str
    regions: tuple[str, ...]
    lines: Lines
    revision: str | None = None
    untouched: bool = True


def add_marker(body: str, mark: Marker) -> str:
    """The body, with the line of its mark below it; the body alone if the line would be too long."""
    words: dict[str, object] = {"path": mark.path, "lines": lines.format_ranges(mark.lines).replace(" ", "")}
    words |= {"sum": _sum(body)} | ({"at": mark.revision} if mark.revision else {})
    for regions in (mark.regions, ()):
        # Without blanks and double slashes no name in it can look like what a tracker makes a link of.
        line = json.dumps(words | {"regions": regions}, separators=(",", ":"))
        line = line.replace(" ", r"\u0020").replace("//", r"/\u002f")
        if len(line) <= LONGEST_LINE:
            return f"{body}\n\n{_START}{line}"
    return body


def parse_marker(description: str) -> Marker | None:
    """The last mark in a description, None without one that can be read."""
    found = list(_LINE.finditer(limits.fit_description(description)))
    if not found:
        return None
    try:
        words = json.loads(found[-1][1])
        return Marker(
            path=_text(words["path"]),
            regions=tuple(map(_text, words["regions"])),
            lines=_lines(words["lines"]),
            revision=_text(words["at"]) if "at" in words else None,
            untouched=words["sum"] == _sum(limits.fit_description(description)[: found[-1].start()]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _sum(body: str) -> str:
    return hashlib.sha256(limits.fit_description(body).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _lines(value: object) -> Lines:
    text = _text(value)
    if not _SPANS.fullmatch(text):
        raise ValueError(text)
    spans = (span.partition("-") for span in text.replace(" ", "").split(",") if span)
    numbers = [range(int(low), int(high or low) + 1) for low, _, high in spans]
    if sum(map(len, numbers)) > _MOST:
        raise ValueError(text)
    return Lines.of(number for run in numbers for number in run)
