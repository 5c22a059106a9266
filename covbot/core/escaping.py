"""Text from outside, made harmless where it is shown."""

from __future__ import annotations

ROOM = 300
"""Characters of a name that a message shows at most."""


def escape(text: str) -> str:
    r"""The text with all that does not print (control characters, bidi marks, lone surrogates) spelled as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def shorten(text: str, room: int = ROOM) -> str:
    """The escaped text in at most `room` characters: of a longer one its end, which tells more than its beginning."""
    whole = escape(text[-room:])
    return whole if len(whole) <= room and len(text) <= room else f"...{whole[3 - room :]}"
