"""Cuts a text into units that can be left out one by one: statements of the module, and the methods of its classes.

What did not change between two versions, or is not asked for, need not be looked at closely: that is most of a text.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from covbot.core.source import normalization

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


_STATEMENT = re.compile(r"\n(?=[^\s#)\]}\"'])(?!(?:else|elif|except|finally)\b)")
_MEMBER = re.compile(r"\n( ++)(?=[@acd])(?=@|(?:async +)?def\b|class\b)")
_CLASS = re.compile(r"\nclass +(\w+)")


Bounds: TypeAlias = tuple[int, int, str, int | None]
"""Start and end of a unit in its text; the class that it is a member of, and the index of that class's unit."""


class Chunk(NamedTuple):
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


@functools.lru_cache(maxsize=512)  # what a line map cuts is asked for again by the regions of what changed
def split_chunks(text: str) -> Sequence[Chunk]:
    """The units of a source text, in order: each of its lines is in exactly one; never fails. Leave them unchanged."""
    plain = normalization.normalize_text(text)
    found: list[Chunk] = []
    line = 1
    for start, end, owner, head in _parts(normalization.mask_strings(plain)):
        height = plain.count("\n", start, end)
        found.append(Chunk(line, height, plain[start:end], owner, head))
        line += height
    return found


def _parts(code: str) -> list[Bounds]:
    """Where the units of a text are in which strings are masked."""
    starts = _starts(_STATEMENT, code, 0, len(code))
    if code and (not starts or starts[0][0]):
        starts.insert(0, (0, 0))
    found: list[Bounds] = []
    for (start, head), (end, _) in itertools.pairwise([*starts, (len(code), 0)]):
        name = _CLASS.match(code, head) if code.startswith("class", head + 1) else None
        first = _MEMBER.search(code, head + 1, end) if name else None
        if name is None or first is None:
            found.append((start, end, "", None))
            continue
        place, pattern = len(found), _member(len(first[1]))
        members = [member for member, _ in _starts(pattern, code, first.start(), end)]
        found.append((start, members[0], "", None))
        found += [(member, after, name[1], place) for member, after in itertools.pairwise([*members, end])]
    return found


def _starts(pattern: re.Pattern[str], code: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where each unit between two offsets starts, and where in it what its decorators decorate does."""
    found: list[tuple[int, int]] = []
    is_decorator = False
    for match in pattern.finditer(code, start, end):
        place, sign = match.span()
        if is_decorator:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
        is_decorator = code[sign] == "@"
    return found


@functools.cache
def _member(indent: int) -> re.Pattern[str]:
    return re.compile("\n" + " " * indent + r"(?=[@acd])(?=@|(?:async +)?def\b|class\b)")


def count_lines(found: Sequence[Chunk]) -> int:
    """The lines of all units of a text."""
    return found[-1].first + found[-1].height - 1 if found else 0


def add_class_heads(found: Sequence[Chunk], indices: Iterable[int]) -> set[int]:
    """The indices, and those of the units in which the classes of their units begin."""
    chosen = set(indices)
    return chosen | {head for index in chosen if (head := found[index].head) is not None}


def join_chunks(found: Sequence[Chunk], indices: Collection[int]) -> tuple[str, list[int]]:
    """The plain text of some units, and the number of each of its lines."""
    chosen = [found[index] for index in sorted(indices)]
    return "".join(unit.text for unit in chosen), [line for unit in chosen for line in unit.lines]
