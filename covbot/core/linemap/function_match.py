"""The matching of functions between two versions of source code, by qualified name and by text."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from covbot.core.linemap import functions, moved_lines
from covbot.core.linemap.functions import FunctionMatch

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from covbot.core.linemap.functions import Function

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
    """Return the matching segments of two versions of a file, and the segments before and after without a match.

    A body that stayed the same counts before a name, and so does one of which nearly all did, unless lines were only
    added to that of the same name, or only deleted.
    """
    found: list[FunctionMatch] = []
    old, new = [*before], [*after]
    for match_functions in (
        _match_equal_bodies,
        _match_contained_by_name,
        match_by_text,
        _match_similar_by_name,
        _match_by_text_here,
        _match_by_name,
        _match_by_leaf,
    ):
        matches = match_functions(old, new)
        old, new = functions.leave_out_matched(matches, old, new)
        found += matches
    return found, old, new


def _match_equal_bodies(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Return the matches of equal bodies; of several, those of one name first, then by parts of it, then in order."""
    found: list[FunctionMatch] = []
    there = _group_by_body(after)
    for body, group in _group_by_body(before).items():
        old, new = group, there.get(body, [])
        for identify in (_identify_by_name, _identify_by_leaf, _identify_by_owner, _identify_by_kind):
            matches = _match_in_order(old, new, identify)
            old, new = functions.leave_out_matched(matches, old, new)
            found += matches
    return found


def _group_by_body(found: Iterable[Function]) -> dict[Hashable, list[Function]]:
    """Return the segments by kind and body, without those whose body has nothing of its own."""
    groups: dict[Hashable, list[Function]] = {}
    for function in found:
        if not all(map(moved_lines.is_trivial, function.body)):
            groups.setdefault((function.segment.kind, *function.body), []).append(function)
    return groups


def _match_contained_by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Return the matches of one name of which one body has all lines of the other in order, and that is long enough."""
    return [match for match in _match_by_name(before, after) if _is_contained(match.before.body, match.after.body)]


def _is_contained(before: Sequence[str], after: Sequence[str]) -> bool:
    shorter, longer = sorted((before, after), key=len)
    rest = iter(longer)
    return len(shorter) >= LEAST_LINES and all(line in rest for line in shorter)


def _match_similar_by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Return the matches of one name whose bodies are similar; module bodies and empty bodies always are."""
    return [
        match
        for match in _match_by_name(before, after)
        if match.before.segment.kind == "module" or _is_similar(match.before, match.after)
    ]


def _match_by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    return _match_in_order(before, after, _identify_by_name)


def _match_by_leaf(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Return the matches of segments whose last part of the name is unique on both sides: their class was renamed."""
    old, new = ([one for one in side if not one.leaf.startswith("__")] for side in (before, after))
    counts = Counter(map(_identify_by_leaf, old)) | Counter(map(_identify_by_leaf, new))
    matches = _match_in_order(old, new, _identify_by_leaf)
    return [match for match in matches if counts[_identify_by_leaf(match.before)] == 1]


def _match_in_order(
    before: Iterable[Function], after: Iterable[Function], identify: Callable[[Function], Hashable]
) -> list[FunctionMatch]:
    """Return the matches of segments of one identity; if several have it (a property and its setter), in order."""
    there = _number_repeats(after, identify)
    return [
        FunctionMatch(function, there[key])
        for key, function in _number_repeats(before, identify).items()
        if key in there
    ]


def _number_repeats(
    found: Iterable[Function], identify: Callable[[Function], Hashable]
) -> dict[tuple[Hashable, int], Function]:
    seen: Counter[Hashable] = Counter()
    numbered: dict[tuple[Hashable, int], Function] = {}
    for function in found:
        key = identify(function)
        numbered[key, seen[key]] = function
        seen[key] += 1
    return numbered


def _identify_by_name(function: Function) -> Hashable:
    return function.segment.kind, function.name


def _identify_by_leaf(function: Function) -> Hashable:
    return function.segment.kind, function.leaf


def _identify_by_owner(function: Function) -> Hashable:
    return function.segment.kind, function.owner


def _identify_by_kind(function: Function) -> Hashable:
    return function.segment.kind


def match_in_place(
    before: Sequence[Function], after: Sequence[Function], places: Mapping[int, int]
) -> list[FunctionMatch]:
    """Return the matches of similar segments between the same neighbours: they were renamed, and changed a lot.

    `places` holds the number of the place of each segment by its `id`.
    """
    return _match_best(
        before, after, lambda old, new: places[id(old)] == places[id(new)] and _is_similar_in_class(old, new)
    )


def _is_similar_in_class(before: Function, after: Function) -> bool:
    """Whether two segments of one class are similar, by a line of their own at least."""
    if before.segment.kind != after.segment.kind or before.owner != after.owner:
        return False
    old, new = ([line for line in one.body if not line.startswith("#")] for one in (before, after))
    common = Counter(old) & Counter(new)
    enough = common.total() >= SIMILAR_FUNCTION * min(len(old), len(new))
    return enough and not all(map(moved_lines.is_trivial, common))


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
    if before.leaf == after.leaf:
        return _is_similar(before, after)
    return measure_overlap(before.body, after.body) >= (SAME_FUNCTION if _is_long_enough(before, after) else 1.0)


def _is_same(before: Function, after: Function, least: float) -> bool:
    if before.segment.kind != after.segment.kind or _holds(before, after) or _holds(after, before):
        return False
    if _is_long_enough(before, after):
        return measure_overlap(before.body, after.body) >= least
    return before.body == after.body and before.name == after.name


def _holds(outer: Function, inner: Function) -> bool:
    """Whether a function of another name holds the other one: that was pulled out of it since, or put into it."""
    return outer.leaf != inner.leaf and bool(inner.lines) and inner.lines[0] in outer.body


def _is_long_enough(before: Function, after: Function) -> bool:
    return min(len(before.body), len(after.body)) >= LEAST_LINES


def _rank_match(before: Function, after: Function) -> tuple[bool, bool, float]:
    return (
        before.name != after.name,
        before.leaf != after.leaf,
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
    return {*function.body, f"{function.segment.kind} {function.leaf}"}
