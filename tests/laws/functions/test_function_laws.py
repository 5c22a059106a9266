"""The laws, over random stories of a file whose reports name its functions, or do not, and whose functions change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.bugs import statuses
from covbot.core.policy import Policy
from support import invariants
from support.programs.function_reports import add_build, write_json, write_without_functions, write_xml
from support.strategies import UserAction, fewer_examples
from support.world import World

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from typing import TypeAlias

    from support.programs.function_reports import FunctionPictures

    Page: TypeAlias = tuple[FunctionPictures, Callable[[FunctionPictures], bytes]]

LOOSE_POLICY = Policy(max_open=99, new_per_day=99, writes_per_run=99, close_share=1.0, jump_share=1.0, swing_share=1.0)

pictured = st.text(alphabet=".x ", max_size=5).map(lambda text: "." + text)
user_actions = st.builds(
    UserAction, st.integers(0, 3), st.sampled_from(["status", "edit", "assign"]), st.sampled_from(statuses.Status)
)


@st.composite
def draw_pages(draw: st.DrawFn, *, steady: bool = False) -> list[Page]:
    """Draw builds, each page once or twice: functions move, and are covered, lost and rewritten.

    `steady` builds have one format. Otherwise functions are renamed as well, and some builds name none.
    """
    pictures = draw(st.dictionaries(st.sampled_from(["f", "C.f", "C.g", "h"]), pictured, min_size=1))
    one = draw(st.sampled_from([write_json, write_xml]))
    pages: list[Page] = []
    for _ in range(draw(st.integers(2, 4))):
        page = [("", draw(st.sampled_from(["", "..", ".x"])))]
        page += [
            (name, " " * draw(st.integers(0, 2)) + pictures[name]) for name in draw(st.permutations(sorted(pictures)))
        ]
        write = one if steady else draw(st.sampled_from([write_json, write_xml, write_without_functions]))
        pages += [(page, write)] * draw(st.integers(1, 2))
        pictures = dict(_change_function(draw, name, picture, steady=steady) for name, picture in pictures.items())
    return pages


def _change_function(draw: st.DrawFn, name: str, picture: str, *, steady: bool) -> tuple[str, str]:
    match draw(st.sampled_from(["stay", "stay", "cover", "lose", "rewrite", "rename"])):
        case "cover":
            return name, picture.replace("x", ".")
        case "lose":
            return name, picture.replace(".", "x")
        case "rewrite":
            return name, draw(pictured)
        case "rename" if not steady:
            return f"{name}_{len(name)}", picture
        case _:
            return name, picture


@pytest.mark.heavy
@fewer_examples
@given(draw_pages(), st.lists(st.none() | user_actions, max_size=9))
def test_laws_1_2_5_and_11_hold_however_functions_change(pages: list[Page], done: list[UserAction | None]) -> None:
    world = World(policy=LOOSE_POLICY)
    for number, (page, write) in enumerate(pages, start=1):
        add_build(world, number, page, write)
        before = world.bugs()
        world.run()
        after = world.bugs()
        invariants.check_law_2(world.ledger(), after)
        invariants.check_law_5(before, after, set())
        invariants.check_law_11(before, after)
        assert world.run().plan.actions == (), "law 1"
        user_action = done[number] if number < len(done) else None
        if user_action:
            user_action.apply(world)
        world.advance_clock(days=10)


@fewer_examples
@given(draw_pages(steady=True))
def test_a_bug_is_closed_when_two_builds_ran_all_of_its_function_and_not_while_they_agree_that_it_is_missing(
    pages: list[Page],
) -> None:
    world = World(policy=LOOSE_POLICY)
    ended: set[int] = set()
    for number, (page, write) in enumerate(pages, start=1):
        add_build(world, number, page, write)
        world.run()
        before, now = dict(pages[max(number - 2, 0)][0]), dict(page)
        flaky = world.ledger().flaky("m.py")
        lost = {name for name, text in now.items() if "x" in text and before[name].strip() == text.strip()}
        fresh = {bug.number for bug in world.bugs() if bug.status not in statuses.OPEN} - ended
        for entry in world.ledger().entries.values():
            if entry.record and entry.record.bug in fresh and not flaky:
                assert lost.isdisjoint(entry.task.regions)
        ended |= fresh
        if not flaky and "x" not in "".join([*before.values(), *now.values()]):
            assert len(ended) == len(world.bugs())
        world.advance_clock(days=20)


@fewer_examples
@given(draw_pages(), draw_pages())
def test_law_4_a_suspect_build_that_names_other_functions_writes_nothing(pages: list[Page], other: list[Page]) -> None:
    world = World(policy=LOOSE_POLICY)
    for number, (page, write) in enumerate(pages, start=1):
        add_build(world, number, page, write)
    world.run()
    before, ledger = world.bugs(), world.ledger()
    add_build(world, len(pages) + 1, *other[-1])
    build, report = world.source.stored[len(pages) + 1]
    world.source.stored[len(pages) + 1] = attrs.evolve(build, result="FAILURE"), report
    world.run()
    assert (world.bugs(), world.ledger()) == (before, ledger)


@pytest.mark.heavy
@fewer_examples
@given(draw_pages(), st.randoms(use_true_random=False))
def test_law_8_the_order_in_which_a_report_names_functions_does_not_matter(
    pages: list[Page], order: random.Random
) -> None:
    worlds = World(policy=LOOSE_POLICY), World(policy=LOOSE_POLICY)
    for number, (page, _) in enumerate(pages, start=1):
        add_build(worlds[0], number, page)
        add_build(worlds[1], number, page, lambda functions: _shuffle_functions(write_json(functions), order))
    for world in worlds:
        world.run()
    assert worlds[0].bugs() == worlds[1].bugs()


def _shuffle_functions(report: bytes, order: random.Random) -> bytes:
    document = json.loads(report)
    functions = list(document["files"]["m.py"]["functions"].items())
    order.shuffle(functions)
    document["files"]["m.py"]["functions"] = dict(functions)
    return json.dumps(document).encode()


@fewer_examples
@given(draw_pages(), st.integers(2, 5))
def test_law_10_functions_that_flap_faster_than_the_quorum_while_they_move_write_nothing(
    pages: list[Page], times: int
) -> None:
    world = World(policy=LOOSE_POLICY)
    for number in range(1, times + 1):
        page = [(name, " " * (number % 3) + text) for name, text in pages[0][0]]
        add_build(world, number, [(name, text.replace("x", ".") if number % 2 else text) for name, text in page])
        world.run()
        world.advance_clock(days=30)
    assert world.bugs() == []


def test_bugs_of_ambiguous_functions_are_neither_closed_nor_filed_again_when_the_source_becomes_known(
    new_world: Callable[[], World],
) -> None:
    world = new_world()
    repository, world.repository, world.policy = world.repository, None, LOOSE_POLICY
    before, renamed = [("f", ".xxx"), ("g", ".xxx")], [("", "." * 9), ("r", "..xxx"), ("s", "..xxx")]
    for number, page in enumerate([before, before, renamed, renamed], start=1):
        add_build(world, number, page)
        world.run()
    world.repository = repository
    drawn = "\n".join(
        f"{mark}|{name} = 1" for name, mark in zip("abcdefghijklmnopqrs", "." * 9 + "..xxx..xxx", strict=True)
    )
    for number in range(5, 9):
        world.commit_build(number, {"m.py": drawn})
        world.run()
    assert [bug.status for bug in world.bugs()] == [statuses.Status.NEW, statuses.Status.NEW]
