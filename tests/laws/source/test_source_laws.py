"""The laws of comparing builds with their source, over programs of real modules that move and change."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.bugs.actions import EditBug
from covbot.core.lines import Lines
from covbot.core.source import regions
from support import two_builds
from support.programs import sample_programs
from support.refactorings import GENEROUS_POLICY, draw_refactorings, few_examples, make_program_world, run_next_build
from support.world import split_page

if TYPE_CHECKING:
    from support.programs.sample_programs import Program
    from support.refactorings import NewWorld, Refactoring
    from support.world import World


def list_tasks_and_bugs(world: World) -> list[object]:
    """Return all tasks and bugs of a world without the names of commits."""
    tasks = [(entry.task, entry.unconfirmed, entry.gone) for entry in world.ledger().entries.values()]
    return [*tasks, *((bug.title, bug.status, len(bug.comments)) for bug in world.bugs()), *two_builds.list_keys(world)]


@few_examples
@given(program=sample_programs.programs, refactoring=draw_refactorings(3))
def test_law_7_what_moves_and_changes_its_name_is_neither_filed_nor_closed(
    new_world: NewWorld, program: Program, refactoring: Refactoring
) -> None:
    world = make_program_world(new_world, program)
    filed, missing = two_builds.list_keys(world), sum(page.count("x|") for page in program.pages.values())
    done = []
    for moves in refactoring:
        for move in moves:
            program = sample_programs.apply_move(program, move)
        done += run_next_build(world, program.pages)
    done += run_next_build(world, program.pages)
    done += run_next_build(world, program.pages)
    assert not [action for action in done if not isinstance(action, EditBug)]
    assert not done or any(kind.endswith(("file", "files")) for moves in refactoring for kind, _, _ in moves)
    assert two_builds.list_keys(world) == filed
    gaps = [gap for gap in world.ledger().gaps.values() if gap.lines]
    assert sum(len(gap.lines) for gap in gaps) == missing
    assert {gap.since for gap in gaps} <= {2}


@few_examples
@given(program=sample_programs.programs, move=sample_programs.moves, result=st.sampled_from(["FAILURE", "ABORTED"]))
def test_law_4_a_suspect_or_unmeasured_build_writes_nothing_whatever_moved_in_it(
    new_world: NewWorld, program: Program, move: tuple[str, int, int], result: str
) -> None:
    world = make_program_world(new_world, program)
    before, ledger = world.bugs_without_times(), world.ledger()
    moved = sample_programs.apply_move(program, move).pages
    for number in (3, 4):
        world.commit_build(number, {path: page.replace("x|", ".|") for path, page in moved.items()}, result)
        world.advance_clock(days=30)
        world.run()
    assert world.ledger() == ledger
    kept, *lost = sorted(moved)
    for number in (5, 6):
        world.commit_build(number, {kept: moved[kept]}, beside={path: str(split_page(moved[path])[0]) for path in lost})
        world.advance_clock(days=30)
        actions = [receipt.action for receipt in world.run().receipts]
        assert all(isinstance(action, EditBug) for action in actions)
    assert [bug.status for bug in world.bugs()] == [bug.status for bug in before]


@pytest.mark.heavy
@few_examples
@given(program=sample_programs.programs, refactoring=draw_refactorings(3), seed=st.integers(0, 1000))
def test_law_8_the_order_of_files_in_a_report_does_not_matter(
    new_world: NewWorld, program: Program, refactoring: Refactoring, seed: int
) -> None:
    one, other = make_program_world(new_world, program), make_program_world(new_world, program)
    order = random.Random(seed)  # noqa: S311 -- it shuffles a test's input
    for move in itertools.chain(*refactoring):
        program = sample_programs.apply_move(program, move)
        shuffled = list(program.pages.items())
        order.shuffle(shuffled)
        run_next_build(one, program.pages)
        run_next_build(other, dict(shuffled))
    assert list_tasks_and_bugs(one) == list_tasks_and_bugs(other)
    assert one.ledger().gaps == other.ledger().gaps


@few_examples
@given(program=sample_programs.programs, move=sample_programs.moves)
def test_law_9_the_same_an_older_or_an_out_of_order_build_changes_nothing(
    new_world: NewWorld, program: Program, move: tuple[str, int, int]
) -> None:
    world = new_world()
    world.policy = GENEROUS_POLICY
    world.commit_build(1, program.pages)
    early = world.source.stored.pop(1)
    moved = sample_programs.apply_move(program, move).pages
    for number in (2, 3):
        world.commit_build(number, moved)
    world.run()
    before, ledger = world.bugs_without_times(), world.ledger()
    world.source.stored[1] = early
    world.run()
    world.source.add_build(4, dict.fromkeys(moved, ".."), revision=early[0].revision)
    world.advance_clock(days=30)
    [ingested] = world.run().builds
    assert not ingested.verdict.trusted
    assert (world.bugs_without_times(), world.ledger()) == (before, ledger)


@few_examples
@given(program=sample_programs.programs, times=st.integers(1, 2))
def test_law_10_code_or_coverage_that_flaps_faster_than_the_quorum_writes_nothing(
    new_world: NewWorld, program: Program, times: int
) -> None:
    world = make_program_world(new_world, program)
    before = world.bugs_without_times()
    path = min(program.files)
    tested = {here: page.replace("x|", ".|") for here, page in program.pages.items()}
    without = {here: page for here, page in program.pages.items() if here != path}
    for _ in range(times):
        for pages in (tested, program.pages, without, program.pages):
            run_next_build(world, pages)
    assert world.bugs_without_times() == before


@given(program=sample_programs.programs, refactoring=draw_refactorings(3))
def test_the_regions_found_near_some_lines_are_those_of_the_whole_text(
    program: Program, refactoring: Refactoring
) -> None:
    for move in itertools.chain(*refactoring):
        program = sample_programs.apply_move(program, move)
    for page in program.pages.values():
        text, picture = split_page(page)
        wanted = Lines.of(line for line, mark in enumerate(picture, start=1) if mark == "x")
        whole = {
            line: region.name for region in regions.find_regions(str(text)) for line in region.lines if line in wanted
        }
        assert regions.find_region_names(str(text), wanted) == whole
