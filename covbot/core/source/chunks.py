"""Division of a source text into chunks, each of which can be left out: module statements, and members of classes.

Most chunks of a text did not change between two versions, or are not asked for, and need not be parsed.
"""

from __future__ import annotations

import functools
import itertools
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from covbot.core.source import normalization

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


_STATEMENT_START = re.compile(r"\n(?=[^\s#)\]}\"'])(?!(?:else|elif|except|finally)\b)")
_MEMBER_START = re.compile(r"\n( ++)(?=[@acd])(?=@|(?:async +)?def\b|class\b)")
_CLASS_HEADER = re.compile(r"\nclass +(\w+)")


Bounds: TypeAlias = tuple[int, int, str, int | None]
"""Start and end of a chunk in its text; the class that it is a member of, and the index of that class's first chunk."""


class Chunk(NamedTuple):
    """Whole lines of a text: `height` lines from number `first` on. In `text`, each begins with a line feed.

    `owner` names the class of which the chunk is a member. `class_index` is the index of the chunk in which that class
    begins.
    """

    first: int
    height: int
    text: str
    owner: str = ""
    class_index: int | None = None

    @property
    def lines(self) -> range:
        """The line numbers of the chunk."""
        return range(self.first, self.first + self.height)


@functools.lru_cache(maxsize=512)  # a line map divides a text, and then so do the regions of its changed lines
def split_chunks(text: str) -> Sequence[Chunk]:
    """Return the chunks of a source text, in order. Each line is in exactly one chunk.

    This never fails. Callers must not change the list, which is cached.
    """
    plain = normalization.normalize_text(text)
    found: list[Chunk] = []
    line = 1
    for start, end, owner, class_index in _find_bounds(normalization.mask_strings(plain)):
        height = plain.count("\n", start, end)
        found.append(Chunk(line, height, plain[start:end], owner, class_index))
        line += height
    return found


def _find_bounds(code: str) -> list[Bounds]:
    """Return the bounds of the chunks of a text whose strings are masked."""
    starts = _find_starts(_STATEMENT_START, code, 0, len(code))
    if code and (not starts or starts[0][0]):
        starts.insert(0, (0, 0))
    found: list[Bounds] = []
    for (start, decorated), (end, _) in itertools.pairwise([*starts, (len(code), 0)]):
        name = _CLASS_HEADER.match(code, decorated) if code.startswith("class", decorated + 1) else None
        first = _MEMBER_START.search(code, decorated + 1, end) if name else None
        if name is None or first is None:
            found.append((start, end, "", None))
            continue
        class_index, pattern = len(found), _compile_member_pattern(len(first[1]))
        members = [member for member, _ in _find_starts(pattern, code, first.start(), end)]
        found.append((start, members[0], "", None))
        found += [(member, after, name[1], class_index) for member, after in itertools.pairwise([*members, end])]
    return found


def _find_starts(pattern: re.Pattern[str], code: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the offset of each chunk between two offsets, and the offset of the definition below its decorators.

    Without decorators, both offsets are the same.
    """
    found: list[tuple[int, int]] = []
    is_decorator = False
    for match in pattern.finditer(code, start, end):
        offset, first_character = match.span()
        if is_decorator:
            found[-1] = found[-1][0], offset
        else:
            found.append((offset, offset))
        is_decorator = code[first_character] == "@"
    return found


@functools.cache
def _compile_member_pattern(indent: int) -> re.Pattern[str]:
    return re.compile("\n" + " " * indent + r"(?=[@acd])(?=@|(?:async +)?def\b|class\b)")


def count_lines(found: Sequence[Chunk]) -> int:
    """Return the number of lines in all chunks of a text."""
    return found[-1].first + found[-1].height - 1 if found else 0


def add_class_headers(found: Sequence[Chunk], indices: Iterable[int]) -> set[int]:
    """Return the indices, and the indices of the chunks in which the classes of these chunks begin."""
    chosen = set(indices)
    return chosen | {class_index for index in chosen if (class_index := found[index].class_index) is not None}


def join_chunks(found: Sequence[Chunk], indices: Collection[int]) -> tuple[str, list[int]]:
    """Return the normalized text of some chunks, and the number of each of its lines."""
    chosen = [found[index] for index in sorted(indices)]
    return "".join(chunk.text for chunk in chosen), [line for chunk in chosen for line in chunk.lines]
