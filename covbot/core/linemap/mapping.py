"""Builds the line map of two trees from the texts of the files that changed between them."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import attrs
from attrs import Factory, define, frozen

from covbot.core.linemap import diff, function_match, linemap, logical_lines, moved_lines, segments
from covbot.core.linemap.linemap import FileMap, LineMap
from covbot.core.linemap.segments import Segment
from covbot.core.source import chunks, normalization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from covbot.core.linemap.diff import Pairs
    from covbot.core.linemap.function_match import Function, FunctionMatch
    from covbot.core.linemap.linemap import Run
    from covbot.core.linemap.segments import SegmentedText

SAME_FILE = 0.5
"""From this share of lines on, two files are versions of one."""

LEAST_MOVED_LINES = 3
"""So many lines in a row make a block that is found again in another function of the file."""


@frozen(kw_only=True)
class SourceFile:
    """A file of one tree: its path and its text."""

    path: str
    text: str


@frozen(kw_only=True, eq=False)
class _Half:
    """One version of a file, or what of it has to be looked at: `numbers` are those of its lines."""

    path: str
    script: SegmentedText
    members: Sequence[Function]
    numbers: Sequence[int]


def map_texts(before: str, after: str) -> tuple[Run, ...]:
    """Which line of one version of a file is which line of the next."""
    return _map_pair(SourceFile(path="", text=before), SourceFile(path="", text=after))[0].runs


def map_files(
    pairs: Iterable[tuple[SourceFile, SourceFile]], deleted: Iterable[SourceFile], added: Iterable[SourceFile]
) -> LineMap:
    """Map the files that changed: pairs (read one by one) of a path or a rename, and the files without a counterpart.

    A pair that has too little in common is looked at again: its halves may have been swapped with other files.
    Functions that went from one file to another become strays.
    """
    work = _Work()
    for before, after in pairs:
        work.match(before, after)
    work.before += map(_half, deleted)
    work.after += map(_half, added)
    work.match_loose()
    return work.finish()


@define(kw_only=True)
class _Work:
    """What is mapped so far: halves and segments that have no counterpart yet are kept."""

    files: dict[str, FileMap] = Factory(dict)
    before: list[_Half] = Factory(list)
    after: list[_Half] = Factory(list)
    gone: list[Function] = Factory(list)
    come: list[Function] = Factory(list)

    def match(self, before: SourceFile, after: SourceFile) -> None:
        """Map a pair, unless it has too little in common."""
        mapped = _map_pair(before, after)
        lines = chunks.count_lines(chunks.split_chunks(before.text)) + chunks.count_lines(
            chunks.split_chunks(after.text)
        )
        if 2 * sum(length for _, _, length in mapped[0].runs) < SAME_FILE * lines:
            self.before.append(_half(before))
            self.after.append(_half(after))
        else:
            self._keep(*mapped)

    def _keep(self, file: FileMap, gone: Iterable[Function], come: Iterable[Function]) -> None:
        """Keep a file's map, and the segments that it leaves over."""
        self.files[file.before] = file
        self.gone += gone
        self.come += come

    def match_loose(self) -> None:
        """Pair loose halves by their text, then those that share a path; what remains was deleted or added."""
        old = {half.path: half for half in self.before}
        new = {half.path: half for half in self.after}
        for kin in function_match.match_by_text(
            [*map(_whole, self.before)], [*map(_whole, self.after)], least=SAME_FILE
        ):
            self._keep(*_map_halves(old.pop(kin.before.path), new.pop(kin.after.path)))
        for path in sorted(old.keys() & new.keys()):
            self._keep(*_map_halves(old.pop(path), new.pop(path)))
        self.before, self.after = [*old.values()], [*new.values()]

    def finish(self) -> LineMap:
        """The line map, with the functions that went into another file."""
        gone = [member for half in self.before for member in half.members]
        come = [member for half in self.after for member in half.members]
        return LineMap(
            files=self.files,
            moved_functions=_strays(function_match.match_by_text(self.gone + gone, self.come + come), self.files),
            deleted=frozenset(half.path for half in self.before),
            added=frozenset(half.path for half in self.after),
        )


def _half(text: SourceFile) -> _Half:
    plain = normalization.normalize_text(text.text)
    return _look(text.path, plain, range(1, plain.count("\n") + 1))


def _look(path: str, plain: str, numbers: Sequence[int]) -> _Half:
    script = segments.split_segments(plain)
    return _Half(path=path, script=script, members=function_match.list_functions(path, script), numbers=numbers)


def _whole(half: _Half) -> Function:
    lines = half.script.lines
    return function_match.make_function(
        half.path, Segment(name=half.path, kind="file", lines=[*range(len(lines))]), lines
    )


def _map_pair(before: SourceFile, after: SourceFile) -> tuple[FileMap, list[Function], list[Function]]:
    """Map two versions of a file: units that are the same to the letter as they are, and closely what is left."""
    old, new = chunks.split_chunks(before.text), chunks.split_chunks(after.text)
    same = pair_chunks(old, new)
    left = chunks.add_class_headers(old, set(range(len(old))).difference(i for i, _ in same))
    right = chunks.add_class_headers(new, set(range(len(new))).difference(j for _, j in same))
    looked_at = [(i, j) for i, j in same if i in left or j in right]
    left.update(i for i, _ in looked_at)
    right.update(j for _, j in looked_at)
    file, gone, come = _map_halves(
        _look(before.path, *chunks.join_chunks(old, left)), _look(after.path, *chunks.join_chunks(new, right))
    )
    kept = [(old[i].first, new[j].first, old[i].height) for i, j in same if i not in left and j not in right]
    return attrs.evolve(file, runs=linemap.join_runs([*file.runs, *kept])), gone, come


def _map_halves(before: _Half, after: _Half) -> tuple[FileMap, list[Function], list[Function]]:
    kin, gone, come = function_match.match_within_file(before.members, after.members)
    pairs = [*itertools.chain.from_iterable(map(_map_kin, kin))]
    pairs += moved_lines.find_moved_lines(before.script.lines, after.script.lines, pairs, least=LEAST_MOVED_LINES)
    runs = linemap.pack_runs(sorted((before.numbers[i], after.numbers[j]) for i, j in pairs))
    names = {old.segment.name: new.segment.name for old, new in kin if old.segment.name != new.segment.name}
    file = FileMap(before=before.path, after=after.path, runs=runs, names=names)
    return file, [_number(member, before) for member in gone], [_number(member, after) for member in come]


def _number(member: Function, half: _Half) -> Function:
    """A segment of what was looked at, by its indices into the whole text."""
    lines = [half.numbers[index] - 1 for index in member.segment.lines]
    return attrs.evolve(member, segment=attrs.evolve(member.segment, lines=lines))


def _map_kin(kin: FunctionMatch) -> Iterator[tuple[int, int]]:
    """The paired lines, as indices into the texts, of two segments that are one."""
    old, new = kin.before.segment.lines, kin.after.segment.lines
    if kin.before.lines == kin.after.lines:
        return zip(old, new, strict=True)
    return ((old[i], new[j]) for i, j in _map_lines(kin.before.lines, kin.after.lines))


def _map_lines(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Pair what both begin and end with, and between the same statements, wherever they are, and then equal lines."""
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
    """Pair whole statements first, in their order and then moved ones, and in what is left of them equal lines."""
    if not before or not after:
        return []
    old, new = logical_lines.join_lines(before), logical_lines.join_lines(after)
    texts, others = [one.text for one in old], [one.text for one in new]
    aligned = diff.align_lines(texts, others)
    moved = moved_lines.find_moved_lines(texts, others, aligned, least=1)
    pairs = [pair for i, j in aligned + moved for pair in old[i].pair(new[j])]
    gone, come = {i for i, _ in moved}, {j for _, j in moved}
    edges = [(-1, -1), *aligned, (len(old), len(new))]
    for (i, j), (k, m) in itertools.pairwise(edges):
        if k == i + 1 or m == j + 1:
            continue
        left = [index for one in range(i + 1, k) if one not in gone for _, index in old[one].starts]
        right = [index for one in range(j + 1, m) if one not in come for _, index in new[one].starts]
        equal = diff.align_lines([before[index] for index in left], [after[index] for index in right])
        pairs += [(left[x], right[y]) for x, y in equal]
    return pairs


def _strays(found: Iterable[FunctionMatch], files: Mapping[str, FileMap]) -> tuple[FileMap, ...]:
    """What is kin in two files that are not each other's, less the lines that have a partner in their own file."""
    backward = {file.after: file for file in files.values()}
    pairs: dict[tuple[str, str], Pairs] = defaultdict(list)
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for kin in found:
        before, after = kin.before.path, kin.after.path
        names[before, after][kin.before.segment.name] = kin.after.segment.name
        for i, j in _map_kin(kin):
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
    """The indices of units that are the same to the letter, each once in its class on both sides."""
    places = _once(after)
    return [(index, places[unit]) for unit, index in _once(before).items() if unit in places]


def _once(found: Sequence[chunks.Chunk]) -> dict[tuple[str, str], int]:
    keys = [(unit.owner, unit.text) for unit in found]
    places = dict(zip(keys, itertools.count(), strict=False))
    if len(places) == len(keys):
        return places
    often = Counter(keys)
    return {key: index for key, index in places.items() if often[key] == 1}
