"""One record of LCOV: lines with their counts, ways out of lines, and the sums that it claims."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from attrs import define, field

from covbot.formats import problems
from covbot.formats.fields import branches, numerals
from covbot.formats.fields.tallies import Tally

if TYPE_CHECKING:
    from covbot.core.coverage import FileCoverage
    from covbot.formats.fields.totals import DeclaredTotals

_SUMS: Final = {"LF", "LH", "BRF", "BRH"}
TAGS: Final = {"DA", "BRDA", *_SUMS}
"""The tags of lines that say what was covered."""

_LONGEST: Final = 15
_NEVER_TRIED: Final = "-"
_JUMP: Final = re.compile(r"0,jump to line ([0-9]{1,9})")
_EXIT: Final = re.compile(r"0,(?:exit the |return from |jump to the function exit$)")


@define(kw_only=True)
class Record:
    """The statements of a file, the ways out of its lines and whether they were taken, and claimed sums by tag.

    A way is known by its line, its block and its name; those of one record that share all three are told apart.
    """

    filename: str
    tally: Tally = field(factory=Tally)
    ways: dict[tuple[int, str], bool] = field(factory=dict)
    sums: dict[str, tuple[str, int]] = field(factory=dict)
    _again: Counter[tuple[int, str]] = field(factory=Counter)

    def add(self, tag: str, rest: str, line: int) -> str | None:
        """Take in what stands behind a tag, on that line of the report; what is wrong with it, if anything."""
        if tag == "DA":
            return self._add_line(rest)
        if tag == "BRDA":
            return self._add_way(rest)
        self.sums[tag] = (rest, line)
        return None

    def extend(self, other: Record) -> None:
        """Add another record of the same file."""
        self.tally.extend(other.tally)
        for way, taken in other.ways.items():
            self.ways[way] = taken or self.ways.get(way, False)

    def compare(self, claims: DeclaredTotals) -> None:
        """Hold the claimed sums against what is there."""
        if not self.sums:
            return
        numbers = self.tally.sum().numbers
        held = {
            "LF": numbers.statements,
            "LH": numbers.covered,
            "BRF": len(self.ways),
            "BRH": sum(self.ways.values()),
        }
        for tag, (text, line) in self.sums.items():
            claimed = int(text) if text.isdecimal() and len(text) < _LONGEST else text
            claims.compare(tag, claimed, held[tag], problems.quote(self.filename), line=line)

    def sum(self) -> FileCoverage:
        """What the record comes to."""
        missing: dict[int, list[str | None]] = {}
        totals = Counter(line for line, _ in self.ways)
        for (line, way), taken in self.ways.items():
            if not taken:
                missing.setdefault(line, []).append(_to_target(way))
        for line, total in totals.items():
            self.tally.branch(line, branches.from_targets(total, missing.get(line, [])))
        return self.tally.sum()

    def _add_line(self, rest: str) -> str | None:
        text, _, count = rest.partition(",")
        number, hit = numerals.to_line(text), numerals.is_hit(count.partition(",")[0])
        if not number:
            return f"DA:{problems.quote(rest)} names no line, and is left out"
        (self.tally.hit if hit else self.tally.unhit).append(number)
        return f"DA:{problems.quote(rest)} has no sound count, and counts as none" if hit is None else None

    def _add_way(self, rest: str) -> str | None:
        text, _, way = rest.partition(",")
        name, _, count = way.rpartition(",")
        number = numerals.to_line(text)
        taken = False if count == _NEVER_TRIED else numerals.is_hit(count)
        if not number or taken is None:
            return f"BRDA:{problems.quote(rest)} names no line, or has no sound count, and is left out"
        if (number, name) in self.ways:
            self._again[number, name] += 1
            name = f"{name}#{1 + self._again[number, name]}"
        self.ways[number, name] = taken
        return None


def _to_target(way: str) -> str | None:
    """Where a way leads, in coverage.py's words: a line, or out; None where nothing says so."""
    if found := _JUMP.match(way):
        return found[1]
    return branches.EXIT if _EXIT.match(way) else None
