"""Finds which function of one version is which of another: by qualified name, then by text."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from covbot.core.linemap.segments import Segment, SegmentedText

SAME_FUNCTION = 0.8
"""From this overlap of their texts on, two functions of different names are one that was renamed or moved."""

SIMILAR_FUNCTION = 0.5
"""From this share of the shorter text on, a function of the same name is the same, however alike others are."""

LEAST_LINES = 3
"""Lines that a text needs for an overlap to tell anything."""

MOST_HOLDERS = 20
"""A line found in more functions than this does not make any of them a candidate."""

MOST_CANDIDATES = 8
"""How many functions are compared in full with one that lost its name."""


@frozen(kw_only=True, eq=False)
class Function:
    """One segment of one file, and the text of all its lines without any whitespace."""

    path: str
    segment: Segment
    lines: Sequence[str]
    body: Sequence[str]


class FunctionMatch(NamedTuple):
    """A segment before and the segment after that continues it."""

    before: Function
    after: Function


def list_functions(path: str, script: SegmentedText) -> list[Function]:
    """The segments of a file, in the order of the text."""
    return [
        make_function(path, segment, [script.lines[index] for index in segment.lines]) for segment in script.segments
    ]


def make_function(path: str, segment: Segment, lines: Sequence[str]) -> Function:
    """Its body is what tells it from others: neither blank lines nor decorators nor `def`."""
    return Function(path=path, segment=segment, lines=lines, body=[line for line in lines[segment.heading :] if line])


def measure_overlap(before: Sequence[str], after: Sequence[str]) -> float:
    """The share of lines, blank ones left out, that two texts have in common, 0 to 1: order does not matter."""
    if before == after:
        return 1.0
    return 2 * _common(before, after) / (len(before) + len(after))


def _is_akin(before: Function, after: Function) -> bool:
    """Whether half of the shorter text is in the longer one: much may have been added, or much deleted."""
    return _common(before.body, after.body) >= SIMILAR_FUNCTION * min(len(before.body), len(after.body))


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    return len(before) if before == after else (Counter(before) & Counter(after)).total()


def match_within_file(
    before: Sequence[Function], after: Sequence[Function]
) -> tuple[list[FunctionMatch], list[Function], list[Function]]:
    """Pair the segments of two versions of a file; those without kin, before and after, come along."""
    found: list[FunctionMatch] = []
    old, new = [*before], [*after]
    for relation in (_akin_by_name, _by_text, _by_name, _by_leaf):
        kin = relation(old, new)
        old, new = _without(kin, old, new)
        found += kin
    return found, old, new


def _akin_by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Pair segments of one name whose texts are akin; what has no text but its head is."""
    return [
        kin for kin in _by_name(before, after) if kin.before.segment.kind == "module" or _is_akin(kin.before, kin.after)
    ]


def _by_name(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    names = _numbered(after)
    return [FunctionMatch(member, names[name]) for name, member in _numbered(before).items() if name in names]


def _numbered(found: Iterable[Function]) -> dict[Hashable, Function]:
    """Name each segment; those that share a name (a property and its setter) are told apart by their order."""
    seen: Counter[Hashable] = Counter()
    named: dict[Hashable, Function] = {}
    for member in found:
        name = (member.segment.kind, member.segment.name)
        named[name, seen[name]] = member
        seen[name] += 1
    return named


def _by_leaf(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    """Pair segments that are alone on both sides with the last part of their name: their class was renamed."""
    names = _leaves(after)
    return [FunctionMatch(member, names[name]) for name, member in _leaves(before).items() if name in names]


def _leaves(found: Sequence[Function]) -> dict[Hashable, Function]:
    """By kind and last part of the name what has it alone; `__init__` and its like name nothing."""
    often = Counter((member.segment.kind, member.segment.leaf) for member in found)
    return {
        (member.segment.kind, member.segment.leaf): member
        for member in found
        if often[member.segment.kind, member.segment.leaf] == 1 and not member.segment.leaf.startswith("__")
    }


def _without(
    kin: Iterable[FunctionMatch], before: Iterable[Function], after: Iterable[Function]
) -> tuple[list[Function], list[Function]]:
    paired = {id(member) for pair in kin for member in pair}
    return [one for one in before if id(one) not in paired], [one for one in after if id(one) not in paired]


def _by_text(before: Sequence[Function], after: Sequence[Function]) -> list[FunctionMatch]:
    return _best(before, after, _is_same_here)


def match_by_text(
    before: Sequence[Function], after: Sequence[Function], *, least: float = SAME_FUNCTION
) -> list[FunctionMatch]:
    """Pair segments of any files whose texts overlap by `least` or more; a short one is equal and keeps its name."""
    return _best(before, after, lambda old, new: _is_same(old, new, least))


def _best(
    before: Sequence[Function], after: Sequence[Function], same: Callable[[Function, Function], bool]
) -> list[FunctionMatch]:
    """Pair what is the same, each at most once: of one name first, then by the last part of it, then the most alike."""
    index = _Index(after)
    graded = sorted(
        (_rank(old, after[j]), i, j)
        for i, old in enumerate(before)
        for j in index.candidates(old)
        if same(old, after[j])
    )
    kin = []
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    for _, i, j in graded:
        if i not in taken_before and j not in taken_after:
            taken_before.add(i)
            taken_after.add(j)
            kin.append(FunctionMatch(before[i], after[j]))
    return kin


def _is_same_here(before: Function, after: Function) -> bool:
    """Whether two segments of one file are one: a short text must be equal to the letter, unless its name tells."""
    if before.segment.kind != after.segment.kind:
        return False
    if before.segment.leaf == after.segment.leaf:
        return _is_akin(before, after)
    return measure_overlap(before.body, after.body) >= (SAME_FUNCTION if _is_telling(before, after) else 1.0)


def _is_same(before: Function, after: Function, least: float) -> bool:
    if before.segment.kind != after.segment.kind:
        return False
    if _is_telling(before, after):
        return measure_overlap(before.body, after.body) >= least
    return before.body == after.body and before.segment.name == after.segment.name


def _is_telling(before: Function, after: Function) -> bool:
    return min(len(before.body), len(after.body)) >= LEAST_LINES


def _rank(before: Function, after: Function) -> tuple[bool, bool, float]:
    return (
        before.segment.name != after.segment.name,
        before.segment.leaf != after.segment.leaf,
        -measure_overlap(before.body, after.body),
    )


class _Index:
    """Which segments hold a line, to compare only those that share rare ones."""

    def __init__(self, found: Sequence[Function]) -> None:
        self._holders: dict[str, list[int]] = defaultdict(list)
        for place, member in enumerate(found):
            for line in _marks(member):
                self._holders[line].append(place)

    def candidates(self, member: Function) -> list[int]:
        shared: Counter[int] = Counter()
        for line in _marks(member):
            holders = self._holders.get(line, ())
            if len(holders) <= MOST_HOLDERS:
                shared.update(holders)
        return sorted(shared, key=lambda place: (-shared[place], place))[:MOST_CANDIDATES]


def _marks(member: Function) -> set[str]:
    """What makes a segment a candidate: its lines and the last part of its name."""
    return {*member.body, f"{member.segment.kind} {member.segment.leaf}"}
