"""The laws of tasks of real source: what is filed stays as it is, and each line belongs to one task."""

from __future__ import annotations

import collections
import itertools
from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.bugs.actions import EditBug
from covbot.core.bugs.statuses import DECLINED
from covbot.core.policy import Order, Policy
from support.programs import sample_programs
from support.refactorings import GENEROUS_POLICY, draw_refactorings, few_examples, make_program_world, run_next_build
from support.strategies import OTHER_WRITER

if TYPE_CHECKING:
    from covbot.core.bugs.statuses import Status
    from covbot.core.tasks.task import Entry
    from support.programs.sample_programs import Program
    from support.refactorings import NewWorld, Refactoring
    from support.world import World

TESTS = ("tests/test_{name}.py",)
regroupings = st.fixed_dictionaries(
    {
        "min_statements": st.integers(1, 6),
        "max_statements": st.integers(2, 40),
        "order": st.sampled_from(Order),
        "first_test_share": st.sampled_from([0.0, 0.1, 1.0]),
        "low_hanging_fruit": st.integers(0, 5),
    }
)


def find_filed_tasks(world: World) -> dict[str, Entry]:
    """Return the tasks with a bug, by key, without their assessments."""
    entries = world.ledger().entries.items()
    return {key: attrs.evolve(entry, assessment=None) for key, entry in entries if entry.record}


@few_examples
@given(
    program=sample_programs.programs,
    refactoring=draw_refactorings(2),
    chosen=st.lists(regroupings, min_size=2, max_size=2),
)
def test_law_2_each_missing_line_is_in_exactly_one_task_however_tasks_are_grouped(
    new_world: NewWorld, program: Program, refactoring: Refactoring, chosen: list[dict[str, Any]]
) -> None:
    world = make_program_world(new_world, program, Policy(new_per_day=2, create_factor=100), tests=TESTS)
    for moves, regrouping in zip(refactoring, chosen, strict=False):
        for move in moves:
            program = sample_programs.apply_move(program, move)
        world.policy = attrs.evolve(world.policy, **regrouping)
        run_next_build(world, program.pages)
        ledger = world.ledger()
        owned = collections.Counter(
            (entry.task.path, line) for entry in ledger.entries.values() for line in entry.task.lines
        )
        owned.update(
            (path, line)
            for entry in ledger.entries.values()
            for path, lines in entry.elsewhere.items()
            for line in lines
        )
        missing = {(gap.path, line) for gap in ledger.gaps.values() for line in gap.lines}
        assert owned == dict.fromkeys(missing, 1)


@few_examples
@given(program=sample_programs.programs, regrouping=regroupings, most=st.sampled_from([2, 500]))
def test_settings_that_group_otherwise_change_nothing_that_is_filed(
    new_world: NewWorld, program: Program, regrouping: dict[str, Any], most: int
) -> None:
    world = make_program_world(new_world, program, attrs.evolve(GENEROUS_POLICY, max_open=most), tests=TESTS)
    before, tasks = world.bugs(), find_filed_tasks(world)
    world.policy, world.areas = attrs.evolve(world.policy, **regrouping), {"area": ("*",)}
    assert run_next_build(world, program.pages) == []
    world.policy = attrs.evolve(world.policy, max_open=500)
    run_next_build(world, program.pages)
    assert world.bugs()[: len(before)] == before
    assert {key: entry.task.regions for key, entry in find_filed_tasks(world).items() if key in tasks} == {
        key: entry.task.regions for key, entry in tasks.items()
    }


@few_examples
@given(program=sample_programs.programs, which=st.integers(0, 1000))
def test_to_cover_a_line_of_a_task_changes_the_text_of_that_task_alone(
    new_world: NewWorld, program: Program, which: int
) -> None:
    world = make_program_world(new_world, program, tests=TESTS)
    before = {bug.number: bug for bug in world.bugs()}
    entries = [entry for entry in world.ledger().entries.values() if entry.record and len(entry.task.lines) > 1]
    places = [(entry, line) for entry in entries for line in entry.task.lines]
    entry, line = places[which % len(places)]
    for _ in range(2):
        pages = dict(program.pages)
        rows = pages[entry.task.path].strip("\n").split("\n")
        rows[line - 1] = f".{rows[line - 1][1:]}"
        world.commit_build(len(world.source.stored) + 1, pages | {entry.task.path: "\n".join(rows)})
    world.advance_clock(days=9)
    actions = [receipt.action for receipt in world.run().receipts]
    assert entry.record
    assert [type(action) for action in actions] == [EditBug]
    changed = {bug.number for bug in world.bugs() if bug != before[bug.number]}
    assert changed == {entry.record.bug}
    after = world.ledger().entries[entry.task.key].task
    assert len(after.lines) == len(entry.task.lines) - 1


@few_examples
@given(
    program=sample_programs.programs,
    refactoring=draw_refactorings(2),
    verdict=st.sampled_from(sorted(DECLINED)),
    regrouping=regroupings,
)
def test_law_11_suppression_survives_moves_renames_grouping_templates_and_settings(
    new_world: NewWorld, program: Program, refactoring: Refactoring, verdict: Status, regrouping: dict[str, Any]
) -> None:
    world = make_program_world(new_world, program, tests=TESTS)
    for bug in world.bugs():
        world.person().set_status(bug.number, verdict)
    before = world.bugs()
    world.policy, world.writer = attrs.evolve(GENEROUS_POLICY, **regrouping), OTHER_WRITER
    for move in itertools.chain(*refactoring):
        program = sample_programs.apply_move(program, move)
        run_next_build(world, program.pages)
    world.advance_clock(days=400)
    run_next_build(world, program.pages)
    assert world.bugs() == before


@few_examples
@given(program=sample_programs.programs, later=st.integers(0, 2))
def test_law_12_a_change_of_the_templates_alone_writes_nothing(
    new_world: NewWorld, program: Program, later: int
) -> None:
    world = make_program_world(new_world, program, tests=TESTS)
    before = world.bugs()
    world.writer = OTHER_WRITER
    assert world.run().plan.actions == ()
    for _ in range(later):
        assert run_next_build(world, program.pages) == []
    assert world.bugs() == before
