"""The matching of functions between two versions of source code, by qualified name and by text."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from covbot.core.linemap.segments import Segment, SegmentedText

SAME_FUNCTION = 0.8
"""The overlap of texts from which two functions of different names are one function that was renamed or moved."""

SIMILAR_FUNCTION = 0.5
"""The common share of the shorter text from which functions of one name are the same, however similar others are."""

LEAST_LINES = 3
"""The number of lines from which the overlap of a text is significant."""

MOST_HOLDERS = 20
"""The number of functions up to which a common line makes each of them a candidate."""

MOST_CANDIDATES = 8
"""The maximum number of functions that are compared in full with one function."""


@frozen(kw_only=True, eq=False)
class Function:
    """A segment of a file, with its lines without any whitespace. `body` has neither the header nor blank lines."""

    path: str
    segment: Segment
    lines: Sequence[str]
    body: Sequence[str]


class FunctionMatch(NamedTuple):
    """A segment before, and the same segment after."""

    before: Function
    after: Function


def list_functions(path: str, text: SegmentedText) -> list[Function]:
    """Return the segments of a file as functions, in the order of the text."""
    return [make_function(path, segment, [text.lines[index] for index in segment.lines]) for segment in text.segments]


def make_function(path: str, segment: Segment, lines: Sequence[str]) -> Function:
    """Return the function of a segment, whose body leaves out blank lines, decorators and the `def`."""
    return Function(
        path=path, segment=segment, lines=lines, body=[line for line in lines[segment.header_length :] if line]
    )


def measure_overlap(before: Sequence[str], after: Sequence[str]) -> float:
    """Return the share of lines that two texts without blank lines have in common, 0 to 1, whatever their order."""
    if before == after:
        return 1.0
    return 2 * _count_common_lines(before, after) / (len(before) + len(after))


def _is_similar(before: Function, after: Function) -> bool:
    """Whether half of the shorter body is in the longer one. Much may have been added or deleted."""
    return _count_common_lines(before.body, after.body) >= SIMILAR_FUNCTION * min(len(before.body), len(after.body))


def _count_common_lines(before: Sequence[str], after: Sequence[str]) -> int:
    return len(before) if before == after else (Counter(before) & Counter(after)).total()


def match_within_file(
    before: Sequence[Function], after: Sequence[Function]
) -> tuple[list[FunctionMatch], list[Function], list[Function]]:
    """Return the matching segments of two versions of a file, and the segments before and after without a match."""
    found: list[FunctionMatch] = []
    old, new = [*before], [*after]
    for match_functions in (_match_similar_by_name, _match_by_text_here, _match_by_name, _match_by_leaf):
        matches = match_functions(old, new)
        old, new = _leave_out_matched(matches, old, new)
        found += matches
    return found, old, new


def _match_similar_by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Return the matches of one name whose bodies are similar; module bodies and empty bodies always are."""
    return [
        match
        for match in _match_by_name(before, after)
        if match.before.segment.kind == "module" or _is_similar(match.before, match.after)
    ]


def _match_by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    names = _number_names(after)
    return [FunctionMatch(function, names[name]) for name, function in _number_names(before).items() if name in names]


def _number_names(found: Iterable[Function]) -> dict[Hashable, Function]:
    """Return each segment by kind and name, and by its index among those of one name (a property and its setter)."""
    seen: Counter[Hashable] = Counter()
    named: dict[Hashable, Function] = {}
    for function in found:
        name = (function.segment.kind, function.segment.name)
        named[name, seen[name]] = function
        seen[name] += 1
    return named


def _match_by_leaf(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Return the matches of segments whose last part of the name is unique on both sides: their class was renamed."""
    names = _index_by_leaf(after)
    return [FunctionMatch(function, names[name]) for name, function in _index_by_leaf(before).items() if name in names]


def _index_by_leaf(found: Sequence[Function]) -> dict[Hashable, Function]:
    """Return the segments with a unique kind and last part of the name. Special names (`__init__`) are left out."""
    counts = Counter((function.segment.kind, function.segment.leaf) for function in found)
    return {
        (function.segment.kind, function.segment.leaf): function
        for function in found
        if counts[function.segment.kind, function.segment.leaf] == 1 and not function.segment.leaf.startswith("__")
    }


def _leave_out_matched(
    matches: Iterable[FunctionMatch], before: Iterable[Function], after: Iterable[Function]
) -> tuple[list[Function], list[Function]]:
    paired = {id(function) for pair in matches for function in pair}
    return [one for one in before if id(one) not in paired], [one for one in after if id(one) not in paired]


def _match_by_text_here(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    return _match_best(before, after, _is_same_in_file)


def match_by_text(
    before: Sequence[Function], after: Sequence[Function], *, least: float = SAME_FUNCTION
) -> list[FunctionMatch]:
    """Return the matches of segments of any files whose texts overlap by `least` or more, 0 to 1.

    Short segments match only if their texts and names are equal.
    """
    return _match_best(before, after, lambda old, new: _is_same(old, new, least))


def _match_best(
    before: Sequence[Function], after: Sequence[Function], same: Callable[[Function, Function], bool]
) -> list[FunctionMatch]:
    """Return matches of the same segments, each at most once.

    Those of one name are first, then those with the same last part of the name, then the most similar ones.
    """
    index = _Index(after)
    graded = sorted(
        (_rank_match(old, after[j]), i, j)
        for i, old in enumerate(before)
        for j in index.find_candidates(old)
        if same(old, after[j])
    )
    matches = []
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    for _, i, j in graded:
        if i not in taken_before and j not in taken_after:
            taken_before.add(i)
            taken_after.add(j)
            matches.append(FunctionMatch(before[i], after[j]))
    return matches


def _is_same_in_file(before: Function, after: Function) -> bool:
    """Whether two segments of one file are the same. Short texts of different names must be equal."""
    if before.segment.kind != after.segment.kind:
        return False
    if before.segment.leaf == after.segment.leaf:
        return _is_similar(before, after)
    return measure_overlap(before.body, after.body) >= (SAME_FUNCTION if _is_long_enough(before, after) else 1.0)


def _is_same(before: Function, after: Function, least: float) -> bool:
    if before.segment.kind != after.segment.kind:
        return False
    if _is_long_enough(before, after):
        return measure_overlap(before.body, after.body) >= least
    return before.body == after.body and before.segment.name == after.segment.name


def _is_long_enough(before: Function, after: Function) -> bool:
    return min(len(before.body), len(after.body)) >= LEAST_LINES


def _rank_match(before: Function, after: Function) -> tuple[bool, bool, float]:
    return (
        before.segment.name != after.segment.name,
        before.segment.leaf != after.segment.leaf,
        -measure_overlap(before.body, after.body),
    )


class _Index:
    """An index of segments by their lines, so that only those that share rare lines are compared."""

    def __init__(self, found: Sequence[Function]) -> None:
        self._holders: dict[str, list[int]] = defaultdict(list)
        for index, function in enumerate(found):
            for line in _list_index_keys(function):
                self._holders[line].append(index)

    def find_candidates(self, function: Function) -> list[int]:
        shared: Counter[int] = Counter()
        for line in _list_index_keys(function):
            holders = self._holders.get(line, ())
            if len(holders) <= MOST_HOLDERS:
                shared.update(holders)
        return sorted(shared, key=lambda index: (-shared[index], index))[:MOST_CANDIDATES]


def _list_index_keys(function: Function) -> set[str]:
    """Return the texts that make a segment a candidate: its lines, and its kind with the last part of its name."""
    return {*function.body, f"{function.segment.kind} {function.segment.leaf}"}
