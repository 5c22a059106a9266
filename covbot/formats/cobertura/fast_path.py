"""The usual lines of a report, counted and replaced before expat reads the rest: they are most of it, and all alike.

One empty element, the placeholder, and as many line feeds replace all lines in a `<lines>`. Where no element is
allowed, expat rejects the placeholder as it would reject the lines; in a comment it is ignored, as they would be.
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

LONGEST_LINES: Final = 2**19
"""The most bytes that are kept back until their `</lines>` is read."""

MOST_PLACEHOLDERS: Final = 2**16
"""The most placeholders that are pending; only those in comments and similar places are never requested."""

_BEGIN: Final = b"<lines>"
_END: Final = b"</lines>"
_USUAL: Final = re.compile(
    rb'(?>[ \t\n]*<line number="[1-9][0-9]{0,8}+" hits="[0-9]{1,18}+"'
    rb'(?:/>| branch="true" condition-coverage="[0-9]{1,9}+% \([0-9]{1,9}+/[0-9]{1,9}+\)"'
    rb'(?:/>| missing-branches="[a-z0-9,]{1,99}+"/>)))++[ \t\n]*'
)

_shared: Final[WeakValueDictionary[bytes, FileCoverage]] = WeakValueDictionary()
"""Digest of the text of lines -> their coverage, while a report keeps it: two compared reports share most of them."""


def _new_secret() -> str:
    return os.urandom(16).hex()


@define(kw_only=True)
class Placeholders:
    """The coverage of replaced lines that was not requested yet, by its placeholder tag, which no writer can guess."""

    _pending: dict[str, FileCoverage] = field(factory=dict)
    _secret: str = field(factory=_new_secret)
    _number: int = 0

    def replace_lines(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the UTF-8 text of a report with placeholders instead of usual lines, in other blocks."""
        unfinished = b""
        for block in blocks:
            text = unfinished + block
            end = text.rfind(_END) if len(text) <= LONGEST_LINES else len(text)
            unfinished = text[max(end, 0) :]
            if end > 0:
                yield self._replace_in_text(text[:end])
        if unfinished:
            yield self._replace_in_text(unfinished)

    def pop(self, tag: str) -> FileCoverage | None:
        """Return and forget the coverage of the lines that a tag replaces; None if the tag is no placeholder."""
        return self._pending.pop(tag, None)

    def _replace_in_text(self, text: bytes) -> bytes:
        first, *others = text.split(_BEGIN)
        return _BEGIN.join([first, *map(self._replace_part, others)])

    def _replace_part(self, part: bytes) -> bytes:
        lines, end, rest = part.partition(_END)
        found = _count_usual_lines(lines) if len(self._pending) < MOST_PLACEHOLDERS else None
        if found is None:
            return part
        self._number += 1
        tag = f'<line stretch="{self._secret}-{self._number}"/>'
        self._pending[tag] = found
        return b"".join([tag.encode(), b"\n" * lines.count(b"\n"), end, rest])


def _count_usual_lines(lines: bytes) -> FileCoverage | None:
    """Return the coverage of usual lines; None if the text is anything else."""
    key = hashlib.sha256(lines).digest()
    found = _shared.get(key)
    if found is None and _USUAL.fullmatch(lines) and (found := line_elements.count_lines(lines.decode())):
        _shared[key] = found
    return found
