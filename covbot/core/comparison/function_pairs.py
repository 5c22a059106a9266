"""The functions of a file in two builds, paired by the names that both reports give, for files without source."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.coverage import FileCoverage
from covbot.core.lines import NO_LINES, Lines, union

if TYPE_CHECKING:
    from collections.abc import Iterable


@frozen(kw_only=True)
class FunctionPair:
    """A function of both builds, or the rest of the file, with its statements in each build."""

    name: str = ""
    before: FileCoverage
    after: FileCoverage

    @functools.cached_property
    def shift(self) -> int | None:
        """The number of lines by which all its statements moved down, None if its code changed."""
        before, after = list(self.before.statements), list(self.after.statements)
        by = after[0] - before[0] if before and after else 0
        return by if [line + by for line in before] == after else None

    def forward(self, lines: Lines) -> Lines:
        """Return lines of the build before, numbered as in the build after; none if the code changed."""
        return NO_LINES if self.shift is None else lines.shift(self.shift)


def pair_functions(before: FileCoverage, after: FileCoverage) -> tuple[FunctionPair, ...]:
    """Return the functions of a file that both reports name, and last the rest of it. Each statement is in one pair.

    A function that only one report names belongs to the rest, since it may have been renamed.
    """
    if before.statements == after.statements and before.functions == after.functions:
        return (FunctionPair(before=before, after=after),)
    old, new = _split_by_function(before), _split_by_function(after)
    shared = sorted(old.keys() & new.keys() - {""})
    rest = [_join_functions(part for name, part in side.items() if name not in shared) for side in (old, new)]
    return (
        *(FunctionPair(name=name, before=old[name], after=new[name]) for name in shared),
        FunctionPair(before=rest[0], after=rest[1]),
    )


def is_unchanged(before: FileCoverage, after: FileCoverage) -> bool:
    """Whether no statement of a file moved, as far as its reports show."""
    return all(pair.shift == 0 for pair in pair_functions(before, after))


def _split_by_function(file: FileCoverage) -> dict[str, FileCoverage]:
    missing = file.group_by_function(file.missing)
    return {
        name: FileCoverage(statements=lines, missing=missing.get(name, NO_LINES))
        for name, lines in file.group_by_function(file.statements).items()
    }


def _join_functions(parts: Iterable[FileCoverage]) -> FileCoverage:
    found = tuple(parts)
    return FileCoverage(
        statements=union(part.statements for part in found),
        missing=union(part.missing for part in found),
    )
