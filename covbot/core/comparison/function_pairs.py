"""A file in two builds without its source: cut into the functions that both reports tell, as far as they do."""

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
    """One function as both builds have it, or all the rest of the file: the statements of each build that are in it."""

    name: str = ""
    before: FileCoverage
    after: FileCoverage

    @functools.cached_property
    def shift(self) -> int | None:
        """How many lines lower it lies after, if its statements lie there as before; None if its code changed."""
        before, after = list(self.before.statements), list(self.after.statements)
        by = after[0] - before[0] if before and after else 0
        return by if [line + by for line in before] == after else None

    def carry(self, lines: Lines) -> Lines:
        """Lines of it in the build before, numbered as after; none if its code changed."""
        return NO_LINES if self.shift is None else lines.shift(self.shift)


def pair_functions(before: FileCoverage, after: FileCoverage) -> tuple[FunctionPair, ...]:
    """The functions of a file that both reports name, and at last the rest of it; each statement is in one piece.

    A function that only one of them names may be another one under a new name: it is of the rest.
    """
    if before.statements == after.statements and before.functions == after.functions:
        return (FunctionPair(before=before, after=after),)
    old, new = _split(before), _split(after)
    shared = sorted(old.keys() & new.keys() - {""})
    rest = [_join(part for name, part in side.items() if name not in shared) for side in (old, new)]
    return (
        *(FunctionPair(name=name, before=old[name], after=new[name]) for name in shared),
        FunctionPair(before=rest[0], after=rest[1]),
    )


def is_unchanged(before: FileCoverage, after: FileCoverage) -> bool:
    """Whether every statement of a file lies where it lay, as far as its reports tell."""
    return all(piece.shift == 0 for piece in pair_functions(before, after))


def _split(file: FileCoverage) -> dict[str, FileCoverage]:
    missing = file.by_function(file.missing)
    return {
        name: FileCoverage(statements=lines, missing=missing.get(name, NO_LINES))
        for name, lines in file.by_function(file.statements).items()
    }


def _join(parts: Iterable[FileCoverage]) -> FileCoverage:
    found = tuple(parts)
    return FileCoverage(
        statements=union(part.statements for part in found),
        missing=union(part.missing for part in found),
    )
