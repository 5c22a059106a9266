"""The pages of Launchpad: a description as HTML, and what a browser shows of it: leading blanks stay, others fold."""

from __future__ import annotations

import html
import re

_LINKS = re.compile(r"\bbug[\s=-]*(?:#|report|number\.?|num\.?|no\.?)?[\s=-]*\d+|\bmailto:\S+", re.IGNORECASE)


def render_text(text: str) -> str:
    """Return a description as a page has it: leading blanks of a line as no-break spaces, and bugs as links."""
    return "<br />\n".join(map(_render_line, text.splitlines()))


def _render_line(line: str) -> str:
    inside = line.lstrip(" ")
    escaped = html.escape(inside, quote=False)
    linked = _LINKS.sub(lambda found: f'<a href="/">{found[0]}</a>', escaped)
    return "&nbsp;" * (len(line) - len(inside)) + linked


def read_page(page: str) -> str:
    """Return what a browser shows of a page: runs of white space folded, no-break spaces as blanks."""
    lines = re.sub(r"<br />\n", "\x00", page).split("\x00")
    folded = (re.sub(r"[ \t\n]+", " ", html.unescape(re.sub(r"<[^>]*>", "", line))) for line in lines)
    return "\n".join(line.replace("\N{NO-BREAK SPACE}", " ") for line in folded)
