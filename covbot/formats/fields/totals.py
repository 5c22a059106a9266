"""Sums that a report claims of its parts, held against what the parts hold, in few words however many are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from covbot.formats import problems

if TYPE_CHECKING:
    from covbot.core.coverage import Problem


@define
class _Difference:
    """The first part whose sum is wrong, as a problem, and how many others there are."""

    first: Problem
    others: int = 0


@define
class DeclaredTotals:
    """The claims of one report so far that its parts do not bear out, by key."""

    name: str
    _found: dict[str, _Difference] = field(factory=dict)

    def compare(self, key: str, claimed: object, held: int, part: str, *, line: int | None = None) -> None:
        """Note a claim on a part that holds another number; None is no claim."""
        if claimed is None or (claimed == held and type(claimed) is int):
            return
        if key in self._found:
            self._found[key].others += 1
        else:
            what = f"{key} of {part} is {problems.quote(str(claimed))}, but {held} are there"
            self._found[key] = _Difference(problems.make_problem(self.name, line, what))

    def all(self) -> tuple[Problem, ...]:
        """One problem for each key that is wrong somewhere, with the first place and the number of the others."""
        return tuple(sorted(_tell(found) for found in self._found.values()))


def _tell(found: _Difference) -> Problem:
    if not found.others:
        return found.first
    return attrs.evolve(found.first, what=f"{found.first.what}; so with {found.others} more")
