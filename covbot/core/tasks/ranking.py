"""The rank of a task: how little work it is and how risky its code is, and the order of the queue that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from covbot.core.policy import Order
from covbot.core.tasks.assessment import Assessment, NearbyTest
from covbot.core.tasks.task import TaskKind

if TYPE_CHECKING:
    from covbot.core.policy import Policy
    from covbot.core.tasks.task import Entry

CONDITION_POINTS = 2
"""Points of work for each condition after the first that a test has to make true or false."""

REGION_POINTS = 5
"""Points of work for each function after the first that has to be understood."""

EASY_STATEMENTS = 10
EASY_CONDITIONS = 2


_NEARBY_TEST_POINTS = {
    NearbyTest.UNKNOWN: 0,
    NearbyTest.CALLS: 0,
    NearbyTest.NAMES: 3,
    NearbyTest.USES: 3,
    NearbyTest.IDLE: 6,
    NearbyTest.FILE: 6,
    NearbyTest.NONE: 12,
}
"""Points of work by the nearest test; an unknown one counts as the best that it can be."""


def find_assessment(entry: Entry) -> Assessment:
    """Return the assessment of an entry, an empty one if it was never assessed, or had another size then."""
    size, assessment = len(entry.task.lines), entry.assessment
    return assessment if assessment and assessment.statements == size else Assessment(statements=size)


def count_work(entry: Entry) -> int:
    """Return the points of work: one for each statement, and more for conditions, regions and a missing nearby test."""
    assessment, more = find_assessment(entry), len(entry.task.regions) - 1
    return (
        assessment.statements
        + CONDITION_POINTS * max(0, assessment.conditions - 1)
        + REGION_POINTS * more
        + _NEARBY_TEST_POINTS[assessment.nearby_test]
    )


def rank_entry(entry: Entry, policy: Policy) -> tuple[int, float, int, str, str]:
    """Return the sort key of a task in the queue, by the order of the policy: the lowest comes first."""
    task = entry.task
    return *_rank_by_order(entry, policy), len(task.lines), task.path, task.key


def _rank_by_order(entry: Entry, policy: Policy) -> tuple[int, float]:
    risk = find_assessment(entry).risk
    points = risk.points if risk else 0.0
    match policy.order:
        case Order.EASY:
            return _rank_by_ease(entry, policy)
        case Order.RISK:
            return 0, -points
        case Order.BALANCED:
            return 0, -round(points / max(1, count_work(entry)), 6)
        case _:
            assert_never(policy.order)


def _rank_by_ease(entry: Entry, policy: Policy) -> tuple[int, int]:
    """Return the sort key by least work.

    Tasks that are hardly worth a bug come after the others, the largest first, and those of more than one evening last.
    """
    size = len(entry.task.lines)
    if size < policy.min_statements:
        return 1, count_work(entry) - 2 * size
    larger = size > policy.max_statements and entry.task.kind is not TaskKind.FIRST_TEST
    return (2 if larger else 0), count_work(entry)


def is_easy(entry: Entry) -> bool:
    """Whether a task suits a beginner: few statements of one function, few conditions, and a test that calls it."""
    assessment = find_assessment(entry)
    short = assessment.statements <= EASY_STATEMENTS and assessment.conditions <= EASY_CONDITIONS
    return short and len(entry.task.regions) == 1 and assessment.studied and assessment.nearby_test is NearbyTest.CALLS
