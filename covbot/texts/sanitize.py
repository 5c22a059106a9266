"""Text from outside made safe to show: on one line, of bounded length, and no more than text to whoever shows it."""

from __future__ import annotations

import re
import textwrap

from covbot.core import display

WIDTH = 100
"""Columns of a line of running text at most, where its words allow it."""

_LINK = re.compile(
    r"""
    (?<=\bbug)[\s=-](?=[\s=-]*(?:(?:report|number|num|no)\.?)?[\s=\#-]*[0-9])   # bug 1, bug-1, bug no. 1
    | (?<=\bfaq)[\s=-](?=[\s=-]*(?:(?:item|number))?[\s=\#-]*[0-9])             # faq 1
    | \#(?=[0-9])                                                               # Closes: #1
    | (?<=\blp):                                                                # LP: 1, lp:branch
    | :(?=//)                                                                   # an address
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What a tracker would make a link of, each at the character that is shown escaped instead."""

_FOOTER = re.compile(r"(?<=covbot:)[ \t]+(?=\S*/[0-9a-f]{8,16}/[0-9])")
"""The space in what could be read as a footer."""


def name(text: str, room: int = 300) -> str:
    """A name from outside, on one line: what would be more than text is escaped; of a long one the end is shown."""
    kept = text[-room:]
    return _rest(len(text) - len(kept)) + _LINK.sub(_escape, _FOOTER.sub(_escape, display.escape(kept)))


def _rest(count: int) -> str:
    return f"[{count:,} characters]..." if count else ""


def _escape(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0][0]):02x}{found[0][1:]}"


def clip(text: str, room: int) -> str:
    """The beginning of a line that is too long, with a mark of the cut."""
    return text if len(text) <= room else text[: room - 3].rstrip() + "..."


def finish(text: str, room: int) -> str:
    """A whole rendered text as a tracker gives it back: no footer in it, and its length bounded."""
    rows = [display.escape(row.expandtabs()).rstrip() for row in re.split(r"\r\n|\r|\n", text)]
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n")
    wrapped = "\n".join(map(_wrap, clean[: 2 * room].split("\n")))
    return _cut(_FOOTER.sub(_escape, wrapped), room, beyond=len(clean[2 * room :]))


def _wrap(row: str) -> str:
    """A row of running text in several rows of its indent; one that is indented by four or more stays as it is."""
    if len(row) <= WIDTH or row.startswith("    "):
        return row
    indent = row[: len(row) - len(row.lstrip())]
    rows = textwrap.wrap(row, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(rows)


def _cut(text: str, room: int, beyond: int) -> str:
    """The beginning of a text that is too long, and how much of it is left out, with what was left out before."""
    if len(text) <= room:
        return text
    kept = text[: room - 60]
    kept = kept[: kept.rfind("\n")] if "\n" in kept else kept
    return f"{kept.rstrip()}\n[{len(text) - len(kept) + beyond:,} more characters are left out]"
