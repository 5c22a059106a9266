"""The content of the coverage files of a build: `Report`, `FileCoverage`, `Branch`, and their sums in `Numbers`."""

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
    """The branches of one line: how many there are, and which, or how many, were never taken.

    `targets` are the lines (or `exit`) never jumped to, None if the report does not name them. Several branches to the
    same target are distinguished as `exit`, `exit#2`. `at_most` is the maximum number of branches never taken, if a
    count is known. The two are kept apart so that the union of reports is associative.
    """

    total: int
    targets: frozenset[str] | None = None
    at_most: int | None = None

    @functools.cached_property
    def missing(self) -> int:
        """The number of branches never taken, as far as it is known."""
        if self.targets is None:
            return self.at_most or 0
        return len(self.targets) if self.at_most is None else min(self.at_most, len(self.targets))

    def __or__(self, other: Branch) -> Branch:
        """Return the union: a branch is missing only if no report took it. Those of one report alone stay missing."""
        total, taken = max(self.total, other.total), _combine_known(self._taken, other._taken, max)
        return Branch(
            total=total,
            targets=_combine_known(self.targets, other.targets, operator.and_),
            at_most=None if taken is None else total - taken,
        )

    @property
    def _taken(self) -> int | None:
        """The minimum number of branches that were taken, if a count is known."""
        return None if self.at_most is None else self.total - self.at_most


def _combine_known(one: T | None, other: T | None, combine: Callable[[T, T], T]) -> T | None:
    if one is None:
        return other
    return one if other is None else combine(one, other)


@frozen(kw_only=True)
class Numbers:
    """Counts that can be added. `partial` is the number of lines that ran without taking all of their branches."""

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
        """The number of statements that ran."""
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
    """The statements of a file, those of them that never ran, and its lines with branches.

    `functions` are the statements of its functions and methods by name, as far as the report names them. They are used
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
        """Lines that ran without taking all branches -> targets never jumped to, numbers first (empty if unknown)."""
        return {
            line: tuple(sorted((target.partition("#")[0] for target in branch.targets or ()), key=_rank_target))
            for line, branch in sorted(self.branches.items())
            if branch.missing and line not in self.missing
        }

    @functools.cached_property
    def numbers(self) -> Numbers:
        """The numbers that this file adds to the sums of the report."""
        never_taken = {line: missing for line, branch in self.branches.items() if (missing := branch.missing)}
        return Numbers(
            statements=len(self.statements),
            missing=len(self.missing),
            branches=sum(branch.total for branch in self.branches.values()),
            missing_branches=sum(never_taken.values()),
            partial=len(never_taken.keys() - set(self.missing)),
        )

    def __or__(self, other: FileCoverage) -> FileCoverage:
        """Return the union: a statement is missing only if a report measured it and no report ran it."""
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
        """Return the lines by the name of their function, "" if the report names none.

        A line that the report has in several functions belongs to the first of them by name.
        """
        return group_by_owner(lines, self._owners, "")

    @functools.cached_property
    def _owners(self) -> Mapping[int, str]:
        return {line: name for name in sorted(self.functions, reverse=True) for line in self.functions[name]}


def _rank_target(target: str) -> tuple[int, str]:
    return (int(target), "") if target.isdecimal() else (2**64, target)


@frozen(kw_only=True, order=True)
class Problem:
    """A part of a report that was read with a warning: where (`file:line`), and what."""

    where: str
    what: str


@frozen(kw_only=True)
class Report:
    """The content of the coverage file or files of one build.

    `files` maps the filename as written (or the repository path, once mapped) to its coverage. `executions` maps the
    filename of a file whose statements are known from its source only to its execution. `mismatches` are the declared
    totals that differ from the body of the report. `written_at` is the report's own timestamp.
    """

    files: Mapping[str, FileCoverage] = Factory(dict)
    executions: Mapping[str, Execution] = Factory(dict)
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
        """Return the union of two reports of one build."""
        timestamps = [timestamp for timestamp in (self.written_at, other.written_at) if timestamp]
        return Report(
            files=_join_files(self.files, other.files),
            executions=_join_files(self.executions, other.executions),
            writer=" + ".join(sorted({*self.writer.split(" + "), *other.writer.split(" + ")})),
            sources=tuple(sorted({*self.sources, *other.sources})),
            written_at=min(timestamps, default=None),
            problems=tuple(sorted({*self.problems, *other.problems})),
            mismatches=tuple(sorted({*self.mismatches, *other.mismatches})),
        )


def _join_files(one: Mapping[str, M], other: Mapping[str, M]) -> dict[str, M]:
    """Return the union of the files of two reports, sorted by name."""
    joined = dict(one)
    for path, file in other.items():
        joined[path] = joined[path] | file if path in joined else file
    return dict(sorted(joined.items()))


def merge_reports(reports: Iterable[Report]) -> Report:
    """Return the union of one or more reports. It is commutative, associative and idempotent.

    What is unmeasured never becomes covered.
    """
    return functools.reduce(operator.or_, reports)
