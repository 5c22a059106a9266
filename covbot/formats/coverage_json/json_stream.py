"""JSON as a stream: the members of an object one after another, of which only one is held at a time."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final, NoReturn

from attrs import define, field

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 2**24
"""The most characters of one value that is read whole."""

MOST: Final = 2**18
"""The most keys of an object that is read one member after another."""

_LONGEST_INTEGER: Final = 16
"""Characters of the longest integers that are told apart; nothing that is counted in a report has more."""

_SPACE: Final = " \t\r\n"
_AFTER: Final = frozenset(_SPACE + ",:}")


@define
class JsonStream:
    """The text from which values are taken: what is held of it, how far that is read, and how much came before."""

    blocks: Iterator[str]
    name: str
    held: str = ""
    place: int = 0
    before: int = 0
    decoder: json.JSONDecoder = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._pair, parse_int=_to_integer, parse_constant=self._refuse_constant
        )

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; the value of each is to be taken before the next is asked for.

        CannotReadReport for a key that comes twice, for more than `MOST` of them, and for all that is no object.
        """
        met: set[str] = set()
        self._take("{")
        if self._peek() != "}":
            yield self._key(met)
            while self._peek() == ",":
                self.place += 1
                yield self._key(met)
        self._take("}")

    def begins(self, sign: str) -> bool:
        """Whether the value that comes next begins with a sign: `{` for an object."""
        return self._peek() == sign

    def value(self) -> object:
        """The whole value that begins here, with None for endless integers; CannotReadReport if it is none."""
        self._peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.held, self.place)
            except RecursionError:
                self._refuse("it is nested too deep")
            except json.JSONDecodeError as error:
                ahead = error.pos - self.place
                if not self._fetch():
                    self._refuse(error.msg.removesuffix(" at"), ahead)
            else:
                if self.held[end : end + 1] in _AFTER or not self._fetch():  # a number may go on in the next block
                    self.place = end
                    return value

    def skip(self) -> None:
        """Read over the value that begins here, of an object one member after another."""
        if self._peek() != "{":
            self.value()
            return
        for _ in self.members():
            self.value()

    def end(self) -> None:
        """CannotReadReport unless nothing follows."""
        if self._peek():
            self._refuse("something follows its end")

    def _peek(self) -> str:
        """The next sign that is no space; empty at the end."""
        while True:
            while self.place < len(self.held) and self.held[self.place] in _SPACE:
                self.place += 1
            if self.place < len(self.held) or not self._fetch():
                return self.held[self.place : self.place + 1]

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            self._refuse(f"{sign} is missing")
        self.place += 1

    def _key(self, met: set[str]) -> str:
        key = self.value()
        if not isinstance(key, str):
            self._refuse("a key is no text")
        if key in met:
            self._refuse_twice(key)
        if len(met) == MOST:
            raise problems.make_error(self.name, f"has an object of more than {MOST:,} keys, which is the limit")
        met.add(key)
        self._take(":")
        return key

    def _fetch(self) -> bool:
        """Hold more than twice as much of what is not read yet, so that a long value is not begun too often."""
        self.before += self.place
        parts, self.place = [self.held[self.place :]], 0
        rest = size = len(parts[0])
        if rest > LONGEST:
            self._refuse(f"one value is longer than {LONGEST} characters, which is the limit")
        while size <= 2 * rest and (block := next(self.blocks, "")):
            parts.append(block)
            size += len(block)
        self.held = "".join(parts)
        return len(parts) > 1

    def _pair(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._refuse_twice(Counter(key for key, _ in pairs).most_common(1)[0][0])
        return found

    def _refuse_twice(self, key: str) -> NoReturn:
        raise problems.make_error(self.name, f"holds the key {problems.quote(key)} twice in one object")

    def _refuse_constant(self, text: str) -> NoReturn:
        self._refuse(f"{text} is no number")

    def _refuse(self, what: str, ahead: int = 0) -> NoReturn:
        at = self.before + self.place + ahead + 1
        raise problems.make_error(self.name, f"is broken JSON, or cut off: {what} at character {at}")


def _to_integer(text: str) -> int | None:
    return int(text) if len(text) <= _LONGEST_INTEGER else None
