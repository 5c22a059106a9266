"""Text escaped and shortened for display, and counts with their nouns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST_NAME = 300
"""The maximum length of a name in a message, in characters."""

_SHORT_REVISION = 12
_HEXADECIMAL = frozenset("0123456789abcdef")

MOST_PATHS = 3
"""The number of files that a sentence names; the others are counted."""


def escape(text: str) -> str:
    r"""Return the text with unprintable characters (control characters, bidi marks, lone surrogates) as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def shorten(text: str, room: int = LONGEST_NAME) -> str:
    """Return the escaped text in at most `room` characters. A longer one keeps its end, the more significant part."""
    whole = escape(text[-room:])
    return whole if len(whole) <= room and len(text) <= room else f"...{whole[3 - room :]}"


def format_count(number: int, noun: str) -> str:
    """Return a number and its noun: `1 statement`, `1,873 statements`, `2 branches`."""
    if number == 1:
        return f"{number:,} {noun}"
    return f"{number:,} {noun}{'es' if noun.endswith('ch') else 's'}"


def name_paths(paths: Collection[str]) -> str:
    """Return a few of the paths by name, and the number of the others."""
    named = [shorten(path) for path in sorted(paths)[:MOST_PATHS]]
    return ", ".join(named) + (f" and {len(paths) - MOST_PATHS} more" if len(paths) > MOST_PATHS else "")


def shorten_revision(revision: str | None) -> str:
    """Return the beginning of a revision, as long as people write it; any other name of one is only escaped."""
    if not revision:
        return "revision unknown"
    is_id = len(revision) >= _SHORT_REVISION and not set(revision) - _HEXADECIMAL
    return revision[:_SHORT_REVISION] if is_id else shorten(revision)
