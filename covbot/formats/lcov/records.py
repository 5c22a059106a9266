"""One record of LCOV: lines with their counts, branches of lines, and the totals that it declares."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from attrs import define, field

from covbot.formats import problems
from covbot.formats.fields import branches, numerals, totals
from covbot.formats.fields.tallies import Tally

if TYPE_CHECKING:
    from covbot.core.coverage import FileCoverage, Numbers
    from covbot.formats.fields.totals import DeclaredTotals

_TOTAL_TAGS: Final = {"LF", "LH"}
_BRANCH_TAGS: Final = {"BRF", "BRH"}
TAGS: Final = {"DA", "BRDA", "FN", *_TOTAL_TAGS, *_BRANCH_TAGS}
"""The tags of lines with coverage, functions or totals."""

_LONGEST_TOTAL: Final = 15
_MANGLED: Final = re.compile(r"[0-9,]*(?:[^,:]{1,200}:)?(?:_{1,3}R|_{1,3}Z|_?\$[sS])[A-Za-z0-9]")
"""A function's name as compilers of Rust, C++ and Swift write it."""

_COUNTS_INSTANCES: Final = "llvm-cov sums the lines of every instance of a function"
_COUNTS_FEWER: Final = "coverage.py before 7.6.2 lists lines that ran and that it counts as no statements"
_NOT_EXECUTED: Final = "-"
_JUMP_DESCRIPTION: Final = re.compile(r"0,jump to line ([0-9]{1,9})")
_EXIT_DESCRIPTION: Final = re.compile(r"0,(?:exit the |return from |jump to the function exit$)")


@define(kw_only=True)
class Record:
    """The statements of a file, its branches and whether they were taken, and the declared totals by tag.

    A branch is identified by its line, block and name; those of one record that share all three get a number. A record
    is `compiled` if the name of a function is one that a compiler mangled.
    """

    filename: str
    tally: Tally = field(factory=Tally)
    branch_taken: dict[tuple[int, str], bool] = field(factory=dict)
    declared_totals: dict[str, tuple[str, int]] = field(factory=dict)
    compiled: bool = False
    _repeats: Counter[tuple[int, str]] = field(factory=Counter)

    def add(self, tag: str, rest: str, line: int) -> str | None:
        """Add the text after a tag, on that line of the report, and return its fault, None if there is none."""
        if tag == "DA":
            return self._add_line(rest)
        if tag == "BRDA":
            return self._add_branch(rest)
        if tag == "FN":
            self.compiled = self.compiled or bool(_MANGLED.match(rest))
            return None
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
        values = {tag: _parse_total(text) for tag, (text, _) in self.declared_totals.items()}
        habit = self._find_habit(values.get("LF"), values.get("LH"), numbers)
        for tag, (_, line) in self.declared_totals.items():
            declared.compare(
                tag,
                values[tag],
                actual[tag],
                problems.quote_text(self.filename),
                line=line,
                habit=totals.BRANCH_SUMS if tag in _BRANCH_TAGS else habit,
            )

    def _find_habit(self, found: object, hit: object, numbers: Numbers) -> str | None:
        """Return the habit of a known writer that accounts for these sums of lines, None if there is none."""
        if not isinstance(found, int) or not isinstance(hit, int):
            return None
        if self.compiled and hit <= found:
            return _COUNTS_INSTANCES
        agrees = found - hit == numbers.missing or hit == numbers.covered
        return _COUNTS_FEWER if agrees and found < numbers.statements else None

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


def _parse_total(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_TOTAL else text


def _parse_target(branch: str) -> str | None:
    """Return the target of a branch that coverage.py describes: a line or `exit`; None if it names no target."""
    if found := _JUMP_DESCRIPTION.match(branch):
        return found[1]
    return branches.EXIT if _EXIT_DESCRIPTION.match(branch) else None
