"""The `<line>` elements of a Cobertura report: a statement each, whether it has hits, and its branch."""

from __future__ import annotations

import functools
import re
from array import array
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING, Final

from covbot.core.coverage import FileCoverage
from covbot.core.lines import Lines
from covbot.formats import problems
from covbot.formats.fields import branches, numerals
from covbot.formats.xml import tag_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from covbot.core.coverage import Branch
    from covbot.formats.fields.tallies import Tally

_IDLE: Final = frozenset({"<lines>", "</lines>", "<methods/>"})
_LINE: Final = "<line number="
_PLAIN: Final = ' hits="1"/>'
_NUMBER: Final = re.compile('number="([0-9]+)')
_TELLING: Final = re.compile(
    'number="([0-9]+)" hits="(?:(0+)"|[0-9]+"(?= ))'
    '(?: branch="true" condition-coverage="([^"]+)"(?: missing-branches="([^"]+)")?)?'
)
_MOST_KEPT: Final = 2**16
_LONGEST_KEPT: Final = 200


Endings = dict[str, tuple[bool, "Branch | None"]]
"""What follows a number in a tag -> whether there are hits, and the branch: texts of which most come again."""


def read_line(source: Iterator[str], tally: Tally, endings: Endings) -> str:
    """Count the statements of sound lines up to the first other tag that tells anything; empty at the end.

    Most of the time of reading is spent here: what is unsound falls out of the loop, and `add` looks at it closely.
    """
    hit, unhit, ways = tally.hit.append, tally.unhit.append, tally.branches
    tag = ""
    try:
        for tag in source:
            parts = tag.split('"', 2)
            if parts[0] != _LINE or not parts[1].isdecimal():
                if tag in _IDLE:
                    continue
                return tag
            number = int(parts[1])
            if not number:
                return tag
            if parts[2] == _PLAIN:
                hit(number)
                continue
            covered, branch = endings.get(parts[2]) or _learn(parts[2], endings)
            if covered is None:
                return tag
            (hit if covered else unhit)(number)
            if branch is not None:
                known = ways.setdefault(number, branch)
                if known is not branch:
                    ways[number] = known | branch
    except (ValueError, OverflowError):
        return tag  # thousands of digits, or more than four bytes hold
    return ""


def count_lines(lines: str) -> FileCoverage | None:
    """What lines come to that are written as coverage.py writes them; None unless they ascend."""
    numbers = array("I", map(int, _NUMBER.findall(lines)))
    if not all(map(lt, numbers, islice(numbers, 1, None))):
        return None
    unhit, ways = array("I"), {}
    for number, zeros, condition, targets in _TELLING.findall(lines):
        if zeros:
            unhit.append(int(number))
        if condition and (branch := _count_ways(condition, targets)) is not None:
            ways[int(number)] = branch
    return FileCoverage(statements=Lines(numbers.tobytes()), missing=Lines(unhit.tobytes()), branches=ways)


def add_line(tag: str, tally: Tally, caution: Callable[[str], None]) -> None:
    """Count the statement of any other line, whatever its attributes' order; what is unsound in it is told."""
    found = tag_stream.tag_attributes(tag)
    text = found.get("number")
    number = numerals.to_line(text or "")
    if not number:
        shown = "" if text is None else f" but number={problems.quote(text)}"
        caution(f"a line without a line number{shown} is left out")
        return
    covered, branch = _weigh(found)
    if covered is None:
        caution(f"hits={problems.quote(found.get('hits', ''))} of line {number} say nothing, and count as none")
    (tally.hit if covered else tally.unhit).append(number)
    if branch is not None:
        tally.branch(number, branch)


def _weigh(found: dict[str, str]) -> tuple[bool | None, Branch | None]:
    condition = found.get("condition-coverage")
    branch = None if condition is None else branches.from_condition(condition, found.get("missing-branches"))
    return numerals.is_hit(found.get("hits", "")), branch


@functools.lru_cache(maxsize=4096)
def _count_ways(condition: str, targets: str) -> Branch | None:
    return branches.from_condition(condition, targets)


def _learn(text: str, endings: Endings) -> tuple[bool | None, Branch | None]:
    covered, branch = _weigh(tag_stream.tag_attributes(text))
    if covered is not None and len(text) <= _LONGEST_KEPT:
        if len(endings) >= _MOST_KEPT:
            endings.clear()
        endings[text] = (covered, branch)
    return covered, branch
