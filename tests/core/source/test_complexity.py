"""Each function has its cyclomatic complexity: one, and one more for each place where the way through it forks."""

from __future__ import annotations

import pytest

from covbot.core.source import complexity


@pytest.mark.parametrize(
    ("body", "measured"),
    [
        ("pass", 1),
        ("return a", 1),
        ("if a: b", 2),
        ("if a: b\n    else: c", 2),
        ("if a: b\n    elif c: d\n    else: e", 3),
        ("for a in b: c", 2),
        ("while a:\n        if b: c", 3),
        ("with a: b", 1),
        ("def g():\n        if a: b\n    return g", 3),
    ],
)
def test_complexity_is_one_and_one_more_for_each_fork(body: str, measured: int) -> None:
    assert complexity.measure_complexity(f"def f():\n    {body}\n") == {"f": measured}


def test_methods_are_known_by_their_qualified_names() -> None:
    source = "class A:\n    def m(self): pass\n    class B:\n        async def n(self):\n            if a: b\n"
    assert complexity.measure_complexity(source) == {"A.m": 1, "A.B.n": 2}


@pytest.mark.parametrize("source", ["", "x = 1\n", "def f(:\n", "def f(): pass\0\n", "(" * 5000])
def test_of_a_text_without_functions_or_that_cannot_be_parsed_nothing_is_known(source: str) -> None:
    assert complexity.measure_complexity(source) == {}


def test_of_a_text_that_is_nested_too_deeply_nothing_is_known() -> None:
    chain = "".join(f"    elif x == {number}:\n        pass\n" for number in range(900))
    assert complexity.measure_complexity(f"def f():\n    if x:\n        pass\n{chain}") == {}
