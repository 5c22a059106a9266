"""A function is matched through a change of name, of file and of text, as long as enough of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.linemap import function_match, functions, segments
from covbot.core.source import normalization

if TYPE_CHECKING:
    from covbot.core.linemap.functions import Function

BODY = "    first = 1\n    second = 2\n    third = 3\n    fourth = 4\n    fifth = 5\n"


def list_functions(path: str, plain: str) -> list[Function]:
    """Return the functions of a normalized text."""
    found = segments.split_segments(plain)
    return [functions.make_function(path, segment, found.lines, found.lines) for segment in found.segments]


def match_names(before: str, after: str) -> set[tuple[str, str]]:
    """Return the name before and the name after of each match within a file, module bodies left out."""
    old, new = (list_functions("x.py", normalization.normalize_text(text)) for text in (before, after))
    found, _, _ = function_match.match_within_file(old, new)
    return {(pair.before.segment.name, pair.after.segment.name) for pair in found if pair.before.segment.name}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("def f():\n" + BODY, "def g():\n" + BODY, {("f", "g")}),
        ("def f():\n" + BODY, "def g():\n" + BODY.replace("first", "other"), {("f", "g")}),
        ("def f():\n" + BODY, "def g():\n" + BODY.replace("first", "other").replace("fifth", "more"), set()),
        ("def f():\n" + BODY, "def f():\n    new = 1\ndef g():\n" + BODY, {("f", "g")}),
        ("def f():\n" + BODY, "def f():\n    first = 1\ndef g():\n" + BODY, {("f", "g")}),
        (
            "def f():\n" + BODY,
            "def f():\n    first = 1\n    last = 6\ndef g():\n    other = 1\n" + BODY[14:],
            {("f", "g")},
        ),
        ("def f():\n" + BODY, "def f():\n    new = 1\n", {("f", "f")}),
        ("def f():\n" + BODY, "class f:\n" + BODY, set()),
        ("def f():\n" + BODY + "def g():\n" + BODY, "def h():\n" + BODY, {("f", "h")}),
        # each name stays, though what is left of one is much like all of the other was
        (
            "def f():\n    alone = 0\n"
            + BODY
            + "    last = 6\ndef g():\n    fifth = 5\n    fourth = 4\n    third = 3\n",
            "def f():\n    third = 3\n    fourth = 4\n    fifth = 5\ndef g():\n    fifth = 5\n",
            {("f", "f"), ("g", "g")},
        ),
        ("def f():\n    pass\n", "def g():\n    pass\n", {("f", "g")}),
        ("def f():\n    a\n", "def g():\n    b\n", set()),
        ("def f():\n    a\n", "class C:\n    def f():\n        b\n", {("f", "C.f")}),
        ("def __init__():\n    a\n", "class C:\n    def __init__():\n        b\n", set()),
        ("def f():\n    a\ndef f():\n    b\n", "def f():\n    a\ndef f():\n    b\n    c\n", {("f", "f")}),
        ("def f(): return 1\n", "def f(): return 2\n", {("f", "f")}),
    ],
)
def test_functions_are_paired_by_name_and_by_text(before: str, after: str, expected: set[tuple[str, str]]) -> None:
    assert match_names(before, after) == expected


def test_of_many_functions_with_one_text_each_finds_its_own_by_name() -> None:
    names = [f"f{number}" for number in range(2 * function_match.MOST_HOLDERS)]
    before = "class A:\n" + "".join(f"    def {name}(self):\n        return None\n" for name in names)
    expected = {("A", "B")} | {(f"A.{name}", f"B.{name}") for name in names}
    assert match_names(before, before.replace("class A", "class B")) >= expected - {("A", "B")}


def test_a_class_with_the_text_of_a_function_of_another_file_is_no_match() -> None:
    [_, old] = list_functions("x.py", "\ndef f():\n" + BODY)
    [_, new] = list_functions("y.py", "\nclass f:\n" + BODY)
    assert function_match.match_by_text([old], [new]) == []
    assert function_match.match_by_text([old], [old]) == [(old, old)]


def test_an_overlap_does_not_depend_on_order_and_counts_repeated_lines() -> None:
    assert function_match.measure_overlap(["a", "b"], ["b", "a"]) == 1.0
    assert function_match.measure_overlap(["a", "a"], ["a"]) == pytest.approx(2 / 3)
    assert function_match.measure_overlap([], []) == 1.0
