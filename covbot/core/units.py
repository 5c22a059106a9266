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
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from covbot.core.alignment import Pairs
    from covbot.core.sourcetext import Span

_STATEMENT = re.compile(r"\n(?=[^\s#)\]}\"'])(?!(?:else|elif|except|finally)\b)")
_MEMBER = re.compile(r"\n( +)(?=@|(?:async +)?def\b|class\b)")
_DECORATOR = re.compile(r"\n *@")
_CLASS = re.compile(r"\nclass +(\w+)")


class Unit(NamedTuple):
    """Some whole lines: `first` is the number of the first of them, `text` begins each with a line feed.

    `owner` names the class that it is a member of, and `head` is the index of the unit in which that class begins.
    """

    first: int
    text: str
    owner: str = ""
    head: int | None = None

    @property
    def lines(self) -> range:
        """The numbers of its lines."""
        return range(self.first, self.first + self.text.count("\n"))


def cut(plain: str) -> list[Unit]:
    """The units of a plain text, in order: each of its lines is in exactly one; never fails."""
    work = _Cut(text=plain, strings=sourcetext.strings(plain))
    starts = [*work.outside(_STATEMENT, 0, len(plain))]
    heads = work.join_decorators(starts if starts[:1] == [0] else [0, *starts])
    for (start, head), (end, _) in itertools.pairwise([*heads, (len(plain), 0)]):
        work.add(start, head, end)
    return work.units


@define(kw_only=True)
class _Cut:
    text: str
    strings: Sequence[Span]
    units: list[Unit] = Factory(list)
    line: int = 1

    def outside(self, pattern: re.Pattern[str], start: int, end: int) -> Iterator[int]:
        """Where a pattern is found between two offsets, but for what stands in a string over several lines."""
        place, strings = 0, self.strings
        for found in pattern.finditer(self.text, start, end):
            offset = found.start()
            while place < len(strings) and strings[place][1] <= offset:
                place += 1
            if place == len(strings) or offset < strings[place][0]:
                yield offset

    def join_decorators(self, starts: Iterable[int]) -> list[tuple[int, int]]:
        """Where each unit starts, and where in it what its decorators decorate does."""
        joined: list[tuple[int, int]] = []
        for start in starts:
            if joined and _DECORATOR.match(self.text, joined[-1][1]):
                joined[-1] = joined[-1][0], start
            else:
                joined.append((start, start))
        return joined

    def add(self, start: int, head: int, end: int) -> None:
        """Add a statement of the module, a class with each of its members apart."""
        found = _CLASS.match(self.text, head)
        members = self._members(head, end) if found else []
        place = len(self.units)
        self._add(start, members[0][0] if members else end)
        for (first, _), (after, _) in itertools.pairwise([*members, (end, 0)]):
            self._add(first, after, owner=found[1] if found else "", head=place)

    def _members(self, head: int, end: int) -> list[tuple[int, int]]:
        first = next(self.outside(_MEMBER, head + 1, end), None)
        if first is None:
            return []
        indented = _MEMBER.match(self.text, first)
        pattern = _member(len(indented[1]) if indented else 0)
        return self.join_decorators(self.outside(pattern, first, end))

    def _add(self, start: int, end: int, *, owner: str = "", head: int | None = None) -> None:
        if start < end:
            self.units.append(Unit(self.line, self.text[start:end], owner, head))
            self.line += self.text.count("\n", start, end)


@functools.cache
def _member(indent: int) -> re.Pattern[str]:
    return re.compile(rf"\n {{{indent}}}(?=@|(?:async +)?def\b|class\b)")


def pair(before: Sequence[Unit], after: Sequence[Unit]) -> Pairs:
    """The indices of units that are the same to the letter, each once in its class on both sides."""
    places = _once(after)
    return [(index, places[unit]) for unit, index in _once(before).items() if unit in places]


def _once(found: Sequence[Unit]) -> dict[tuple[str, str], int]:
    often = Counter((unit.owner, unit.text) for unit in found)
    return {(unit.owner, unit.text): index for index, unit in enumerate(found) if often[unit.owner, unit.text] == 1}


def with_heads(found: Sequence[Unit], indices: Iterable[int]) -> set[int]:
    """The indices, and those of the units in which the classes of their units begin."""
    chosen = set(indices)
    return chosen | {head for index in chosen if (head := found[index].head) is not None}


def join(found: Sequence[Unit], indices: Collection[int]) -> tuple[str, list[int]]:
    """The plain text of some units, and the number of each of its lines."""
    chosen = [found[index] for index in sorted(indices)]
    return "".join(unit.text for unit in chosen), [line for unit in chosen for line in unit.lines]
