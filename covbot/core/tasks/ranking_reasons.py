"""The reasons for a task's place in the queue, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from covbot.core import display
from covbot.core.policy import Order
from covbot.core.tasks import ranking
from covbot.core.tasks.assessment import NearbyTest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.tasks.assessment import Assessment, Risk
    from covbot.core.tasks.task import Entry

CHURN_DAYS = 180
"""The number of days before a build in which changes count."""


def explain_rank(entry: Entry, order: Order) -> str:
    """Return what is known of a task that decides its rank in this order, as a clause; it is never empty."""
    assessment = ranking.find_assessment(entry)
    match order:
        case Order.EASY:
            reasons = [*_describe_work(entry, assessment)]
        case Order.RISK:
            reasons = [_describe_size(entry), *_describe_risk(entry, assessment.risk)]
        case Order.BALANCED:
            reasons = [*_describe_work(entry, assessment), *_describe_risk(entry, assessment.risk)]
        case _:
            assert_never(order)
    return ", ".join(reasons)


def _describe_size(entry: Entry) -> str:
    places = len(entry.task.regions)
    place_count = "one place" if places == 1 else f"{places} places"
    return f"{display.format_count(len(entry.task.lines), 'statement')} in {place_count}"


def _describe_work(entry: Entry, assessment: Assessment) -> Iterator[str]:
    yield _describe_size(entry)
    if assessment.conditions:
        yield f"{display.format_count(assessment.conditions, 'condition')} to meet"
    match assessment.nearby_test:
        case NearbyTest.UNKNOWN:
            return
        case NearbyTest.CALLS:
            yield f"{assessment.test} already calls {assessment.name}"
        case NearbyTest.NAMES:
            yield f"{assessment.test} calls something named {assessment.name}"
        case NearbyTest.USES:
            yield f"{assessment.test} uses an object of {assessment.name}"
        case NearbyTest.IDLE:
            yield f"{assessment.test} calls {assessment.name}, though nothing of that ran"
        case NearbyTest.FILE:
            yield "there is a test file"
        case NearbyTest.NONE:
            yield "no test file was found"
        case _:
            assert_never(assessment.nearby_test)


def _describe_risk(entry: Entry, risk: Risk | None) -> Iterator[str]:
    if risk is None:
        return
    which = "" if len(entry.task.regions) == 1 else "the riskiest of "
    statements = display.format_count(risk.statements, "statement")
    yield f"{which}complexity {risk.complexity} with {risk.missing:,} of {statements} missing"
    if risk.churn is not None:
        yield f"{display.format_count(risk.churn, 'line')} of the file changed in {CHURN_DAYS} days"
    if risk.importers:
        yield f"imported by {display.format_count(risk.importers, 'module')}"
