"""Where there is no source, a report that names its functions is followed function by function, wherever they went."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tales
from covbot.core import comparing
from covbot.core.policy import Policy
from covbot.formats import reading
from stories import some
from world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Told = list[tuple[str, str]]
"""The functions of `m.py` in the order of the file, each with its picture; "" is what is outside of them."""

IMPORTS, EMPTY = ("", ".."), ("", "  ")
F, G, H = ("C.f", ".xxx."), ("C.g", ".xxxx"), ("h", "..")


def places(told: Told) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Each function with its statements and what became of them."""
    ends = [0, *itertools.accumulate(len(picture) for _, picture in told)]
    for (name, picture), start in zip(told, ends, strict=False):
        yield name, [(start + at, mark) for at, mark in enumerate(picture, start=1) if mark in ".x"]


def of_json(told: Told) -> bytes:
    """As coverage.py tells it in JSON."""
    functions: dict[str, dict[str, list[int]]] = {}
    for name, lines in places(told):
        own = functions.setdefault(name, {"executed_lines": [], "missing_lines": []})
        for line, mark in lines:
            own["executed_lines" if mark == "." else "missing_lines"].append(line)
    whole = {
        key: [line for own in functions.values() for line in own[key]] for key in ("executed_lines", "missing_lines")
    }
    file = {**whole, "excluded_lines": [], "functions": functions}
    return json.dumps({"meta": {"version": "7.17.3", "format": 3}, "files": {"m.py": file}}).encode()


def of_xml(told: Told) -> bytes:
    """As Cobertura XML with the lines of its methods."""
    lines = {
        name: "".join(f'<line number="{line}" hits="{int(mark == ".")}"/>' for line, mark in own)
        for name, own in places(told)
    }
    every = "".join(lines.values())
    named = "".join(f'<method name="{name}"><lines>{own}</lines></method>' for name, own in lines.items() if name)
    inside = f'<class name="m.py" filename="m.py"><methods>{named}</methods><lines>{every}</lines></class>'
    packages = f"<packages><package><classes>{inside}</classes></package></packages>"
    return f'<coverage version="7.17.3">{packages}</coverage>'.encode()


def lay(world: World, number: int, told: Told, write: Callable[[Told], bytes] = of_json) -> None:
    """A build whose report tells these functions."""
    world.build(number, {})
    world.shelf.lying[number] = world.shelf.lying[number][0], write(told)


def live(*told: Told, write: Callable[[Told], bytes] = of_json) -> World:
    """A world after two builds of each of these, a pass after each build."""
    world = World(policy=Policy(new_per_day=9))
    for number, page in enumerate(itertools.chain.from_iterable((page, page) for page in told), start=1):
        lay(world, number, page, write)
        world.run()
        world.after(days=10)
    return world


@pytest.mark.parametrize("write", [of_json, of_xml])
def test_each_function_is_a_task_of_its_own_and_named_in_its_bug(write: Callable[[Told], bytes]) -> None:
    world = live([IMPORTS, F, G, H], write=write)
    assert tales.name(world) == ["New m.py 4-6", "New m.py 9-12"]
    assert [bug.title for bug in world.bugs()] == [
        "m.py: no test runs 3 statements of C.f",
        "m.py: no test runs 4 statements of C.g",
    ]


def test_functions_that_move_keep_their_bugs_as_they_are() -> None:
    world = live([IMPORTS, F, G, H], [IMPORTS, EMPTY, G, H, EMPTY, F])
    assert tales.name(world) == ["New m.py 15-17", "New m.py 6-9"]


def test_a_function_that_is_covered_ends_its_bug_alone_though_code_came_in_above() -> None:
    world = live([IMPORTS, F, G], [("", "....."), ("C.f", "....."), G])
    assert tales.name(world) == ["Fix Released* m.py ", "New m.py 12-15"]


def test_a_function_that_was_rewritten_keeps_its_bug_and_the_others_are_not_touched() -> None:
    world = live([IMPORTS, F, G], [IMPORTS, ("C.f", "..xx.xx"), G])
    assert tales.name(world) == ["New m.py 11-14", "New* m.py 5-6, 8-9"]


def test_the_end_of_a_function_that_shrank_is_its_own_though_another_one_lies_where_it_lay() -> None:
    world = live([IMPORTS, F, G], [IMPORTS, ("C.f", "."), G])
    assert tales.name(world) == ["Fix Released* m.py ", "New m.py 5-8"]


def test_the_end_of_a_function_that_was_deleted_is_its_own_though_another_one_lies_where_it_lay() -> None:
    world = live([F, G], [G])
    assert tales.name(world) == ["Fix Released* m.py ", "New m.py 2-5"]


def test_one_build_that_runs_all_of_a_function_that_was_rewritten_does_not_end_its_bug() -> None:
    world = live([IMPORTS, F, G])
    for number, picture in enumerate(["......", "....xx", "....xx"], start=3):
        lay(world, number, [IMPORTS, ("C.f", picture), G])
        world.run()
        assert [bug.status.value for bug in world.bugs()] == ["New", "New"]
    assert tales.name(world) == ["New m.py 10-13", "New* m.py 7-8"]


def test_a_function_of_a_new_name_is_no_reason_to_close_or_to_file_a_bug() -> None:
    world = live([IMPORTS, F, G], [("", "..."), ("C.renamed", F[1]), G])
    assert [bug.status.value for bug in world.bugs()] == ["New", "New"]


def test_a_file_whose_only_function_has_a_new_name_is_followed_on() -> None:
    renamed = [("", "..."), ("C.renamed", F[1])]
    world = live([IMPORTS, F], renamed, [*renamed, ("k", "xx")])
    assert tales.name(world) == ["New m.py 5-7", "New m.py 9-10"]


def test_bugs_of_functions_that_cannot_be_told_apart_stay_while_any_is_missing_and_end_together() -> None:
    renamed = [("C.r", F[1]), ("C.s", G[1])]
    world = live([IMPORTS, F, G, H], [("", "..."), *renamed, H], [("", "..."), H, *renamed], [("", "..."), *renamed, H])
    assert [bug.status.value for bug in world.bugs()] == ["New", "New"]
    for number in (9, 10):
        lay(world, number, [("", "..."), ("C.r", "....."), ("C.s", "....."), H])
        world.run()
        assert {bug.status.value for bug in world.bugs()} == {"New" if number == 9 else "Fix Released"}


def of_bare(told: Told) -> bytes:
    """As a report that names no functions."""
    return of_json([("", "".join(picture for _, picture in told))])


def test_a_report_without_functions_ends_the_bugs_of_a_file_of_which_nothing_is_missing() -> None:
    world = live([IMPORTS, F, G])
    for number in (3, 4):
        lay(world, number, [IMPORTS, ("C.f", "..."), ("C.g", "....")], of_bare)
        world.run()
        assert {bug.status.value for bug in world.bugs()} == {"New" if number == 3 else "Fix Released"}


def test_a_bug_that_ended_is_not_taken_up_again_for_lines_that_came_where_its_own_lay() -> None:
    world = live([IMPORTS, F])
    world.person().edit(1, description=f"by ada\n\n{world.bugs()[0].description}")
    covered, came, lost = ("C.f", "....."), ("C.k", ".."), ("C.k", "xx")
    after = [[("", "..."), came, covered], [("", "..."), came, covered], [("", "..."), lost, covered]]
    builds = [[IMPORTS, covered], [IMPORTS, covered], *after, after[-1]]
    for number, told in enumerate(builds, start=3):
        lay(world, number, told, of_bare if number == 5 else of_json)
        world.run()
    assert tales.name(world) == ["Fix Released* m.py ", "New m.py 4-5"]


def test_a_new_function_gets_a_bug_of_its_own() -> None:
    world = live([IMPORTS, F], [IMPORTS, F, ("k", "xxx")])
    assert tales.name(world) == ["New m.py 4-6", "New m.py 8-10"]


def test_a_comparison_tells_the_lines_of_functions_that_lie_as_they_lay() -> None:
    before, after = [IMPORTS, F, G], [("", "..."), ("C.f", ".x.x."), ("C.g", "..xxx")]
    sides = [reading.read(io.BytesIO(of_json(told)), "it.json") for told in (before, after)]
    assert tales.tell(comparing.compare(*sides)) == [
        "closed m.py C.f 5: covered",
        "closed m.py C.g 9: covered",
        "standing 5",
    ]


names = st.lists(st.sampled_from(["f", "C.f", "C.g", "h"]), unique=True, min_size=1)
marks = st.text(alphabet=".x ", min_size=1, max_size=6).map(lambda text: "." + text)


@st.composite
def moved(draw: st.DrawFn) -> tuple[Told, Told]:
    """A file, and the same functions in another order, with other distances."""
    functions = [(name, draw(marks)) for name in draw(names)]
    again = [(name, " " * draw(st.integers(0, 3)) + picture) for name, picture in draw(st.permutations(functions))]
    return [IMPORTS, *functions], [IMPORTS, *again]


@some
@given(moved(), st.sampled_from([of_json, of_xml]))
def test_law_7_moving_functions_files_nothing_and_closes_nothing(
    told: tuple[Told, Told], write: Callable[[Told], bytes]
) -> None:
    before, after = told
    world = live(before, write=write)
    seen = world.bugs()
    for number in (3, 4):
        lay(world, number, after, write)
        world.run()
        assert world.bugs() == seen
    assert world.run().plan.actions == ()
