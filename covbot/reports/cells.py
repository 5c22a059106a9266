"""Names and lists as one line of harmless text: escaped, bounded, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import display, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 240
MOST_SPANS = 5


def shorten_name(name: str, limit: int = LONGEST_NAME) -> str:
    """Return the name escaped, in at most `limit` characters."""
    return display.shorten(name, limit)


def format_lines(numbers: Iterable[int], most: int = MOST_SPANS) -> str:
    """Return ascending line numbers as `3, 7-9`, and after `most` spans how many more lines there are."""
    given = tuple(numbers)
    spans = lines.format_ranges(given).split(", ")
    if len(spans) <= most:
        return ", ".join(spans)
    last = int(spans[most - 1].split("-")[-1])
    rest = sum(1 for number in given if number > last)
    return f"{', '.join(spans[:most])} and {display.format_count(rest, 'more line')}"
