"""Where the lines of one tree lie in another: `FileMap` for a pair of files, `LineMap` for two whole trees."""

from __future__ import annotations

import bisect
import functools
from array import array
from typing import TYPE_CHECKING, TypeAlias

from attrs import Factory, frozen

from covbot.core import lines as numbers
from covbot.core.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Run: TypeAlias = tuple[int, int, int]
"""First line before, first line after, number of lines that lie together on both sides."""

WHOLE_FILE: tuple[Run, ...] = ((1, 1, numbers.HIGHEST_LINE),)
"""The runs of a file whose text did not change."""


@frozen(kw_only=True)
class FileMap:
    """Which line of one file before is which line of one file after: one to one, and not every line has a partner.

    `runs` ascend by their first line before and overlap on neither side; the lines after need not ascend (moved code).
    `names` are the qualified names of functions and classes that have another one after; a stray names all its own.
    """

    before: str
    after: str
    runs: tuple[Run, ...] = WHOLE_FILE
    names: Mapping[str, str] = Factory(dict)

    def forward(self, lines: Iterable[int]) -> Lines:
        """Lines of the file before -> the same lines in the file after; those without a partner are dropped."""
        return Lines.of(lines) if self.runs == WHOLE_FILE else _follow(lines, self.runs)

    def backward(self, lines: Iterable[int]) -> Lines:
        """Lines of the file after -> the same lines in the file before; those without a partner are dropped."""
        return Lines.of(lines) if self.runs == WHOLE_FILE else _follow(lines, _turn(self.runs))


def _follow(lines: Iterable[int], runs: Sequence[Run]) -> Lines:
    """Only runs that hold a line are looked at, however many there are."""
    wanted = array("I", lines if isinstance(lines, Lines) else sorted(lines))
    starts = [run[0] for run in runs]
    found = array("I")
    place = 0
    while place < len(wanted):
        index = bisect.bisect_right(starts, wanted[place]) - 1
        first, there, length = runs[index] if index >= 0 else (1, 1, 0)
        end = bisect.bisect_left(wanted, first + length, place)
        found.extend([line + there - first for line in wanted[place:end]])
        beyond = runs[index + 1][0] if index + 1 < len(runs) else numbers.HIGHEST_LINE + 1
        place = bisect.bisect_left(wanted, beyond, end)
    return Lines.of(found)


def _trace(lines: Iterable[int], runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    starts = [run[0] for run in runs]
    for line in lines:
        first, there, length = runs[bisect.bisect_right(starts, line) - 1] if runs else (1, 1, 0)
        if first <= line < first + length:
            yield line, there + line - first


def _turn(runs: Iterable[Run]) -> list[Run]:
    return sorted((after, before, length) for before, after, length in runs)


def pack_runs(pairs: Iterable[tuple[int, int]]) -> tuple[Run, ...]:
    """Pack pairs (line before, line after), ascending by the first, into runs."""
    runs: list[Run] = []
    start = first = length = 0
    for before, after in pairs:
        if length and before == start + length and after == first + length:
            length += 1
            continue
        if length:
            runs.append((start, first, length))
        start, first, length = before, after, 1
    return (*runs, (start, first, length)) if length else ()


def join_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Put runs in order, in as few as they can be."""
    joined: list[Run] = []
    end = end_after = 0
    for before, after, length in sorted(runs):
        if joined and before == end and after == end_after:
            joined[-1] = (*joined[-1][:2], joined[-1][2] + length)
        else:
            joined.append((before, after, length))
        end, end_after = before + length, after + length
    return tuple(joined)


@frozen(kw_only=True)
class LineMap:
    """Where the lines of a tree before lie in a tree after.

    `files` holds the changed and renamed files by their path before; a path that is neither there nor in `deleted` or
    `added` did not change and maps onto itself. `strays` are pieces (functions) that went over into another file.
    """

    files: Mapping[str, FileMap] = Factory(dict)
    moved_functions: tuple[FileMap, ...] = ()
    deleted: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()

    def path_after(self, before: str) -> str | None:
        """What a file before is called after; None if it is gone."""
        if before in self.files:
            return self.files[before].after
        return None if before in self.deleted else before

    def path_before(self, after: str) -> str | None:
        """What a file after was called before; None if it is new."""
        if after in self._origins:
            return self._origins[after]
        return None if after in self.added or after in self.files else after

    @functools.cached_property
    def _origins(self) -> Mapping[str, str]:
        return {file.after: file.before for file in self.files.values()}

    def region_after(self, path: str, name: str) -> tuple[str, str] | None:
        """Path and qualified name after of a function or class, though it may be deleted there; None if the file is."""
        for moved_function in self.moved_functions:
            if moved_function.before == path and name in moved_function.names:
                return moved_function.after, moved_function.names[name]
        after = self.path_after(path)
        if after is None:
            return None
        return after, (self.files[path].names.get(name, name) if path in self.files else name)

    def forward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Lines of a file before -> path after -> lines there; lines and files without a partner are dropped."""
        return numbers.union_by_path({file.after: file.forward(lines)} for file in self._maps_from(path))

    def backward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Lines of a file after -> path before -> lines there; lines and files without a partner are dropped."""
        return numbers.union_by_path({file.before: file.backward(lines)} for file in self._maps_to(path))

    def locate_forward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Each line of a file before that has a partner -> path after, and the line there."""
        maps = reversed(self._maps_from(path))
        return {line: (file.after, there) for file in maps for line, there in _trace(lines, file.runs)}

    def locate_backward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Each line of a file after that has a partner -> path before, and the line there."""
        maps = reversed(self._maps_to(path))
        return {line: (file.before, there) for file in maps for line, there in _trace(lines, _turn(file.runs))}

    def is_unchanged(self, path: str) -> bool:
        """Whether a path names the same text before and after, and no part of it went there or came from elsewhere."""
        return not (path in self.deleted or path in self.added or path in self._ends)

    @functools.cached_property
    def _ends(self) -> frozenset[str]:
        return frozenset(
            end for map_ in (*self.moved_functions, *self.files.values()) for end in (map_.before, map_.after)
        )

    def _maps_from(self, path: str) -> list[FileMap]:
        after = self.path_after(path)
        own = [] if after is None else [self.files.get(path, FileMap(before=path, after=path))]
        return own + [moved_function for moved_function in self.moved_functions if moved_function.before == path]

    def _maps_to(self, path: str) -> list[FileMap]:
        before = self.path_before(path)
        own = [] if before is None else [self.files.get(before, FileMap(before=path, after=path))]
        return own + [moved_function for moved_function in self.moved_functions if moved_function.after == path]
