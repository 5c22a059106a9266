"""A line map maps lines forward and backward, and drops those without a counterpart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.linemap import linemap
from covbot.core.linemap.linemap import FileMap, LineMap
from covbot.core.lines import Lines

PLACES = st.integers(1, 60)


@given(st.dictionaries(PLACES, PLACES, max_size=40))
def test_runs_hold_exactly_their_pairs(found: dict[int, int]) -> None:
    pairs = {before: after for after, before in {after: before for before, after in found.items()}.items()}
    file = FileMap(before="a", after="b", runs=linemap.pack_runs(sorted(pairs.items())))
    for line in range(1, 62):
        assert list(file.forward([line])) == [after for before, after in pairs.items() if before == line]
        assert list(file.backward([line])) == [before for before, after in pairs.items() if after == line]
    assert file.forward(range(1, 62)) == Lines.of(pairs.values())


def test_a_file_whose_text_stayed_maps_each_line_onto_itself() -> None:
    file = FileMap(before="a", after="b")
    assert file.forward([1, 7]) == file.backward([1, 7]) == Lines.of([1, 7])


MOVED = LineMap(
    files={
        "x.py": FileMap(before="x.py", after="y.py", runs=((1, 3, 4),), names={"g": "h"}),
        "y.py": FileMap(before="y.py", after="x.py"),
        "e.py": FileMap(before="e.py", after="e.py", runs=((1, 2, 9),)),
        "r.py": FileMap(before="r.py", after="s.py"),
    },
    moved_functions=(
        FileMap(before="x.py", after="n.py", runs=((9, 1, 2),)),
        FileMap(before="d.py", after="n.py", runs=((1, 5, 2),), names={"f": "f"}),
        FileMap(before="x.py", after="y.py", runs=((20, 30, 1),)),
    ),
    deleted=frozenset({"d.py"}),
    added=frozenset({"n.py"}),
)


@pytest.mark.parametrize(
    ("before", "after"),
    [("x.py", "y.py"), ("y.py", "x.py"), ("e.py", "e.py"), ("r.py", "s.py"), ("same.py", "same.py")],
)
def test_a_path_is_mapped_in_both_directions(before: str, after: str) -> None:
    assert MOVED.path_after(before) == after
    assert MOVED.path_before(after) == before


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("d.py", "f", ("n.py", "f")),
        ("d.py", "g", None),
        ("x.py", "g", ("y.py", "h")),
        ("x.py", "f", ("y.py", "f")),
        ("same.py", "C.m", ("same.py", "C.m")),
        ("d.py", "", None),
    ],
)
def test_a_region_is_mapped_by_file_and_name(path: str, name: str, expected: tuple[str, str] | None) -> None:
    assert MOVED.region_after(path, name) == expected


def test_a_deleted_or_new_path_has_no_counterpart() -> None:
    assert MOVED.path_after("d.py") is None
    assert MOVED.path_before("n.py") is None
    assert MOVED.path_before("r.py") is None


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        ("x.py", [1, 4, 5, 9, 10, 20], {"y.py": [3, 6, 30], "n.py": [1, 2]}),
        ("d.py", [1, 9], {"n.py": [5]}),
        ("same.py", [8], {"same.py": [8]}),
        ("x.py", [6], {}),
    ],
)
def test_lines_are_mapped_to_every_file_that_has_them(
    path: str, lines: list[int], expected: dict[str, list[int]]
) -> None:
    assert MOVED.forward(path, Lines.of(lines)) == {there: Lines.of(places) for there, places in expected.items()}


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        ("n.py", [1, 5, 8], {"x.py": [9], "d.py": [1]}),
        ("y.py", [1, 3, 30], {"x.py": [1, 20]}),
        ("same.py", [8], {"same.py": [8]}),
        ("r.py", [1], {}),
        ("n.py", [3], {}),
    ],
)
def test_lines_are_mapped_back_to_every_file_that_had_them(
    path: str, lines: list[int], expected: dict[str, list[int]]
) -> None:
    assert MOVED.backward(path, Lines.of(lines)) == {there: Lines.of(places) for there, places in expected.items()}
