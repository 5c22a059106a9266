"""What the coverage files of one build say: `Report`, `FileCoverage`, `Branch`, and the `Numbers` they add up to."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, TypeVar

from attrs import Factory, frozen

from covbot.core.lines import Lines, group_by_owner, union_by_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from covbot.core.execution import Execution

T = TypeVar("T")
M = TypeVar("M", "FileCoverage", "Execution")


@frozen(kw_only=True)
class Branch:
    """The ways out of one line: how many there are, and which, or how many, were never taken.

    `targets` are the lines (or `exit`) never jumped to, None where the writer does not say which; several ways to one
    place are told apart as `exit`, `exit#2`. `at_most` bounds how many ways were never taken where a count is known.
    Keeping both apart makes the union of reports associative.
    """

    total: int
    targets: frozenset[str] | None = None
    at_most: int | None = None

    @functools.cached_property
    def missing(self) -> int:
        """How many ways out were never taken, as far as is known."""
        if self.targets is None:
            return self.at_most or 0
        return len(self.targets) if self.at_most is None else min(self.at_most, len(self.targets))

    def __or__(self, other: Branch) -> Branch:
        """The union: a way out is missing only if no report took it; ways that only one of them saw stay missing."""
        total, taken = max(self.total, other.total), _both(self._taken, other._taken, max)
        return Branch(
            total=total,
            targets=_both(self.targets, other.targets, operator.and_),
            at_most=None if taken is None else total - taken,
        )

    @property
    def _taken(self) -> int | None:
        """How many ways out were taken at least, where a count is known."""
        return None if self.at_most is None else self.total - self.at_most


def _both(one: T | None, other: T | None, join: Callable[[T, T], T]) -> T | None:
    if one is None:
        return other
    return one if other is None else join(one, other)


@frozen(kw_only=True)
class Numbers:
    """Counts that add up; `partial` counts the lines that ran but never left by one of their ways."""

    statements: int = 0
    missing: int = 0
    branches: int = 0
    missing_branches: int = 0
    partial: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(
            statements=self.statements + other.statements,
            missing=self.missing + other.missing,
            branches=self.branches + other.branches,
            missing_branches=self.missing_branches + other.missing_branches,
            partial=self.partial + other.partial,
        )

    @property
    def covered(self) -> int:
        """Statements that ran."""
        return self.statements - self.missing

    @property
    def share(self) -> str:
        """The covered share of statements, rounded down to a tenth: `100 %` only if nothing is missing."""
        if not self.statements:
            return "nothing to cover"
        if not self.missing:
            return "100 %"
        tenths = self.covered * 1000 // self.statements
        return f"{tenths // 10}.{tenths % 10} %" if tenths or not self.covered else "under 0.1 %"


@frozen(kw_only=True)
class FileCoverage:
    """One file's statements, those of them that never ran, and its branching lines.

    `functions` are the statements of its functions and methods by name, as far as the report tells them: they serve
    where there is no source.
    """

    statements: Lines = Lines()
    missing: Lines = Lines()
    branches: Mapping[int, Branch] = Factory(dict)
    functions: Mapping[str, Lines] = Factory(dict)

    @property
    def covered(self) -> Lines:
        """The statements that ran."""
        return self.statements - self.missing

    @property
    def partial(self) -> dict[int, tuple[str, ...]]:
        """Lines that ran but never left by all ways -> the targets never reached, numbers first (empty: unknown)."""
        return {
            line: tuple(sorted((target.partition("#")[0] for target in branch.targets or ()), key=_by_number))
            for line, branch in sorted(self.branches.items())
            if branch.missing and line not in self.missing
        }

    @functools.cached_property
    def numbers(self) -> Numbers:
        """What this file adds to the report's sums."""
        never = {line: missing for line, branch in self.branches.items() if (missing := branch.missing)}
        return Numbers(
            statements=len(self.statements),
            missing=len(self.missing),
            branches=sum(branch.total for branch in self.branches.values()),
            missing_branches=sum(never.values()),
            partial=len(never.keys() - set(self.missing)),
        )

    def __or__(self, other: FileCoverage) -> FileCoverage:
        """The union: a statement is missing only if some report measured it and none ran it."""
        if self == other:
            return self
        branches = dict(self.branches)
        for line, branch in other.branches.items():
            branches[line] = branches[line] | branch if line in branches else branch
        return FileCoverage(
            statements=self.statements | other.statements,
            missing=(self.missing | other.missing) - (self.covered | other.covered),
            branches=branches,
            functions=union_by_path([self.functions, other.functions]),
        )

    def group_by_function(self, lines: Lines) -> dict[str, Lines]:
        """The lines by the name of the function that they belong to, "" where the report names none.

        A line that is said to be in several belongs to the first of them by name.
        """
        return group_by_owner(lines, self._owners, "")

    @functools.cached_property
    def _owners(self) -> Mapping[int, str]:
        return {line: name for name in sorted(self.functions, reverse=True) for line in self.functions[name]}


def _by_number(target: str) -> tuple[int, str]:
    return (int(target), "") if target.isdecimal() else (2**64, target)


@frozen(kw_only=True, order=True)
class Problem:
    """Something in a report that was read with a caution: where (`file:line`), and what."""

    where: str
    what: str


@frozen(kw_only=True)
class Report:
    """What the coverage file or files of one build say.

    `files` maps the filename as written (or the repository path, once mapped) to its coverage, `traces` that of a file
    whose statements only its source tells to what ran of it. `mismatches` are the sums that the file claims and its
    body does not hold; `written_at` is the report's own timestamp.
    """

    files: Mapping[str, FileCoverage] = Factory(dict)
    traces: Mapping[str, Execution] = Factory(dict)
    writer: str = "unknown"
    sources: tuple[str, ...] = ()
    written_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    mismatches: tuple[Problem, ...] = ()

    @property
    def numbers(self) -> Numbers:
        """The sums over all files."""
        return sum((file.numbers for file in self.files.values()), Numbers())

    def __or__(self, other: Report) -> Report:
        """The union of two reports of one build."""
        written = [moment for moment in (self.written_at, other.written_at) if moment]
        return Report(
            files=_join(self.files, other.files),
            traces=_join(self.traces, other.traces),
            writer=" + ".join(sorted({*self.writer.split(" + "), *other.writer.split(" + ")})),
            sources=tuple(sorted({*self.sources, *other.sources})),
            written_at=min(written, default=None),
            problems=tuple(sorted({*self.problems, *other.problems})),
            mismatches=tuple(sorted({*self.mismatches, *other.mismatches})),
        )


def _join(one: Mapping[str, M], other: Mapping[str, M]) -> dict[str, M]:
    """What two reports say of each file, in the order of their names."""
    joined = dict(one)
    for path, file in other.items():
        joined[path] = joined[path] | file if path in joined else file
    return dict(sorted(joined.items()))


def merge_reports(reports: Iterable[Report]) -> Report:
    """The union of one or more reports: commutative, associative, idempotent; unmeasured never turns into covered."""
    return functools.reduce(operator.or_, reports)
