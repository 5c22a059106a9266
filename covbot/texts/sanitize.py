"""Makes untrusted text safe to show: on one line, of bounded length, and free of markup, links and footers."""

from __future__ import annotations

import re
import textwrap

from covbot.core import display

LINE_WIDTH = 100
"""The greatest number of columns of a line of running text, if its words allow it."""

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
"""The blank that no page joins with the next one."""

_BLANKS = re.compile(" {2,}")

_LINK = re.compile(
    r"""
    (?<=\bbug)(?=[\s=-]*(?:(?:report|number|num|no)\.?)?[\s=\#-]*[0-9]).        # bug 1, bug-1, bug no. 1, bug1
    | (?<=\bfaq)(?=[\s=-]*(?:(?:item|number))?[\s=\#-]*[0-9]).                  # faq 1, faq1
    | \#(?=[0-9])                                                               # Closes: #1
    | (?<=\blp):                                                                # LP: 1, lp:branch
    | (?<=\bmailto):                                                           # mailto:somebody
    | :(?=//)                                                                   # an address
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""The patterns that a tracker would turn into a link, each at the character that is shown escaped instead."""

_FOOTER = re.compile(r"(?<=covbot:)[ \t]+(?=\S*/[0-9a-f]{8,16}/[0-9])")
"""The space in a text that could be read as a footer."""


def clean_name(text: str, limit: int = 300) -> str:
    """Return an untrusted name on one line: what would be more than text is escaped; of a long one the end is shown."""
    kept = text[-limit:]
    return _format_omission(len(text) - len(kept)) + _LINK.sub(
        _escape_match, _FOOTER.sub(_escape_match, display.escape(kept))
    )


def _format_omission(count: int) -> str:
    return f"[{count:,} characters]..." if count else ""


def _escape_match(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0][0]):02x}{found[0][1:]}"


def keep_blanks(gutter: str, text: str) -> str:
    """Return a row of source behind its gutter, with no-break spaces where a page would join or drop blanks."""
    inside = text.lstrip(" ")
    indent = len(text) - len(inside)
    kept = _BLANKS.sub(lambda found: NO_BREAK_SPACE * len(found[0]), inside)
    return (gutter.replace(" ", NO_BREAK_SPACE) + NO_BREAK_SPACE * indent + kept).rstrip()


def _escape_row(row: str) -> str:
    return NO_BREAK_SPACE.join(map(display.escape, row.split(NO_BREAK_SPACE)))


def clip_line(text: str, limit: int) -> str:
    """Return the beginning of a line that is too long, with a mark of the cut."""
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def clean_text(text: str, limit: int) -> str:
    """Return a rendered text in the form in which a tracker returns it: without a footer, and of bounded length."""
    rows = [_escape_row(row.expandtabs()).rstrip() for row in re.split(r"\r\n|\r|\n", text)]
    clean = re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n")
    wrapped = "\n".join(map(_wrap_row, clean[: 2 * limit].split("\n")))
    return _cut_text(_FOOTER.sub(_escape_match, wrapped), limit, beyond=len(clean[2 * limit :]))


def _wrap_row(row: str) -> str:
    """Return a row of running text as several rows of its indent; one that is indented by four or more is unchanged."""
    if len(row) <= LINE_WIDTH or row.startswith("    "):
        return row
    indent = row[: len(row) - len(row.lstrip())]
    rows = textwrap.wrap(row, LINE_WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(rows)


def _cut_text(text: str, limit: int, beyond: int) -> str:
    """Return the beginning of a text that is too long, and how much is left out, including `beyond` characters."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 60]
    kept = kept[: kept.rfind("\n")] if "\n" in kept else kept
    return f"{kept.rstrip()}\n[{len(text) - len(kept) + beyond:,} more characters are left out]"
