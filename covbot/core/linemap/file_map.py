"""The map of the lines of two versions of one file, by their rows, or by their syntax trees where spelling changed."""

from __future__ import annotations

import bisect
import itertools
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.linemap import (
    chunk_match,
    diff,
    file_versions,
    function_match,
    functions,
    kept_lines,
    linemap,
    moved_lines,
    respelling,
    split_rows,
    statement_map,
)
from covbot.core.linemap.linemap import FileMap
from covbot.core.lines import Lines
from covbot.core.source import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.core.linemap.diff import Pairs
    from covbot.core.linemap.file_versions import FileVersion, SourceFile
    from covbot.core.linemap.functions import Function, FunctionMatch
    from covbot.core.linemap.linemap import Run

LEAST_MOVED_LINES = 3
"""The number of consecutive lines from which a block is recognized in another function of the file."""

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@frozen(kw_only=True, eq=False)
class MappedFile:
    """The map of two versions of a file, the functions before and after without a counterpart, and how alike both are.

    `likeness` is the share of lines that have a counterpart, 0 to 1.
    """

    file: FileMap
    removed: Sequence[Function]
    added: Sequence[Function]
    likeness: float


@frozen(kw_only=True, eq=False)
class _Comparison:
    """The pairs of lines of two versions, as indices, and what was matched on the way to them.

    `splits` are the rows before of several statements, each with the rows after on which these begin. `unsure` are the
    lines before and after of functions in which statements moved past others.
    """

    before: FileVersion
    after: FileVersion
    pairs: Pairs
    splits: Mapping[int, Sequence[int]]
    matches: Sequence[FunctionMatch]
    removed: Sequence[Function]
    added: Sequence[Function]
    unsure: tuple[frozenset[int], frozenset[int]]


def map_pair(before: SourceFile, after: SourceFile) -> MappedFile:
    """Return the map of two versions of a file. Equal chunks are mapped as they are, and the others are compared."""
    old, new = chunks.split_chunks(before.text), chunks.split_chunks(after.text)
    classes = chunk_match.match_classes(old, new)
    same = chunk_match.pair_chunks(old, new, classes)
    left = chunks.add_class_headers(old, set(range(len(old))).difference(i for i, _ in same))
    right = chunks.add_class_headers(new, set(range(len(new))).difference(j for _, j in same))
    renamed = {(i, j) for i, j in same if old[i].owner != new[j].owner}  # compared, to know the names inside
    compared = [(i, j) for i, j in same if i in left or j in right or (i, j) in renamed]
    left.update(i for i, _ in compared)
    right.update(j for _, j in compared)
    return map_versions(
        file_versions.make_version(before, *chunks.join_chunks(old, left)),
        file_versions.make_version(after, *chunks.join_chunks(new, right)),
        kept=[(old[i].first, new[j].first, old[i].height) for i, j in same if i not in left and j not in right],
        classes=classes,
    )


def map_versions(
    before: FileVersion, after: FileVersion, *, kept: Sequence[Run] = (), classes: Mapping[str, str] = _NO_NAMES
) -> MappedFile:
    """Return the map of the compared parts of two versions, and of the runs of lines that were `kept` as they are.

    `classes` holds the names of renamed classes, before -> after.
    """
    found = _compare(before, after, kept, classes)
    if (
        before.path.endswith(file_versions.PYTHON)
        and after.path.endswith(file_versions.PYTHON)
        and _is_respelled(found)
    ):
        old, new = file_versions.spell_version(before), file_versions.spell_version(after)
        if old is not None and new is not None:
            found = _compare(old, new, kept, classes)
    return _make_map(found, kept)


def _is_respelled(found: _Comparison) -> bool:
    """Whether a statement without a counterpart, or with one elsewhere, has one that is only spelled differently."""
    left, right = found.unsure
    sides = (
        (found.before, {i for i, _ in found.pairs if i not in left}),
        (found.after, {j for _, j in found.pairs if j not in right}),
    )
    old, new = (respelling.list_statements(side.plain, side.rows, mapped) for side, mapped in sides)
    return respelling.is_respelled(old, new)


def _compare(before: FileVersion, after: FileVersion, kept: Sequence[Run], classes: Mapping[str, str]) -> _Comparison:
    """Return what the versions have in common, line by line."""
    old_functions = functions.foresee_names(before.functions, classes)
    matches, removed, added = function_match.match_within_file(old_functions, after.functions)
    if removed and added:
        places = _number_places(before, after, matches, (removed, added), kept)
        found = function_match.match_in_place(removed, added, places)
        removed, added = functions.leave_out_matched(found, removed, added)
        matches += found
    by_match = [[*statement_map.map_match(match)] for match in matches]
    crossed = [match for match, own in zip(matches, by_match, strict=True) if _is_crossed(own)]
    pairs = [*itertools.chain.from_iterable(by_match)]
    if before.lines is not before.rows:
        pairs = [(i, j) for i, j in pairs if before.lines[i] or before.rows[i] == after.rows[j]]
        pairs += _find_moved_statements(before.lines, after.lines, pairs)
    pairs += moved_lines.find_moved_lines(before.rows, after.rows, pairs, least=LEAST_MOVED_LINES)
    pairs += kept_lines.find_kept_lines(before.rows, after.rows, pairs)
    splits = {}
    if before.path.endswith(file_versions.PYTHON) and after.path.endswith(file_versions.PYTHON):
        splits = dict(split_rows.find_split_rows((before.plain, before.rows), (after.plain, after.rows), pairs))
        pairs += [(row, parts[0]) for row, parts in splits.items()]
    return _Comparison(
        before=before,
        after=after,
        pairs=pairs,
        splits=splits,
        matches=matches,
        removed=removed,
        added=added,
        unsure=(
            frozenset(line for match in crossed for line in match.before.segment.lines),
            frozenset(line for match in crossed for line in match.after.segment.lines),
        ),
    )


def _is_crossed(pairs: Pairs) -> bool:
    """Whether some lines of a function changed their order."""
    return any(j > m for (_, j), (_, m) in itertools.pairwise(sorted(pairs)))


def _find_moved_statements(before: Sequence[str], after: Sequence[str], pairs: Pairs) -> Pairs:
    """Return the pairs of spelled lines in blocks that moved to other functions, however many rows they have there."""
    old, new = ([index for index, line in enumerate(side) if line] for side in (before, after))
    there, here = ({index: place for place, index in enumerate(side)} for side in (new, old))
    known = [(here[i], there[j]) for i, j in pairs if before[i] and after[j]]
    texts, others = [before[index] for index in old], [after[index] for index in new]
    moved = moved_lines.find_moved_lines(texts, others, known, least=LEAST_MOVED_LINES)
    return [(old[i], new[j]) for i, j in moved]


def _number_places(
    before: FileVersion,
    after: FileVersion,
    matches: Iterable[FunctionMatch],
    unmatched: tuple[Iterable[Function], Iterable[Function]],
    kept: Iterable[Run],
) -> dict[int, int]:
    """Return the `id` of each function -> how many of the neighbours that kept their order are above it."""
    anchors = [(start, first) for start, first, _ in kept]
    anchors += [
        (before.numbers[old.segment.lines[0]], after.numbers[new.segment.lines[0]])
        for old, new in matches
        if old.segment.lines and new.segment.lines
    ]
    rising = diff.keep_rising_pairs(sorted(anchors))
    return {
        id(function): bisect.bisect([pair[side] for pair in rising], version.numbers[function.segment.lines[0]])
        for side, version in enumerate((before, after))
        for function in unmatched[side]
    }


def _make_map(found: _Comparison, kept: Sequence[Run]) -> MappedFile:
    before, after = found.before, found.after
    runs = linemap.pack_runs(sorted((before.numbers[i], after.numbers[j]) for i, j in found.pairs))
    renamed = ((old.segment.name, new.segment.name) for old, new in found.matches)
    names = {old: new for old, new in renamed if old != new}
    file = FileMap(
        before=before.path,
        after=after.path,
        runs=linemap.join_runs([*runs, *kept]),
        names=names,
        splits={
            before.numbers[row]: Lines.of(after.numbers[part] for part in parts[1:])
            for row, parts in found.splits.items()
        },
    )
    equal = sum(length for _, _, length in kept)
    compared = sum(map(bool, before.lines)) + sum(map(bool, after.lines))
    mapped = equal + sum(1 for i, _ in found.pairs if before.lines[i])
    return MappedFile(
        file=file,
        removed=[_renumber_function(function, before) for function in found.removed],
        added=[_renumber_function(function, after) for function in found.added],
        likeness=2 * mapped / (2 * equal + compared) if equal or compared else 1.0,
    )


def _renumber_function(function: Function, version: FileVersion) -> Function:
    """Return a function by its rows, with the indices that these have in the whole text."""
    lines = [version.numbers[index] - 1 for index in function.segment.lines]
    return attrs.evolve(functions.unspell(function), segment=attrs.evolve(function.segment, lines=lines))
