"""The construction of the line map of two trees from the texts of the files that changed between them."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import attrs
from attrs import Factory, define, frozen

from covbot.core.linemap import diff, function_match, kept_lines, linemap, logical_lines, moved_lines, segments
from covbot.core.linemap.linemap import FileMap, LineMap
from covbot.core.linemap.segments import Segment
from covbot.core.source import chunks, normalization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from covbot.core.linemap.diff import Pairs
    from covbot.core.linemap.function_match import Function, FunctionMatch
    from covbot.core.linemap.segments import SegmentedText

SAME_FILE = 0.5
"""The share of common lines from which two files are versions of one file."""

LEAST_MOVED_LINES = 3
"""The number of consecutive lines from which a block is recognized in another function of the file."""


@frozen(kw_only=True)
class SourceFile:
    """A file of one tree: its path and its text."""

    path: str
    text: str


@frozen(kw_only=True, eq=False)
class _FileVersion:
    """One version of a file, or the part of it to compare. `numbers` are the line numbers of its lines in the file."""

    path: str
    segmented: SegmentedText
    functions: Sequence[Function]
    numbers: Sequence[int]


def map_files(
    pairs: Iterable[tuple[SourceFile, SourceFile]], deleted: Iterable[SourceFile], added: Iterable[SourceFile]
) -> LineMap:
    """Return the line map of the files that changed.

    `pairs`, which are read one by one, are the versions of files that kept their path or were renamed. A pair with too
    few common lines is matched again with the other files, since files may have been swapped. Functions that moved from
    one file to another become `moved_functions`.
    """
    mapper = _Mapper()
    for before, after in pairs:
        mapper.match_pair(before, after)
    mapper.before += map(_make_whole_version, deleted)
    mapper.after += map(_make_whole_version, added)
    mapper.match_unpaired()
    return mapper.build_line_map()


@define(kw_only=True)
class _Mapper:
    """The maps made so far, and the file versions and functions that have no counterpart yet."""

    files: dict[str, FileMap] = Factory(dict)
    before: list[_FileVersion] = Factory(list)
    after: list[_FileVersion] = Factory(list)
    removed: list[Function] = Factory(list)
    added: list[Function] = Factory(list)

    def match_pair(self, before: SourceFile, after: SourceFile) -> None:
        """Map a pair, or keep its versions for later if they have too few lines in common."""
        mapped = _map_pair(before, after)
        lines = chunks.count_lines(chunks.split_chunks(before.text)) + chunks.count_lines(
            chunks.split_chunks(after.text)
        )
        if 2 * sum(length for _, _, length in mapped[0].runs) < SAME_FILE * lines:
            self.before.append(_make_whole_version(before))
            self.after.append(_make_whole_version(after))
        else:
            self._keep_map(*mapped)

    def _keep_map(self, file: FileMap, removed: Iterable[Function], added: Iterable[Function]) -> None:
        """Keep the map of a file, and the functions that it leaves over."""
        self.files[file.before] = file
        self.removed += removed
        self.added += added

    def match_unpaired(self) -> None:
        """Map the unpaired versions by their text, then those that share a path. The rest was deleted or added."""
        old = {version.path: version for version in self.before}
        new = {version.path: version for version in self.after}
        for matched in function_match.match_by_text(
            [*map(_make_file_function, self.before)], [*map(_make_file_function, self.after)], least=SAME_FILE
        ):
            self._keep_map(*_map_versions(old.pop(matched.before.path), new.pop(matched.after.path)))
        for path in sorted(old.keys() & new.keys()):
            self._keep_map(*_map_versions(old.pop(path), new.pop(path)))
        self.before, self.after = [*old.values()], [*new.values()]

    def build_line_map(self) -> LineMap:
        """Return the line map, with the functions that moved to another file."""
        removed = [function for version in self.before for function in version.functions]
        added = [function for version in self.after for function in version.functions]
        return LineMap(
            files=self.files,
            moved_functions=_list_moved_functions(
                function_match.match_by_text(self.removed + removed, self.added + added), self.files
            ),
            deleted=frozenset(version.path for version in self.before),
            added=frozenset(version.path for version in self.after),
        )


def _make_whole_version(text: SourceFile) -> _FileVersion:
    plain = normalization.normalize_text(text.text)
    return _make_version(text.path, plain, range(1, plain.count("\n") + 1))


def _make_version(path: str, plain: str, numbers: Sequence[int]) -> _FileVersion:
    segmented = segments.split_segments(plain)
    return _FileVersion(
        path=path, segmented=segmented, functions=function_match.list_functions(path, segmented), numbers=numbers
    )


def _make_file_function(version: _FileVersion) -> Function:
    lines = version.segmented.lines
    return function_match.make_function(
        version.path, Segment(name=version.path, kind="file", lines=[*range(len(lines))]), lines
    )


def _map_pair(before: SourceFile, after: SourceFile) -> tuple[FileMap, list[Function], list[Function]]:
    """Return the map of two versions of a file, and the functions before and after without a counterpart.

    Equal chunks are mapped as they are, and the others are compared.
    """
    old, new = chunks.split_chunks(before.text), chunks.split_chunks(after.text)
    same = pair_chunks(old, new)
    left = chunks.add_class_headers(old, set(range(len(old))).difference(i for i, _ in same))
    right = chunks.add_class_headers(new, set(range(len(new))).difference(j for _, j in same))
    compared = [(i, j) for i, j in same if i in left or j in right]
    left.update(i for i, _ in compared)
    right.update(j for _, j in compared)
    file, removed, added = _map_versions(
        _make_version(before.path, *chunks.join_chunks(old, left)),
        _make_version(after.path, *chunks.join_chunks(new, right)),
    )
    kept = [(old[i].first, new[j].first, old[i].height) for i, j in same if i not in left and j not in right]
    return attrs.evolve(file, runs=linemap.join_runs([*file.runs, *kept])), removed, added


def _map_versions(before: _FileVersion, after: _FileVersion) -> tuple[FileMap, list[Function], list[Function]]:
    matches, removed, added = function_match.match_within_file(before.functions, after.functions)
    pairs = [*itertools.chain.from_iterable(map(_map_match, matches))]
    pairs += moved_lines.find_moved_lines(before.segmented.lines, after.segmented.lines, pairs, least=LEAST_MOVED_LINES)
    pairs += kept_lines.find_kept_lines(before.segmented.lines, after.segmented.lines, pairs)
    runs = linemap.pack_runs(sorted((before.numbers[i], after.numbers[j]) for i, j in pairs))
    names = {old.segment.name: new.segment.name for old, new in matches if old.segment.name != new.segment.name}
    file = FileMap(before=before.path, after=after.path, runs=runs, names=names)
    return (
        file,
        [_renumber_function(function, before) for function in removed],
        [_renumber_function(function, after) for function in added],
    )


def _renumber_function(function: Function, version: _FileVersion) -> Function:
    """Return a function with the indices that its lines have in the whole text."""
    lines = [version.numbers[index] - 1 for index in function.segment.lines]
    return attrs.evolve(function, segment=attrs.evolve(function.segment, lines=lines))


def _map_match(matched: FunctionMatch) -> Iterator[tuple[int, int]]:
    """Return the pairs of lines of two matching functions, as indices into their texts."""
    old, new = matched.before.segment.lines, matched.after.segment.lines
    if matched.before.lines == matched.after.lines:
        return zip(old, new, strict=True)
    return ((old[i], new[j]) for i, j in _map_lines(matched.before.lines, matched.after.lines))


def _map_lines(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Return pairs of lines: of the common start and end, and of equal statements and then equal lines between them."""
    first = logical_lines.count_common_start(before, after)
    last = logical_lines.count_common_end(before[first:], after[first:])
    ends = len(before) - last, len(after) - last
    between = _map_statements(before[first : ends[0]], after[first : ends[1]])
    return [
        *((index, index) for index in range(first)),
        *((first + i, first + j) for i, j in between),
        *zip(range(ends[0], len(before)), range(ends[1], len(after)), strict=True),
    ]


def _map_statements(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Return pairs of lines: of whole statements in order, of moved ones, and then equal lines of other statements."""
    if not before or not after:
        return []
    old, new = logical_lines.join_lines(before), logical_lines.join_lines(after)
    texts, others = [one.text for one in old], [one.text for one in new]
    aligned = diff.align_lines(texts, others)
    moved = moved_lines.find_moved_lines(texts, others, aligned, least=1)
    pairs = [pair for i, j in aligned + moved for pair in old[i].pair(new[j])]
    moved_before, moved_after = {i for i, _ in moved}, {j for _, j in moved}
    edges = [(-1, -1), *aligned, (len(old), len(new))]
    for (i, j), (k, m) in itertools.pairwise(edges):
        if k == i + 1 or m == j + 1:
            continue
        left = [index for one in range(i + 1, k) if one not in moved_before for _, index in old[one].starts]
        right = [index for one in range(j + 1, m) if one not in moved_after for _, index in new[one].starts]
        equal = diff.align_lines([before[index] for index in left], [after[index] for index in right])
        pairs += [(left[x], right[y]) for x, y in equal]
    return pairs


def _list_moved_functions(found: Iterable[FunctionMatch], files: Mapping[str, FileMap]) -> tuple[FileMap, ...]:
    """Return the maps of functions that moved to another file, less lines that have a counterpart in their own file."""
    backward = {file.after: file for file in files.values()}
    pairs: dict[tuple[str, str], Pairs] = defaultdict(list)
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for matched in found:
        before, after = matched.before.path, matched.after.path
        names[before, after][matched.before.segment.name] = matched.after.segment.name
        for i, j in _map_match(matched):
            if not (before in files and files[before].forward([i + 1])) and not (
                after in backward and backward[after].backward([j + 1])
            ):
                pairs[before, after].append((i, j))
    return tuple(
        FileMap(
            before=before,
            after=after,
            runs=linemap.pack_runs((i + 1, j + 1) for i, j in sorted(lines)),
            names=names[before, after],
        )
        for (before, after), lines in pairs.items()
    )


def pair_chunks(before: Sequence[chunks.Chunk], after: Sequence[chunks.Chunk]) -> Pairs:
    """Return the pairs of indices of equal chunks that occur once in their class on both sides."""
    indices = _index_unique_chunks(after)
    return [(index, indices[chunk]) for chunk, index in _index_unique_chunks(before).items() if chunk in indices]


def _index_unique_chunks(found: Sequence[chunks.Chunk]) -> dict[tuple[str, str], int]:
    keys = [(chunk.owner, chunk.text) for chunk in found]
    indices = dict(zip(keys, itertools.count(), strict=False))
    if len(indices) == len(keys):
        return indices
    counts = Counter(keys)
    return {key: index for key, index in indices.items() if counts[key] == 1}
