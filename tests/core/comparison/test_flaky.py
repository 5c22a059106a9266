"""A line is flaky if it flipped twice within the recent builds; a change that the next build confirms is no flip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.comparison import flaky
from covbot.core.lines import NO_LINES, Lines

WINDOW = 10


def _play(history: str, window: int = WINDOW) -> tuple[int, ...]:
    """Return the flips of line 1 after builds 1, 2, 3, ..., in which it ran (`.`) or not (`x`)."""
    flips: dict[int, tuple[int, ...]] = {}
    for build in range(1, len(history) + 1):
        flipped = Lines.of([1]) if build > 1 and history[build - 1] != history[build - 2] else NO_LINES
        recent = range(max(1, build - window + 1), build + 1)
        flips = flaky.add_flips(flips, flipped, build=build, recent=recent)
    return flips.get(1, ())


@pytest.mark.parametrize(
    ("history", "flips"),
    [
        (".", ()),
        ("....", ()),
        (".x", (2,)),
        (".xx", ()),
        ("..x.", (3, 4)),
        (".x.x", (2, 3, 4)),
        (".x..", (2, 3)),
        (".x.xx", (2, 3, 4)),
        (".xx.", (4,)),
        (".xx..xx..", ()),
        (".x.......x", (2, 3, 10)),
    ],
)
def test_each_history_has_its_flips(history: str, flips: tuple[int, ...]) -> None:
    assert _play(history) == flips


@pytest.mark.parametrize(
    ("steady", "flips"),
    [(7, (3, 4)), (8, (3, 4)), (9, (4,)), (10, ())],
)
def test_flips_are_forgotten_with_the_builds_that_are_no_longer_recent(steady: int, flips: tuple[int, ...]) -> None:
    assert _play(f"..x.{'.' * steady}") == flips


@pytest.mark.parametrize(("flips", "found"), [((), []), ((3,), []), ((3, 4), [1]), ((3, 4, 9), [1])])
def test_a_line_is_flaky_from_its_second_flip(flips: tuple[int, ...], found: list[int]) -> None:
    assert list(flaky.find_flaky_lines({1: flips, 2: (5,)})) == found


@given(st.lists(st.integers(2, 4), min_size=1, max_size=6), st.integers(2, WINDOW))
def test_a_line_of_which_two_builds_always_agree_is_never_flaky(runs: list[int], window: int) -> None:
    history = "".join(".x"[at % 2] * length for at, length in enumerate(runs))
    assert all(len(_play(history[:end], window)) < flaky.FLAKY_FLIPS for end in range(1, len(history) + 1))


@given(st.integers(0, 5), st.integers(3, 12))
def test_a_line_that_flips_in_each_build_is_flaky_from_the_third_one_on(steady: int, flapping: int) -> None:
    history = "." * steady + (".x" * flapping)[:flapping]
    assert len(_play(history)) >= flaky.FLAKY_FLIPS


@given(st.text(".x", min_size=1, max_size=15), st.integers(1, WINDOW))
def test_only_builds_that_are_recent_count(history: str, window: int) -> None:
    flips = _play(history, window)
    assert list(flips) == sorted(set(flips))
    assert set(flips) <= set(range(len(history) - window + 1, len(history) + 1))


def test_a_line_without_flips_is_not_kept() -> None:
    assert flaky.add_flips({1: (2,), 3: (9,)}, NO_LINES, build=10, recent=(9, 10)) == {}


def test_lines_are_kept_in_order_whichever_flipped_first() -> None:
    assert [*flaky.add_flips({7: (8,)}, Lines.of([2]), build=10, recent=(8, 9, 10))] == [2, 7]


def test_flips_follow_their_lines_and_those_of_deleted_lines_are_dropped() -> None:
    moves = {1: {"a.py": [3]}, 2: {"b.py": [1], "c.py": [5, 6]}, 4: {}}

    def forward(path: str, lines: Lines) -> dict[str, Lines]:
        assert path == "a.py"
        return {there: Lines.of(found) for line in lines for there, found in moves[line].items()}

    assert flaky.map_flips({1: (7,), 2: (7, 8), 4: (9,)}, "a.py", forward) == {
        "a.py": {3: (7,)},
        "b.py": {1: (7, 8)},
        "c.py": {5: (7, 8), 6: (7, 8)},
    }
