"""The totals that a report declares for its parts, compared with the real ones, in at most one problem for each key.

A difference doubts the report, unless it is a habit of its writer, or one of sums of branches alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
from attrs import define, field

from covbot.formats import problems

if TYPE_CHECKING:
    from covbot.core.coverage import Problem


BRANCH_SUMS: Final = "sums of branches, which writers count in many ways: only its branches are in doubt"
"""The reason why a wrong sum of branches is no doubt of a report."""


@define
class _Difference:
    """The first part whose total is wrong, as a problem, and the number of other such parts."""

    first: Problem
    others: int = 0


@define
class DeclaredTotals:
    """The declared totals of one report that differ from the content of its parts, by key."""

    _found: dict[tuple[str, str | None], _Difference] = field(factory=dict)

    def compare(  # noqa: PLR0913 -- a total, where it is declared, and why it may differ
        self, key: str, declared: object, actual: int, part: str, *, line: int | None = None, habit: str | None = None
    ) -> None:
        """Compare the total declared for a part with the actual one, and record a difference; None declares nothing.

        `habit` is the reason if a difference is no doubt of the report.
        """
        if declared is None or (declared == actual and type(declared) is int):
            return
        if (key, habit) in self._found:
            self._found[key, habit].others += 1
        else:
            what = f"{key} of {part} is {problems.quote_text(str(declared))}, but {actual} are there"
            self._found[key, habit] = _Difference(problems.make_problem(line, what))

    def doubts(self) -> tuple[Problem, ...]:
        """Return one problem for each key with a wrong total: the first place, and the number of other parts."""
        return tuple(sorted(_describe_difference(found) for (_, habit), found in self._found.items() if not habit))

    def cautions(self) -> tuple[Problem, ...]:
        """Return one problem for each key with a total that differs by a habit, with that."""
        return tuple(
            sorted(
                attrs.evolve(found := _describe_difference(difference), what=f"{found.what} ({habit})")
                for (_, habit), difference in self._found.items()
                if habit
            )
        )


def _describe_difference(found: _Difference) -> Problem:
    if not found.others:
        return found.first
    return attrs.evolve(found.first, what=f"{found.first.what}; so with {found.others} more")
