"""The lines of one tree mapped to those of another: `FileMap` for a pair of files, `LineMap` for two whole trees."""

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
"""First line before, first line after, and number of lines that are consecutive on both sides."""

WHOLE_FILE: tuple[Run, ...] = ((1, 1, numbers.HIGHEST_LINE),)
"""The runs of a file whose text did not change."""


@frozen(kw_only=True)
class FileMap:
    """The one-to-one map between lines of a file before and lines of a file after. Not every line has a counterpart.

    `runs` ascend by their first line before and overlap on neither side; the lines after need not ascend (moved code).
    `names` holds the qualified names, before -> after, of renamed functions and classes; for functions that moved to
    another file it holds all of them. `splits` holds lines before with several statements that have a line each after:
    the first of these is in a run, the others are here.
    """

    before: str
    after: str
    runs: tuple[Run, ...] = WHOLE_FILE
    names: Mapping[str, str] = Factory(dict)
    splits: Mapping[int, Lines] = Factory(dict)

    def forward(self, lines: Iterable[int]) -> Lines:
        """Return the lines of the file after that are these lines before. Lines without a counterpart are dropped."""
        if self.runs == WHOLE_FILE:
            return Lines.of(lines)
        further = numbers.union(self.splits[line] for line in self.splits.keys() & lines) if self.splits else Lines()
        return _map_lines(lines, self.runs) | further

    def backward(self, lines: Iterable[int]) -> Lines:
        """Return the lines of the file before that are these lines after. Lines without a counterpart are dropped."""
        if self.runs == WHOLE_FILE:
            return Lines.of(lines)
        wanted = Lines.of(lines) if self.splits else Lines()
        whole = Lines.of(line for line, parts in self.splits.items() if parts & wanted)
        return _map_lines(lines, _invert_runs(self.runs)) | whole


def _map_lines(lines: Iterable[int], runs: Sequence[Run]) -> Lines:
    """Return the lines after of these lines before. The time depends on the number of runs that hold one of them."""
    wanted = array("I", lines if isinstance(lines, Lines) else sorted(lines))
    starts = [run[0] for run in runs]
    found = array("I")
    position = 0
    while position < len(wanted):
        index = bisect.bisect_right(starts, wanted[position]) - 1
        first, there, length = runs[index] if index >= 0 else (1, 1, 0)
        end = bisect.bisect_left(wanted, first + length, position)
        found.extend([line + there - first for line in wanted[position:end]])
        beyond = runs[index + 1][0] if index + 1 < len(runs) else numbers.HIGHEST_LINE + 1
        position = bisect.bisect_left(wanted, beyond, end)
    return Lines.of(found)


def _locate_lines(lines: Iterable[int], runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    starts = [run[0] for run in runs]
    for line in lines:
        first, there, length = runs[bisect.bisect_right(starts, line) - 1] if runs else (1, 1, 0)
        if first <= line < first + length:
            yield line, there + line - first


def _invert_runs(runs: Iterable[Run]) -> list[Run]:
    return sorted((after, before, length) for before, after, length in runs)


def pack_runs(pairs: Iterable[tuple[int, int]]) -> tuple[Run, ...]:
    """Return the runs of pairs (line before, line after) that ascend by the line before."""
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
    """Return runs in ascending order, adjacent ones joined."""
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
    """The map between the lines of a tree before and those of a tree after.

    `files` holds the changed and renamed files by their path before. A path that is neither there nor in `deleted` or
    `added` did not change and maps to itself. `moved_functions` are those that moved to another file.
    """

    files: Mapping[str, FileMap] = Factory(dict)
    moved_functions: tuple[FileMap, ...] = ()
    deleted: frozenset[str] = frozenset()
    added: frozenset[str] = frozenset()

    def path_after(self, before: str) -> str | None:
        """Return the path after of a file before, None if it was deleted."""
        if before in self.files:
            return self.files[before].after
        return None if before in self.deleted else before

    def path_before(self, after: str) -> str | None:
        """Return the path before of a file after, None if it is new."""
        if after in self._paths_before:
            return self._paths_before[after]
        return None if after in self.added or after in self.files else after

    @functools.cached_property
    def _paths_before(self) -> Mapping[str, str]:
        return {file.after: file.before for file in self.files.values()}

    def region_after(self, path: str, name: str) -> tuple[str, str] | None:
        """Return path and qualified name after of a function or class, None if its file was deleted.

        The function or class itself may not exist there.
        """
        for moved_function in self.moved_functions:
            if moved_function.before == path and name in moved_function.names:
                return moved_function.after, moved_function.names[name]
        after = self.path_after(path)
        if after is None:
            return None
        return after, (self.files[path].names.get(name, name) if path in self.files else name)

    def forward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Return path after -> lines there, for lines of a file before. Lines without a counterpart are dropped."""
        return numbers.union_by_path({file.after: file.forward(lines)} for file in self._list_maps_from(path))

    def backward(self, path: str, lines: Lines) -> dict[str, Lines]:
        """Return path before -> lines there, for lines of a file after. Lines without a counterpart are dropped."""
        return numbers.union_by_path({file.before: file.backward(lines)} for file in self._list_maps_to(path))

    def locate_forward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return line before -> path after and line there, for each line of a file before with a counterpart."""
        maps = reversed(self._list_maps_from(path))
        return {line: (file.after, there) for file in maps for line, there in _locate_lines(lines, file.runs)}

    def locate_backward(self, path: str, lines: Iterable[int]) -> dict[int, tuple[str, int]]:
        """Return line after -> path before and line there, for each line of a file after with a counterpart."""
        maps = reversed(self._list_maps_to(path))
        return {
            line: (file.before, there) for file in maps for line, there in _locate_lines(lines, _invert_runs(file.runs))
        }

    def is_unchanged(self, path: str) -> bool:
        """Whether a path names the same text before and after, and no function moved between it and another file."""
        return not (path in self.deleted or path in self.added or path in self._changed_paths)

    @functools.cached_property
    def _changed_paths(self) -> frozenset[str]:
        return frozenset(
            end for map_ in (*self.moved_functions, *self.files.values()) for end in (map_.before, map_.after)
        )

    def _list_maps_from(self, path: str) -> list[FileMap]:
        after = self.path_after(path)
        own = [] if after is None else [self.files.get(path, FileMap(before=path, after=path))]
        return own + [moved_function for moved_function in self.moved_functions if moved_function.before == path]

    def _list_maps_to(self, path: str) -> list[FileMap]:
        before = self.path_before(path)
        own = [] if before is None else [self.files.get(before, FileMap(before=path, after=path))]
        return own + [moved_function for moved_function in self.moved_functions if moved_function.after == path]
