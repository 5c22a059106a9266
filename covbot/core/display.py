"""Text made safe to show, and numbers with their nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_NAME = 300
"""Characters of a name that a message shows at most."""

MOST_PATHS = 3
"""Files that a sentence names; the others it counts."""


def escape(text: str) -> str:
    r"""The text with all that does not print (control characters, bidi marks, lone surrogates) spelled as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def shorten(text: str, room: int = LONGEST_NAME) -> str:
    """The escaped text in at most `room` characters: of a longer one its end, which tells more than its beginning."""
    whole = escape(text[-room:])
    return whole if len(whole) <= room and len(text) <= room else f"...{whole[3 - room :]}"


def format_count(number: int, noun: str) -> str:
    """A number and its noun: `1 statement`, `1,873 statements`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def name_paths(paths: Collection[str]) -> str:
    """A few of the paths by name, and how many more there are."""
    named = [shorten(path) for path in sorted(paths)[:MOST_PATHS]]
    return ", ".join(named) + (f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else "")
