"""Read JSON as a stream: the members of an object one after another, with only one of them in memory."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final, NoReturn

from attrs import define, field

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_VALUE: Final = 2**24
"""The most characters of one value that is read whole."""

MOST_KEYS: Final = 2**18
"""The most keys of an object that is read one member after another."""

_LONGEST_INTEGER: Final = 16
"""The most characters of an integer that is parsed; no number in a valid report has more."""

_SPACE: Final = " \t\r\n"
_AFTER: Final = frozenset(_SPACE + ",:}")


@define
class JsonStream:
    """A JSON text from which values are read: the buffered part, the position in it, and the length consumed before."""

    blocks: Iterator[str]
    buffer: str = ""
    position: int = 0
    consumed: int = 0
    decoder: json.JSONDecoder = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._build_object, parse_int=_parse_integer, parse_constant=self._raise_constant_error
        )

    def read_keys(self) -> Iterator[str]:
        """Yield the keys of the object that begins here.

        The value of each key must be read before the next key is requested. Raise BadReport if a key is
        repeated, if there are more than `MOST_KEYS` of them, or if it is no object.
        """
        seen: set[str] = set()
        self._expect("{")
        if self._peek() != "}":
            yield self._read_key(seen)
            while self._peek() == ",":
                self.position += 1
                yield self._read_key(seen)
        self._expect("}")

    def begins(self, character: str) -> bool:
        """Whether the next value begins with a character: `{` for an object."""
        return self._peek() == character

    def read_value(self) -> object:
        """Return the whole value that begins here, with None for overlong integers.

        Raise BadReport if it is invalid.
        """
        self._peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.buffer, self.position)
            except RecursionError:
                self._raise_error("it is nested too deep")
            except json.JSONDecodeError as error:
                ahead = error.pos - self.position
                if not self._fill_buffer():
                    self._raise_error(error.msg.removesuffix(" at"), ahead)
            else:
                # A number may continue in the next block.
                if self.buffer[end : end + 1] in _AFTER or not self._fill_buffer():
                    self.position = end
                    return value

    def skip_value(self) -> None:
        """Skip the value that begins here; an object is skipped one member after another."""
        if self._peek() != "{":
            self.read_value()
            return
        for _ in self.read_keys():
            self.read_value()

    def check_end(self) -> None:
        """Raise BadReport if anything follows."""
        if self._peek():
            self._raise_error("something follows its end")

    def _peek(self) -> str:
        """Return the next character that is no white space; empty at the end."""
        while True:
            while self.position < len(self.buffer) and self.buffer[self.position] in _SPACE:
                self.position += 1
            if self.position < len(self.buffer) or not self._fill_buffer():
                return self.buffer[self.position : self.position + 1]

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            self._raise_error(f"{character} is missing")
        self.position += 1

    def _read_key(self, seen: set[str]) -> str:
        key = self.read_value()
        if not isinstance(key, str):
            self._raise_error("a key is no text")
        if key in seen:
            self._raise_duplicate_key(key)
        if len(seen) == MOST_KEYS:
            raise problems.make_error(f"has an object of more than {MOST_KEYS:,} keys, which is the limit")
        seen.add(key)
        self._expect(":")
        return key

    def _fill_buffer(self) -> bool:
        """Buffer more than twice as much of the unread text, so that a long value is not parsed again too often."""
        self.consumed += self.position
        parts, self.position = [self.buffer[self.position :]], 0
        rest = size = len(parts[0])
        if rest > LONGEST_VALUE:
            self._raise_error(f"one value is longer than {LONGEST_VALUE} characters, which is the limit")
        while size <= 2 * rest and (block := next(self.blocks, "")):
            parts.append(block)
            size += len(block)
        self.buffer = "".join(parts)
        return len(parts) > 1

    def _build_object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        built = dict(pairs)
        if len(built) != len(pairs):
            self._raise_duplicate_key(Counter(key for key, _ in pairs).most_common(1)[0][0])
        return built

    def _raise_duplicate_key(self, key: str) -> NoReturn:
        raise problems.make_error(f"holds the key {problems.quote_text(key)} twice in one object")

    def _raise_constant_error(self, text: str) -> NoReturn:
        self._raise_error(f"{text} is no number")

    def _raise_error(self, what: str, ahead: int = 0) -> NoReturn:
        at = self.consumed + self.position + ahead + 1
        raise problems.make_error(f"is broken JSON, or cut off: {what} at character {at}")


def _parse_integer(text: str) -> int | None:
    return int(text) if len(text) <= _LONGEST_INTEGER else None
