"""The reasons for the rank of a task name what decides it in the order of the queue, and nothing that is not known."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.lines import Lines
from covbot.core.policy import Order
from covbot.core.tasks.assessment import Assessment, NearbyTest, Risk
from covbot.core.tasks.ranking_reasons import explain_rank
from covbot.core.tasks.task import Entry, Task

PLAIN = Risk(complexity=4, missing=6, statements=12, importers=0)
RISKY = Risk(complexity=14, missing=1_006, statements=2_060, importers=41, churn=1_412)


def _make_entry(size: int = 6, places: int = 1, **found: Any) -> Entry:  # noqa: ANN401 -- the fields of an Assessment
    """Return a task of `size` statements in so many places, with these fields of its assessment."""
    regions = tuple(f"f{number}" for number in range(places))
    task = Task(key="0", path="a.py", regions=regions, lines=Lines.of(range(1, size + 1)))
    return Entry(task=task, assessment=Assessment(statements=size, **found))


@pytest.mark.parametrize(
    ("size", "places", "words"),
    [
        (1, 1, "1 statement in one place"),
        (6, 1, "6 statements in one place"),
        (7, 3, "7 statements in 3 places"),
        (1_234, 2, "1,234 statements in 2 places"),
    ],
)
@pytest.mark.parametrize("order", Order)
def test_the_size_of_a_task_comes_first_in_every_order(order: Order, size: int, places: int, words: str) -> None:
    assert explain_rank(_make_entry(size, places), order) == words


@pytest.mark.parametrize(
    ("nearby_test", "words"),
    [
        (NearbyTest.CALLS, "test_f already calls f"),
        (NearbyTest.NAMES, "test_f calls something named f"),
        (NearbyTest.USES, "test_f uses an object of f"),
        (NearbyTest.IDLE, "test_f calls f, though nothing of that ran"),
        (NearbyTest.FILE, "there is a test file"),
        (NearbyTest.NONE, "no test file was found"),
    ],
)
def test_the_nearest_test_is_named_with_what_it_does(nearby_test: NearbyTest, words: str) -> None:
    entry = _make_entry(nearby_test=nearby_test, test="test_f", name="f")
    assert explain_rank(entry, Order.EASY) == f"6 statements in one place, {words}"


@pytest.mark.parametrize(
    ("conditions", "words"), [(0, ""), (1, ", 1 condition to meet"), (2, ", 2 conditions to meet")]
)
def test_conditions_are_named_if_there_are_any(conditions: int, words: str) -> None:
    assert explain_rank(_make_entry(conditions=conditions), Order.EASY) == f"6 statements in one place{words}"


COMPLEX = "complexity 4 with 6 of 12 statements missing"


@pytest.mark.parametrize(
    ("risk", "reasons"),
    [
        (PLAIN, [COMPLEX]),
        (attrs.evolve(PLAIN, statements=1, missing=1), ["complexity 4 with 1 of 1 statement missing"]),
        (attrs.evolve(PLAIN, churn=0), [COMPLEX, "0 lines of the file changed in 180 days"]),
        (attrs.evolve(PLAIN, churn=1), [COMPLEX, "1 line of the file changed in 180 days"]),
        (attrs.evolve(PLAIN, importers=1), [COMPLEX, "imported by 1 module"]),
        (
            RISKY,
            [
                "complexity 14 with 1,006 of 2,060 statements missing",
                "1,412 lines of the file changed in 180 days",
                "imported by 41 modules",
            ],
        ),
    ],
)
def test_the_risk_is_named_as_far_as_it_is_known(risk: Risk, reasons: list[str]) -> None:
    assert explain_rank(_make_entry(risk=risk), Order.RISK) == ", ".join(["6 statements in one place", *reasons])


def test_the_risk_of_a_task_of_several_functions_is_that_of_the_riskiest() -> None:
    words = explain_rank(_make_entry(places=2, risk=PLAIN), Order.RISK)
    assert words == f"6 statements in 2 places, the riskiest of {COMPLEX}"


@pytest.mark.parametrize(
    ("order", "parts"),
    [
        (Order.EASY, ["2 conditions to meet", "there is a test file"]),
        (Order.RISK, [COMPLEX]),
        (
            Order.BALANCED,
            ["2 conditions to meet", "there is a test file", COMPLEX],
        ),
    ],
)
def test_each_order_has_the_reasons_that_decide_it(order: Order, parts: list[str]) -> None:
    entry = _make_entry(conditions=2, nearby_test=NearbyTest.FILE, risk=PLAIN)
    assert explain_rank(entry, order) == ", ".join(["6 statements in one place", *parts])


@pytest.mark.parametrize("order", Order)
def test_the_assessment_of_a_task_of_another_size_is_no_reason(order: Order) -> None:
    known = Assessment(statements=5, conditions=2, nearby_test=NearbyTest.FILE, risk=RISKY)
    assert explain_rank(attrs.evolve(_make_entry(), assessment=known), order) == "6 statements in one place"
    assert explain_rank(attrs.evolve(_make_entry(), assessment=None), order) == "6 statements in one place"


@given(st.integers(0, 99), st.integers(1, 5), st.sampled_from(Order), st.sampled_from(NearbyTest), st.integers(0, 9))
def test_a_task_always_has_a_reason(
    size: int, places: int, order: Order, nearby_test: NearbyTest, conditions: int
) -> None:
    words = explain_rank(_make_entry(size, places, nearby_test=nearby_test, conditions=conditions), order)
    assert words.startswith(f"{size} statement")
    assert not words.endswith(", ")
