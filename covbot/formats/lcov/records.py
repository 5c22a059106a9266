"""One record of LCOV: lines with their counts, branches of lines, and the totals that it declares."""

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

_TOTAL_TAGS: Final = {"LF", "LH", "BRF", "BRH"}
TAGS: Final = {"DA", "BRDA", *_TOTAL_TAGS}
"""The tags of lines with coverage or totals."""

_LONGEST_TOTAL: Final = 15
_NOT_EXECUTED: Final = "-"
_JUMP_DESCRIPTION: Final = re.compile(r"0,jump to line ([0-9]{1,9})")
_EXIT_DESCRIPTION: Final = re.compile(r"0,(?:exit the |return from |jump to the function exit$)")


@define(kw_only=True)
class Record:
    """The statements of a file, its branches and whether they were taken, and the declared totals by tag.

    A branch is identified by its line, block and name; those of one record that share all three get a number.
    """

    filename: str
    tally: Tally = field(factory=Tally)
    branch_taken: dict[tuple[int, str], bool] = field(factory=dict)
    declared_totals: dict[str, tuple[str, int]] = field(factory=dict)
    _repeats: Counter[tuple[int, str]] = field(factory=Counter)

    def add(self, tag: str, rest: str, line: int) -> str | None:
        """Add the text after a tag, on that line of the report, and return its fault, None if there is none."""
        if tag == "DA":
            return self._add_line(rest)
        if tag == "BRDA":
            return self._add_branch(rest)
        self.declared_totals[tag] = (rest, line)
        return None

    def extend(self, other: Record) -> None:
        """Add another record of the same file."""
        self.tally.extend(other.tally)
        for branch, taken in other.branch_taken.items():
            self.branch_taken[branch] = taken or self.branch_taken.get(branch, False)

    def compare_totals(self, declared: DeclaredTotals) -> None:
        """Compare the declared totals with the content of the record."""
        if not self.declared_totals:
            return
        numbers = self.tally.sum().numbers
        actual = {
            "LF": numbers.statements,
            "LH": numbers.covered,
            "BRF": len(self.branch_taken),
            "BRH": sum(self.branch_taken.values()),
        }
        for tag, (text, line) in self.declared_totals.items():
            value = int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_TOTAL else text
            declared.compare(tag, value, actual[tag], problems.quote_text(self.filename), line=line)

    def sum(self) -> FileCoverage:
        """Return the coverage that the record adds up to."""
        missing: dict[int, list[str | None]] = {}
        totals = Counter(line for line, _ in self.branch_taken)
        for (line, branch), taken in self.branch_taken.items():
            if not taken:
                missing.setdefault(line, []).append(_parse_target(branch))
        for line, total in totals.items():
            self.tally.add_branch(line, branches.from_targets(total, missing.get(line, [])))
        return self.tally.sum()

    def _add_line(self, rest: str) -> str | None:
        text, _, further = rest.partition(",")
        count = further.partition(",")[0]
        number, hit = numerals.parse_line_number(text), numerals.is_hit(count)
        if not number:
            return f"DA:{problems.quote_text(rest)} names no line, and is left out"
        if hit is None and numerals.is_garbled(count):
            return f"DA:{problems.quote_text(rest)} has no number as its count, and is left out"
        (self.tally.hit if hit else self.tally.unhit).append(number)
        return f"DA:{problems.quote_text(rest)} has no sound count, and counts as none" if hit is None else None

    def _add_branch(self, rest: str) -> str | None:
        text, _, branch = rest.partition(",")
        name, _, count = branch.rpartition(",")
        number = numerals.parse_line_number(text)
        taken = False if count == _NOT_EXECUTED else numerals.is_hit(count)
        if not number or taken is None:
            return f"BRDA:{problems.quote_text(rest)} names no line, or has no sound count, and is left out"
        if (number, name) in self.branch_taken:
            self._repeats[number, name] += 1
            name = f"{name}#{1 + self._repeats[number, name]}"
        self.branch_taken[number, name] = taken
        return None


def _parse_target(branch: str) -> str | None:
    """Return the target of a branch that coverage.py describes: a line or `exit`; None if it names no target."""
    if found := _JUMP_DESCRIPTION.match(branch):
        return found[1]
    return branches.EXIT if _EXIT_DESCRIPTION.match(branch) else None
