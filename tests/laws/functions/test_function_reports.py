"""Without source, a report that names its functions is compared function by function, wherever they moved."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.comparison import line_changes
from covbot.formats import reading
from support import two_builds
from support.programs.function_reports import add_build, run_builds, write_json, write_without_functions, write_xml
from support.strategies import fewer_examples

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.programs.function_reports import FunctionPictures

IMPORTS, EMPTY = ("", ".."), ("", "  ")
F, G, H = ("C.f", ".xxx."), ("C.g", ".xxxx"), ("h", "..")


@pytest.mark.parametrize("write", [write_json, write_xml])
def test_each_function_is_a_task_of_its_own_and_named_in_its_bug(write: Callable[[FunctionPictures], bytes]) -> None:
    world = run_builds([IMPORTS, F, G, H], write=write)
    assert two_builds.describe_bugs(world) == ["New m.py 4-6", "New m.py 9-12"]
    assert [bug.title for bug in world.bugs()] == [
        "m.py: no test runs 3 statements of C.f",
        "m.py: no test runs 4 statements of C.g",
    ]


def test_functions_that_move_keep_their_bugs_as_they_are() -> None:
    world = run_builds([IMPORTS, F, G, H], [IMPORTS, EMPTY, G, H, EMPTY, F])
    assert two_builds.describe_bugs(world) == ["New m.py 15-17", "New m.py 6-9"]


def test_a_covered_function_closes_only_its_own_bug_though_code_was_added_above() -> None:
    world = run_builds([IMPORTS, F, G], [("", "....."), ("C.f", "....."), G])
    assert two_builds.describe_bugs(world) == ["Fix Released m.py ", "New m.py 12-15"]


def test_a_function_that_was_rewritten_keeps_its_bug_and_the_others_are_not_touched() -> None:
    world = run_builds([IMPORTS, F, G], [IMPORTS, ("C.f", "..xx.xx"), G])
    assert two_builds.describe_bugs(world) == ["New m.py 11-14", "New* m.py 5-6, 8-9"]


def test_a_function_that_shrank_closes_only_its_own_bug_though_another_function_has_its_lines_now() -> None:
    world = run_builds([IMPORTS, F, G], [IMPORTS, ("C.f", "."), G])
    assert two_builds.describe_bugs(world) == ["Fix Released m.py ", "New m.py 5-8"]


def test_a_deleted_function_closes_only_its_own_bug_though_another_function_has_its_lines_now() -> None:
    world = run_builds([F, G], [G])
    assert two_builds.describe_bugs(world) == ["Fix Released m.py ", "New m.py 2-5"]


def test_one_build_that_runs_all_of_a_function_that_was_rewritten_does_not_close_its_bug() -> None:
    world = run_builds([IMPORTS, F, G])
    for number, picture in enumerate(["......", "....xx", "....xx"], start=3):
        add_build(world, number, [IMPORTS, ("C.f", picture), G])
        world.run()
        assert [bug.status.value for bug in world.bugs()] == ["New", "New"]
    assert two_builds.describe_bugs(world) == ["New m.py 10-13", "New* m.py 7-8"]


def test_a_function_of_a_new_name_is_no_reason_to_close_or_to_file_a_bug() -> None:
    world = run_builds([IMPORTS, F, G], [("", "..."), ("C.renamed", F[1]), G])
    assert [bug.status.value for bug in world.bugs()] == ["New", "New"]


def test_a_file_whose_only_function_has_a_new_name_is_still_followed() -> None:
    renamed = [("", "..."), ("C.renamed", F[1])]
    world = run_builds([IMPORTS, F], renamed, [*renamed, ("k", "xx")])
    assert two_builds.describe_bugs(world) == ["New m.py 5-7", "New m.py 9-10"]


def test_bugs_of_ambiguous_functions_stay_open_while_any_is_missing_and_are_closed_together() -> None:
    renamed = [("C.r", F[1]), ("C.s", G[1])]
    world = run_builds(
        [IMPORTS, F, G, H], [("", "..."), *renamed, H], [("", "..."), H, *renamed], [("", "..."), *renamed, H]
    )
    assert [bug.status.value for bug in world.bugs()] == ["New", "New"]
    for number in (9, 10):
        add_build(world, number, [("", "..."), ("C.r", "....."), ("C.s", "....."), H])
        world.run()
        assert {bug.status.value for bug in world.bugs()} == {"New" if number == 9 else "Fix Released"}


def test_a_report_without_functions_closes_the_bugs_of_a_file_of_which_nothing_is_missing() -> None:
    world = run_builds([IMPORTS, F, G])
    for number in (3, 4):
        add_build(world, number, [IMPORTS, ("C.f", "..."), ("C.g", "....")], write_without_functions)
        world.run()
        assert {bug.status.value for bug in world.bugs()} == {"New" if number == 3 else "Fix Released"}


def test_a_closed_bug_is_not_reopened_for_new_lines_in_the_place_of_its_own() -> None:
    world = run_builds([IMPORTS, F])
    world.person().edit(1, description=f"by ada\n\n{world.bugs()[0].description}")
    covered, came, lost = ("C.f", "....."), ("C.k", ".."), ("C.k", "xx")
    after = [[("", "..."), came, covered], [("", "..."), came, covered], [("", "..."), lost, covered]]
    builds = [[IMPORTS, covered], [IMPORTS, covered], *after, after[-1]]
    for number, functions in enumerate(builds, start=3):
        add_build(world, number, functions, write_without_functions if number == 5 else write_json)
        world.run()
    assert two_builds.describe_bugs(world) == ["Fix Released* m.py ", "New m.py 4-5"]


def test_a_new_function_gets_a_bug_of_its_own() -> None:
    world = run_builds([IMPORTS, F], [IMPORTS, F, ("k", "xxx")])
    assert two_builds.describe_bugs(world) == ["New m.py 4-6", "New m.py 8-10"]


def test_a_comparison_lists_the_lines_of_functions_whose_lines_did_not_move() -> None:
    before, after = [IMPORTS, F, G], [("", "..."), ("C.f", ".x.x."), ("C.g", "..xxx")]
    sides = [reading.read(io.BytesIO(write_json(functions)), "it.json") for functions in (before, after)]
    assert two_builds.describe_delta(line_changes.compare(*sides)) == [
        "closed m.py C.f 5: covered",
        "closed m.py C.g 9: covered",
        "standing 5",
    ]


names = st.lists(st.sampled_from(["f", "C.f", "C.g", "h"]), unique=True, min_size=1)
marks = st.text(alphabet=".x ", min_size=1, max_size=6).map(lambda text: "." + text)


@st.composite
def draw_move(draw: st.DrawFn) -> tuple[FunctionPictures, FunctionPictures]:
    """Draw a file, and the same functions in another order with other distances."""
    functions = [(name, draw(marks)) for name in draw(names)]
    moved = [(name, " " * draw(st.integers(0, 3)) + picture) for name, picture in draw(st.permutations(functions))]
    return [IMPORTS, *functions], [IMPORTS, *moved]


@fewer_examples
@given(draw_move(), st.sampled_from([write_json, write_xml]))
def test_law_7_moving_functions_files_nothing_and_closes_nothing(
    move: tuple[FunctionPictures, FunctionPictures], write: Callable[[FunctionPictures], bytes]
) -> None:
    before, after = move
    world = run_builds(before, write=write)
    bugs = world.bugs()
    for number in (3, 4):
        add_build(world, number, after, write)
        world.run()
        assert world.bugs() == bugs
    assert world.run().plan.actions == ()
