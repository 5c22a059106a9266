"""The totals that a report declares for its parts, compared with the real ones, in at most one problem for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from attrs import define, field

from covbot.formats import problems

if TYPE_CHECKING:
    from covbot.core.coverage import Problem


@define
class _Difference:
    """The first part whose total is wrong, as a problem, and the number of other such parts."""

    first: Problem
    others: int = 0


@define
class DeclaredTotals:
    """The declared totals of one report that differ from the content of its parts, by key."""

    _found: dict[str, _Difference] = field(factory=dict)

    def compare(self, key: str, declared: object, actual: int, part: str, *, line: int | None = None) -> None:
        """Compare the total declared for a part with the actual one, and record a difference; None declares nothing."""
        if declared is None or (declared == actual and type(declared) is int):
            return
        if key in self._found:
            self._found[key].others += 1
        else:
            what = f"{key} of {part} is {problems.quote_text(str(declared))}, but {actual} are there"
            self._found[key] = _Difference(problems.make_problem(line, what))

    def all(self) -> tuple[Problem, ...]:
        """Return one problem for each key with a wrong total: the first place, and the number of other parts."""
        return tuple(sorted(_describe_difference(found) for found in self._found.values()))


def _describe_difference(found: _Difference) -> Problem:
    if not found.others:
        return found.first
    return attrs.evolve(found.first, what=f"{found.first.what}; so with {found.others} more")
