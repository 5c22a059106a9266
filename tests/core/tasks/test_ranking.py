"""Tasks are ordered by what is known of each, and what is unknown counts as the best that it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.lines import Lines
from covbot.core.policy import Order, Policy
from covbot.core.tasks import ranking, ranking_reasons
from covbot.core.tasks.assessment import Assessment, NearbyTest, Risk
from covbot.core.tasks.task import Entry, Task, TaskKind

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = Risk(complexity=4, missing=6, statements=12, importers=0, churn=0)
risks = st.builds(
    Risk,
    complexity=st.integers(1, 50),
    missing=st.integers(1, 90),
    statements=st.integers(90, 200),
    importers=st.integers(0, 500),
    churn=st.none() | st.integers(0, 10**6),
)


def make_entry(size: int = 6, places: int = 1, kind: TaskKind = TaskKind.FUNCTION, **found: Any) -> Entry:  # noqa: ANN401 -- the fields of an Assessment
    """Return a task of `size` statements in so many places, with these fields of its assessment."""
    regions = tuple(f"f{number}" for number in range(places))
    task = Task(key=f"{size:04}{places:04}", path="a.py", regions=regions, lines=Lines.of(range(size)), kind=kind)
    assessment = attrs.evolve(
        Assessment(statements=size, studied=True, nearby_test=NearbyTest.CALLS, conditions=1), **found
    )
    return Entry(task=task, assessment=assessment)


def list_queue(order: Order, entries: Mapping[str, Entry]) -> list[str]:
    """Return the names of these entries, the first of the queue first."""
    return sorted(entries, key=lambda name: ranking.rank_entry(entries[name], Policy(order=order)))


def test_the_easy_order_begins_with_the_least_work() -> None:
    entries = {
        "larger": make_entry(31),
        "tiny": make_entry(2),
        "no test file": make_entry(3, nearby_test=NearbyTest.NONE, test=""),
        "many conditions": make_entry(4, conditions=4),
        "two functions": make_entry(4, places=2),
        "a test file": make_entry(4, nearby_test=NearbyTest.FILE),
        "tinier": make_entry(1),
        "near test": make_entry(3, nearby_test=NearbyTest.USES),
        "small": make_entry(3),
    }
    assert list_queue(Order.EASY, entries) == [
        *("small", "near test", "two functions", "many conditions", "a test file", "no test file"),
        *("tiny", "tinier", "larger"),
    ]


def test_a_first_test_of_a_module_does_not_rank_as_a_larger_task() -> None:
    entries = {
        "larger": make_entry(31),
        "begins": make_entry(35, kind=TaskKind.FIRST_TEST, nearby_test=NearbyTest.NONE),
    }
    assert list_queue(Order.EASY, entries) == ["begins", "larger"]


@pytest.mark.parametrize("more", [{"complexity": 5}, {"missing": 7}, {"importers": 1}, {"churn": 1}])
def test_the_risk_order_begins_with_what_is_complex_untested_changing_or_imported(more: dict[str, int]) -> None:
    entries = {"risky": make_entry(risk=attrs.evolve(PLAIN, **more)), "plain": make_entry(3, risk=PLAIN)}
    assert list_queue(Order.RISK, entries) == ["risky", "plain"]


def test_the_balanced_order_begins_with_most_risk_for_the_least_work() -> None:
    twice = attrs.evolve(PLAIN, complexity=8)
    entries = {
        "much work": make_entry(27, risk=twice),
        "plain": make_entry(risk=PLAIN),
        "risky": make_entry(risk=twice),
    }
    assert list_queue(Order.BALANCED, entries) == ["risky", "plain", "much work"]


@given(
    risks,
    st.sampled_from(Order),
    st.sampled_from(NearbyTest),
    st.tuples(st.integers(1, 60), st.integers(1, 5), st.integers(0, 9)),
)
def test_an_assessment_never_moves_a_task_forward(
    risk: Risk, order: Order, nearby_test: NearbyTest, figures: tuple[int, int, int]
) -> None:
    size, places, conditions = figures
    known = make_entry(size, places, nearby_test=nearby_test, conditions=conditions, risk=risk)
    guessed = attrs.evolve(known, assessment=Assessment(statements=size, risk=risk))
    assert ranking.rank_entry(guessed, Policy(order=order)) <= ranking.rank_entry(known, Policy(order=order))


def test_the_assessment_of_a_task_of_another_size_is_ignored() -> None:
    grown = attrs.evolve(make_entry(), task=attrs.evolve(make_entry().task, lines=Lines.of(range(7))))
    assert ranking.find_assessment(grown) == Assessment(statements=7)


@pytest.mark.parametrize(
    ("one", "easy"),
    [
        (make_entry(10, conditions=2), True),
        (make_entry(11), False),
        (make_entry(conditions=3), False),
        (make_entry(places=2), False),
        (make_entry(nearby_test=NearbyTest.USES), False),
        (make_entry(studied=False), False),
    ],
)
def test_a_task_is_easy_with_few_statements_of_one_function_that_a_test_calls(one: Entry, *, easy: bool) -> None:
    assert ranking.is_easy(one) is easy


RISKY = Risk(complexity=14, missing=6, statements=60, importers=41, churn=1412)


@pytest.mark.parametrize(
    ("one", "order", "reasons"),
    [
        (
            make_entry(1, studied=False, nearby_test=NearbyTest.UNKNOWN, conditions=0),
            Order.EASY,
            ["1 statement in one place"],
        ),
        (
            make_entry(nearby_test=NearbyTest.CALLS, test="test_f", name="f"),
            Order.EASY,
            ["6 statements in one place", "1 condition to meet", "test_f already calls f"],
        ),
        (
            make_entry(7, 3, conditions=0, nearby_test=NearbyTest.NONE),
            Order.EASY,
            ["7 statements in 3 places", "no test file was found"],
        ),
        (
            make_entry(risk=RISKY),
            Order.RISK,
            [
                "6 statements in one place",
                "complexity 14 with 6 of 60 statements missing",
                "1,412 lines of the file changed in 180 days",
                "imported by 41 modules",
            ],
        ),
        (
            make_entry(2, 2, conditions=2, nearby_test=NearbyTest.FILE, risk=attrs.evolve(PLAIN, churn=None)),
            Order.BALANCED,
            [
                *("2 statements in 2 places", "2 conditions to meet", "there is a test file"),
                "the riskiest of complexity 4 with 6 of 12 statements missing",
            ],
        ),
    ],
)
def test_the_reasons_name_what_decides_the_order(one: Entry, order: Order, reasons: list[str]) -> None:
    assert ranking_reasons.explain_rank(one, order) == ", ".join(reasons)
