"""What speaks for a task: how little work it is, how much risk lies in its code; and the order that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from covbot.core.policy import Order
from covbot.core.tasks.assessment import Assessment, NearbyTest
from covbot.core.tasks.task import TaskKind

if TYPE_CHECKING:
    from covbot.core.policy import Policy
    from covbot.core.tasks.task import Entry

CONDITION_POINTS = 2
"""Points of work for each condition to be met after the first."""

REGION_POINTS = 5
"""Points of work for each function to be understood after the first."""

EASY_STATEMENTS = 10
EASY_CONDITIONS = 2


_HELP = {
    NearbyTest.UNKNOWN: 0,
    NearbyTest.CALLS: 0,
    NearbyTest.NAMES: 3,
    NearbyTest.USES: 3,
    NearbyTest.IDLE: 6,
    NearbyTest.FILE: 6,
    NearbyTest.NONE: 12,
}
"""Points of work; what is not known counts as the best that it may turn out to be."""


def find_assessment(entry: Entry) -> Assessment:
    """The merit of an entry, an empty one if it was never looked into, or had another size then."""
    size, assessment = len(entry.task.lines), entry.assessment
    return assessment if assessment and assessment.statements == size else Assessment(statements=size)


def count_work(entry: Entry) -> int:
    """Points of work: a statement is one, and what else has to be understood or made adds to them."""
    assessment, more = find_assessment(entry), len(entry.task.regions) - 1
    return (
        assessment.statements
        + CONDITION_POINTS * max(0, assessment.conditions - 1)
        + REGION_POINTS * more
        + _HELP[assessment.nearby_test]
    )


def rank_entry(entry: Entry, policy: Policy) -> tuple[int, float, int, str, str]:
    """Where a task stands in the queue by the order of the policy: the least comes first."""
    task = entry.task
    return *_place(entry, policy), len(task.lines), task.path, task.key


def _place(entry: Entry, policy: Policy) -> tuple[int, float]:
    risk = find_assessment(entry).risk
    points = risk.points if risk else 0.0
    match policy.order:
        case Order.EASY:
            return _ease(entry, policy)
        case Order.RISK:
            return 0, -points
        case Order.BALANCED:
            return 0, -round(points / max(1, count_work(entry)), 6)
        case _:
            assert_never(policy.order)


def _ease(entry: Entry, policy: Policy) -> tuple[int, int]:
    """The least work first; then what is hardly worth a bug, the biggest first; then what is more than an evening."""
    size = len(entry.task.lines)
    if size < policy.min_statements:
        return 1, count_work(entry) - 2 * size
    larger = size > policy.max_statements and entry.task.kind is not TaskKind.FIRST_TEST
    return (2 if larger else 0), count_work(entry)


def is_easy(entry: Entry) -> bool:
    """Whether a task is one to begin with: few statements of one function, few conditions, a test that calls it."""
    assessment = find_assessment(entry)
    short = assessment.statements <= EASY_STATEMENTS and assessment.conditions <= EASY_CONDITIONS
    return short and len(entry.task.regions) == 1 and assessment.studied and assessment.nearby_test is NearbyTest.CALLS
