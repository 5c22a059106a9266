"""The `<line>` elements of a Cobertura report: a statement each, whether it has hits, and its branches."""

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

_IGNORED_TAGS: Final = frozenset({"<lines>", "</lines>", "<methods/>"})
_LINE_START: Final = "<line number="
_HIT_ONCE: Final = ' hits="1"/>'
_NUMBER: Final = re.compile('number="([0-9]+)')
_UNHIT_OR_BRANCHING: Final = re.compile(
    'number="([0-9]+)" hits="(?:(0+)"|[0-9]+"(?= ))'
    '(?: branch="true" condition-coverage="([^"]+)"(?: missing-branches="([^"]+)")?)?'
)
_MOST_CACHED_ENDINGS: Final = 2**16
_LONGEST_CACHED_ENDING: Final = 200


Endings = dict[str, tuple[bool, "Branch | None"]]
"""The rest of a tag after its number -> whether there are hits, and the branch. Most of these texts repeat."""


def read_usual_lines(tags: Iterator[str], tally: Tally, endings: Endings) -> str:
    """Count the statements of valid lines, and return the first other tag that is not ignored; empty at the end.

    Most of the time of reading is spent here: an invalid line leaves the loop, and `add_line` examines it.
    """
    hit, unhit, by_line = tally.hit.append, tally.unhit.append, tally.branches
    tag = ""
    try:
        for tag in tags:
            parts = tag.split('"', 2)
            if parts[0] != _LINE_START or not parts[1].isdecimal():
                if tag in _IGNORED_TAGS:
                    continue
                return tag
            number = int(parts[1])
            if not number or not parts[1].isascii():
                return tag
            if parts[2] == _HIT_ONCE:
                hit(number)
                continue
            covered, branch = endings.get(parts[2]) or _parse_ending(parts[2], endings)
            if covered is None:
                return tag
            (hit if covered else unhit)(number)
            if branch is not None:
                known = by_line.setdefault(number, branch)
                if known is not branch:
                    by_line[number] = known | branch
    except (ValueError, OverflowError):
        return tag  # a number of thousands of digits, or of more than four bytes
    return ""


def count_lines(lines: str) -> FileCoverage | None:
    """Return the coverage of lines that are written as coverage.py writes them; None unless they ascend."""
    numbers = array("I", map(int, _NUMBER.findall(lines)))
    if not all(map(lt, numbers, islice(numbers, 1, None))):
        return None
    unhit, by_line = array("I"), {}
    for number, zeros, condition, targets in _UNHIT_OR_BRANCHING.findall(lines):
        if zeros:
            unhit.append(int(number))
        if condition and (branch := _parse_branch(condition, targets)) is not None:
            by_line[int(number)] = branch
    return FileCoverage(statements=Lines(numbers.tobytes()), missing=Lines(unhit.tobytes()), branches=by_line)


def add_line(tag: str, tally: Tally, warn: Callable[[str], None]) -> None:
    """Count the statement of any other line, whatever the order of its attributes; call `warn` with what is invalid.

    A line is left out if its hits are a garbled number. Other hits that count nothing, such as -1 or NaN, are none.
    """
    attributes = tag_stream.parse_attributes(tag)
    text = attributes.get("number")
    number = numerals.parse_line_number(text or "")
    if not number:
        shown = "" if text is None else f" but number={problems.quote_text(text)}"
        warn(f"a line without a line number{shown} is left out")
        return
    covered, branch = _parse_hits_and_branch(attributes)
    if covered is None:
        hits = attributes.get("hits", "")
        garbled = numerals.is_garbled(hits)
        what = "are no number, and the line is left out" if garbled else "say nothing, and count as none"
        warn(f"hits={problems.quote_text(hits)} of line {number} {what}")
        if garbled:
            tally.garbled.append(number)
            return
    (tally.hit if covered else tally.unhit).append(number)
    if branch is not None:
        tally.add_branch(number, branch)


def _parse_hits_and_branch(attributes: dict[str, str]) -> tuple[bool | None, Branch | None]:
    condition = attributes.get("condition-coverage")
    branch = None if condition is None else branches.from_condition(condition, attributes.get("missing-branches"))
    return numerals.is_hit(attributes.get("hits", "")), branch


@functools.lru_cache(maxsize=4096)
def _parse_branch(condition: str, targets: str) -> Branch | None:
    return branches.from_condition(condition, targets)


def _parse_ending(text: str, endings: Endings) -> tuple[bool | None, Branch | None]:
    covered, branch = _parse_hits_and_branch(tag_stream.parse_attributes(text))
    if covered is not None and len(text) <= _LONGEST_CACHED_ENDING:
        if len(endings) >= _MOST_CACHED_ENDINGS:
            endings.clear()
        endings[text] = (covered, branch)
    return covered, branch
