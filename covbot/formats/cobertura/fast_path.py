"""Usual lines of a report, taken out and counted before expat reads the rest: they are most of it, and all alike.

In the place of all lines in a `<lines>` comes one empty element and as many line feeds. Where no element may stand,
expat refuses it as it would refuse them; in a comment it passes unseen, as they would.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from attrs import define, field

from covbot.formats.cobertura import line_elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from covbot.core.coverage import FileCoverage

LONGEST: Final = 2**19
"""The most bytes that wait for their `</lines>`."""

MOST: Final = 2**16
"""The most stretches that wait to be asked for; only what stands in comments and the like never is."""

_BEGIN: Final = b"<lines>"
_END: Final = b"</lines>"
_USUAL: Final = re.compile(
    rb'(?>[ \t\n]*<line number="[1-9][0-9]{0,8}+" hits="[0-9]{1,18}+"'
    rb'(?:/>| branch="true" condition-coverage="[0-9]{1,9}+% \([0-9]{1,9}+/[0-9]{1,9}+\)"'
    rb'(?:/>| missing-branches="[a-z0-9,]{1,99}+"/>)))++[ \t\n]*'
)

_known: Final[WeakValueDictionary[bytes, FileCoverage]] = WeakValueDictionary()
"""By the digest of their text, the stretches of reports that are still held: two that are compared share most."""


def _new_secret() -> str:
    return os.urandom(16).hex()


@define(kw_only=True)
class Stretches:
    """The stretches taken out and not yet asked for, by the tag in their place, which no writer can foresee."""

    _waiting: dict[str, FileCoverage] = field(factory=dict)
    _secret: str = field(factory=_new_secret)
    _number: int = 0

    def take_out(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The UTF-8 text of a report without its stretches, in other blocks."""
        held = b""
        for block in blocks:
            text = held + block
            end = text.rfind(_END) if len(text) <= LONGEST else len(text)
            held = text[max(end, 0) :]
            if end > 0:
                yield self._shorten(text[:end])
        if held:
            yield self._shorten(held)

    def pop(self, tag: str) -> FileCoverage | None:
        """What stood in the place of a tag; None if the tag stands for itself."""
        return self._waiting.pop(tag, None)

    def _shorten(self, text: bytes) -> bytes:
        first, *others = text.split(_BEGIN)
        return _BEGIN.join([first, *map(self._replace, others)])

    def _replace(self, part: bytes) -> bytes:
        lines, end, rest = part.partition(_END)
        found = _count(lines) if len(self._waiting) < MOST else None
        if found is None:
            return part
        self._number += 1
        tag = f'<line stretch="{self._secret}-{self._number}"/>'
        self._waiting[tag] = found
        return b"".join([tag.encode(), b"\n" * lines.count(b"\n"), end, rest])


def _count(lines: bytes) -> FileCoverage | None:
    """What usual lines come to; None if they are not."""
    key = hashlib.sha256(lines).digest()
    found = _known.get(key)
    if found is None and _USUAL.fullmatch(lines) and (found := line_elements.count_lines(lines.decode())):
        _known[key] = found
    return found
