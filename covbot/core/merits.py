"""What speaks for a task: how little work it is, how much risk lies in its code; and the order that follows."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, assert_never

from attrs import frozen

from covbot.core.policy import Order
from covbot.core.tasks import Kind

if TYPE_CHECKING:
    from covbot.core.policy import Policy
    from covbot.core.tasks import Entry

CONDITION = 2
"""Points of work for each condition to be met after the first."""

REGION = 5
"""Points of work for each function to be understood after the first."""

EASY_STATEMENTS = 10
EASY_CONDITIONS = 2


class Help(enum.StrEnum):
    """What the tests that exist do for the one that is to be written."""

    UNKNOWN = "unknown"
    CALLS = "calls"
    NAMES = "names"
    USES = "uses"
    IDLE = "idle"
    FILE = "file"
    NONE = "none"


_HELP = {Help.UNKNOWN: 0, Help.CALLS: 0, Help.NAMES: 3, Help.USES: 3, Help.IDLE: 6, Help.FILE: 6, Help.NONE: 12}
"""Points of work; what is not known counts as the best that it may turn out to be."""


@frozen(kw_only=True)
class Risk:
    """The function of a task that is the riskiest, `missing` of whose `statements` do not run, and its file.

    `churn` counts lines of the file that were added or deleted lately, None where that is not known; `importers` the
    measured modules that import it.
    """

    complexity: int
    missing: int
    statements: int
    importers: int
    churn: int | None = None

    @property
    def crap(self) -> float:
        """complexity² x uncovered share³: the part of Savoia's and Evans' score (CRAP) that tests take away."""
        return float(self.complexity**2 * (self.missing / self.statements) ** 3) if self.statements else 0.0

    @property
    def points(self) -> float:
        """That part, times how much the code changes, times how much depends on it, both as logarithms."""
        return round(self.crap * math.log2(2 + (self.churn or 0)) * math.log2(2 + self.importers), 3)


@frozen(kw_only=True)
class Merit:
    """What was found out of a task when it had so many missing `statements`.

    Until it is `studied` nothing is known of the `conditions` that never held, and of the `help` that tests give: the
    `test` that is nearest has to do with something of that `name`.
    """

    statements: int
    studied: bool = False
    conditions: int = 0
    help: Help = Help.UNKNOWN
    test: str = ""
    name: str = ""
    risk: Risk | None = None


def known(entry: Entry) -> Merit:
    """The merit of an entry, an empty one if it was never looked into, or had another size then."""
    size, merit = len(entry.task.lines), entry.merit
    return merit if merit and merit.statements == size else Merit(statements=size)


def work(entry: Entry) -> int:
    """Points of work: a statement is one, and what else has to be understood or made adds to them."""
    merit, more = known(entry), len(entry.task.regions) - 1
    return merit.statements + CONDITION * max(0, merit.conditions - 1) + REGION * more + _HELP[merit.help]


def rank(entry: Entry, policy: Policy) -> tuple[int, float, int, str, str]:
    """Where a task stands in the queue by the order of the policy: the least comes first."""
    task = entry.task
    return *_place(entry, policy), len(task.lines), task.path, task.key


def _place(entry: Entry, policy: Policy) -> tuple[int, float]:
    risk = known(entry).risk
    points = risk.points if risk else 0.0
    match policy.order:
        case Order.EASY:
            return _ease(entry, policy)
        case Order.RISK:
            return 0, -points
        case Order.BALANCED:
            return 0, -round(points / max(1, work(entry)), 6)
        case _:
            assert_never(policy.order)


def _ease(entry: Entry, policy: Policy) -> tuple[int, int]:
    """The least work first; then what is hardly worth a bug, the biggest first; then what is more than an evening."""
    size = len(entry.task.lines)
    if size < policy.min_statements:
        return 1, work(entry) - 2 * size
    larger = size > policy.max_statements and entry.task.kind is not Kind.FIRST_TEST
    return (2 if larger else 0), work(entry)


def is_easy(entry: Entry) -> bool:
    """Whether a task is one to begin with: few statements of one function, few conditions, a test that calls it."""
    merit = known(entry)
    short = merit.statements <= EASY_STATEMENTS and merit.conditions <= EASY_CONDITIONS
    return short and len(entry.task.regions) == 1 and merit.studied and merit.help is Help.CALLS
