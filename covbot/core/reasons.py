"""Why a task stands where it stands in the queue, in short words."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from covbot.core import amounts, merits
from covbot.core.merits import Help
from covbot.core.policy import Order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.merits import Merit, Risk
    from covbot.core.tasks import Entry

CHURN_DAYS = 180
"""Days before a build in which changes count."""


def tell(entry: Entry, order: Order) -> str:
    """What is known of a task that the order goes by, as a clause; never empty."""
    merit = merits.known(entry)
    match order:
        case Order.EASY:
            told = [*_tell_work(entry, merit)]
        case Order.RISK:
            told = [_tell_size(entry), *_tell_risk(entry, merit.risk)]
        case Order.BALANCED:
            told = [*_tell_work(entry, merit), *_tell_risk(entry, merit.risk)]
        case _:
            assert_never(order)
    return ", ".join(told)


def _tell_size(entry: Entry) -> str:
    places = len(entry.task.regions)
    return (
        f"{amounts.count(len(entry.task.lines), 'statement')} in {'one place' if places == 1 else f'{places} places'}"
    )


def _tell_work(entry: Entry, merit: Merit) -> Iterator[str]:
    yield _tell_size(entry)
    if merit.conditions:
        yield f"{amounts.count(merit.conditions, 'condition')} to meet"
    match merit.help:
        case Help.UNKNOWN:
            return
        case Help.CALLS:
            yield f"{merit.test} already calls {merit.name}"
        case Help.NAMES:
            yield f"{merit.test} calls something named {merit.name}"
        case Help.USES:
            yield f"{merit.test} uses an object of {merit.name}"
        case Help.IDLE:
            yield f"{merit.test} calls {merit.name}, though nothing of that ran"
        case Help.FILE:
            yield "there is a test file"
        case Help.NONE:
            yield "no test file was found"
        case _:
            assert_never(merit.help)


def _tell_risk(entry: Entry, risk: Risk | None) -> Iterator[str]:
    if risk is None:
        return
    which = "" if len(entry.task.regions) == 1 else "the riskiest of "
    statements = amounts.count(risk.statements, "statement")
    yield f"{which}complexity {risk.complexity} with {risk.missing:,} of {statements} missing"
    if risk.churn is not None:
        yield f"{amounts.count(risk.churn, 'line')} of the file changed in {CHURN_DAYS} days"
    if risk.importers:
        yield f"imported by {amounts.count(risk.importers, 'module')}"
