"""Cuts a text into units that can be left out one by one: statements of the module, and the methods of its classes.

What did not change between two versions, or is not asked for, need not be looked at closely: that is most of a text.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from attrs import Factory, define

from covbot.core import sourcetext

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from covbot.core.alignment import Pairs

_STATEMENT = re.compile(r"\n(?=[^\s#)\]}\"'])(?!(?:else|elif|except|finally)\b)")
_MEMBER = re.compile(r"\n( +)(?=@|(?:async +)?def\b|class\b)")
_CLASS = re.compile(r"\nclass +(\w+)")


class Unit(NamedTuple):
    """Some whole lines: `height` of them from number `first` on; `text` begins each with a line feed.

    `owner` names the class that it is a member of, and `head` is the index of the unit in which that class begins.
    """

    first: int
    height: int
    text: str
    owner: str = ""
    head: int | None = None

    @property
    def lines(self) -> range:
        """The numbers of its lines."""
        return range(self.first, self.first + self.height)


def cut(plain: str) -> list[Unit]:
    """The units of a plain text, in order: each of its lines is in exactly one; never fails."""
    work = _Cut(text=plain, code=sourcetext.mask_strings(plain))
    starts = work.starts(_STATEMENT, 0, len(plain))
    if plain and (not starts or starts[0][0]):
        starts.insert(0, (0, 0))
    for (start, head), (end, _) in itertools.pairwise([*starts, (len(plain), 0)]):
        work.add(start, head, end)
    return work.units


@define(kw_only=True)
class _Cut:
    """The units so far, of all lines before `line`; `code` is the text with its strings masked."""

    text: str
    code: str
    units: list[Unit] = Factory(list)
    line: int = 1

    def starts(self, pattern: re.Pattern[str], start: int, end: int) -> list[tuple[int, int]]:
        """Where each unit between two offsets starts, and where in it what its decorators decorate does."""
        found: list[tuple[int, int]] = []
        is_decorator = False
        for match in pattern.finditer(self.code, start, end):
            place, sign = match.span()
            if is_decorator:
                found[-1] = found[-1][0], place
            else:
                found.append((place, place))
            is_decorator = self.code[sign] == "@"
        return found

    def add(self, start: int, head: int, end: int) -> None:
        """Add a statement of the module, a class with each of its members apart."""
        found = _CLASS.match(self.code, head)
        members = self._members(head, end) if found else []
        place = len(self.units)
        self._add(start, members[0][0] if members else end)
        for (first, _), (after, _) in itertools.pairwise([*members, (end, 0)]):
            self._add(first, after, owner=found[1] if found else "", head=place)

    def _members(self, head: int, end: int) -> list[tuple[int, int]]:
        first = _MEMBER.search(self.code, head + 1, end)
        return self.starts(_member(len(first[1])), first.start(), end) if first else []

    def _add(self, start: int, end: int, *, owner: str = "", head: int | None = None) -> None:
        if start < end:
            height = self.text.count("\n", start, end)
            self.units.append(Unit(self.line, height, self.text[start:end], owner, head))
            self.line += height


@functools.cache
def _member(indent: int) -> re.Pattern[str]:
    return re.compile(rf"\n {{{indent}}}(?=@|(?:async +)?def\b|class\b)")


def pair(before: Sequence[Unit], after: Sequence[Unit]) -> Pairs:
    """The indices of units that are the same to the letter, each once in its class on both sides."""
    places = _once(after)
    return [(index, places[unit]) for unit, index in _once(before).items() if unit in places]


def _once(found: Sequence[Unit]) -> dict[tuple[str, str], int]:
    keys = [(unit.owner, unit.text) for unit in found]
    often = Counter(keys)
    return {key: index for index, key in enumerate(keys) if often[key] == 1}


def with_heads(found: Sequence[Unit], indices: Iterable[int]) -> set[int]:
    """The indices, and those of the units in which the classes of their units begin."""
    chosen = set(indices)
    return chosen | {head for index in chosen if (head := found[index].head) is not None}


def join(found: Sequence[Unit], indices: Collection[int]) -> tuple[str, list[int]]:
    """The plain text of some units, and the number of each of its lines."""
    chosen = [found[index] for index in sorted(indices)]
    return "".join(unit.text for unit in chosen), [line for unit in chosen for line in unit.lines]
