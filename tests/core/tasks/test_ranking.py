"""The order of tasks: what is known of each decides, and what is not known counts as the best that it may be."""

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


def entry(size: int = 6, places: int = 1, kind: TaskKind = TaskKind.FUNCTION, **found: Any) -> Entry:  # noqa: ANN401 -- what a Merit holds
    """A task of so many statements in so many places, with what was found out of it."""
    regions = tuple(f"f{number}" for number in range(places))
    task = Task(key=f"{size:04}{places:04}", path="a.py", regions=regions, lines=Lines.of(range(size)), kind=kind)
    assessment = attrs.evolve(
        Assessment(statements=size, studied=True, nearby_test=NearbyTest.CALLS, conditions=1), **found
    )
    return Entry(task=task, assessment=assessment)


def queue(order: Order, entries: Mapping[str, Entry]) -> list[str]:
    """The names of these entries, the first of the queue first."""
    return sorted(entries, key=lambda name: ranking.rank_entry(entries[name], Policy(order=order)))


def test_easy_begins_with_what_is_least_work() -> None:
    entries = {
        "larger": entry(31),
        "tiny": entry(2),
        "no test file": entry(3, nearby_test=NearbyTest.NONE, test=""),
        "many conditions": entry(4, conditions=4),
        "two functions": entry(4, places=2),
        "a test file": entry(4, nearby_test=NearbyTest.FILE),
        "tinier": entry(1),
        "near test": entry(3, nearby_test=NearbyTest.USES),
        "small": entry(3),
    }
    assert queue(Order.EASY, entries) == [
        *("small", "near test", "two functions", "many conditions", "a test file", "no test file"),
        *("tiny", "tinier", "larger"),
    ]


def test_a_task_that_begins_a_module_is_no_larger_one() -> None:
    entries = {"larger": entry(31), "begins": entry(35, kind=TaskKind.FIRST_TEST, nearby_test=NearbyTest.NONE)}
    assert queue(Order.EASY, entries) == ["begins", "larger"]


@pytest.mark.parametrize("more", [{"complexity": 5}, {"missing": 7}, {"importers": 1}, {"churn": 1}])
def test_risk_begins_with_what_is_complex_untested_changing_or_needed(more: dict[str, int]) -> None:
    entries = {"risky": entry(risk=attrs.evolve(PLAIN, **more)), "plain": entry(3, risk=PLAIN)}
    assert queue(Order.RISK, entries) == ["risky", "plain"]


def test_balanced_begins_with_most_risk_for_the_least_work() -> None:
    twice = attrs.evolve(PLAIN, complexity=8)
    entries = {"much work": entry(27, risk=twice), "plain": entry(risk=PLAIN), "risky": entry(risk=twice)}
    assert queue(Order.BALANCED, entries) == ["risky", "plain", "much work"]


@given(
    risks,
    st.sampled_from(Order),
    st.sampled_from(NearbyTest),
    st.tuples(st.integers(1, 60), st.integers(1, 5), st.integers(0, 9)),
)
def test_what_is_found_out_never_moves_a_task_forward(
    risk: Risk, order: Order, help_: NearbyTest, figures: tuple[int, int, int]
) -> None:
    size, places, conditions = figures
    known = entry(size, places, nearby_test=help_, conditions=conditions, risk=risk)
    guessed = attrs.evolve(known, assessment=Assessment(statements=size, risk=risk))
    assert ranking.rank_entry(guessed, Policy(order=order)) <= ranking.rank_entry(known, Policy(order=order))


def test_what_was_found_out_of_a_task_of_another_size_counts_no_more() -> None:
    grown = attrs.evolve(entry(), task=attrs.evolve(entry().task, lines=Lines.of(range(7))))
    assert ranking.find_assessment(grown) == Assessment(statements=7)


@pytest.mark.parametrize(
    ("one", "easy"),
    [
        (entry(10, conditions=2), True),
        (entry(11), False),
        (entry(conditions=3), False),
        (entry(places=2), False),
        (entry(nearby_test=NearbyTest.USES), False),
        (entry(studied=False), False),
    ],
)
def test_easy_is_few_statements_of_one_function_that_a_test_calls(one: Entry, *, easy: bool) -> None:
    assert ranking.is_easy(one) is easy


RISKY = Risk(complexity=14, missing=6, statements=60, importers=41, churn=1412)


@pytest.mark.parametrize(
    ("one", "order", "told"),
    [
        (
            entry(1, studied=False, nearby_test=NearbyTest.UNKNOWN, conditions=0),
            Order.EASY,
            ["1 statement in one place"],
        ),
        (
            entry(nearby_test=NearbyTest.CALLS, test="test_f", name="f"),
            Order.EASY,
            ["6 statements in one place", "1 condition to meet", "test_f already calls f"],
        ),
        (
            entry(7, 3, conditions=0, nearby_test=NearbyTest.NONE),
            Order.EASY,
            ["7 statements in 3 places", "no test file was found"],
        ),
        (
            entry(risk=RISKY),
            Order.RISK,
            [
                "6 statements in one place",
                "complexity 14 with 6 of 60 statements missing",
                "1,412 lines of the file changed in 180 days",
                "imported by 41 modules",
            ],
        ),
        (
            entry(2, 2, conditions=2, nearby_test=NearbyTest.FILE, risk=attrs.evolve(PLAIN, churn=None)),
            Order.BALANCED,
            [
                *("2 statements in 2 places", "2 conditions to meet", "there is a test file"),
                "the riskiest of complexity 4 with 6 of 12 statements missing",
            ],
        ),
    ],
)
def test_the_reasons_tell_what_the_order_goes_by(one: Entry, order: Order, told: list[str]) -> None:
    assert ranking_reasons.explain_rank(one, order) == ", ".join(told)
