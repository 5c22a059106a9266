"""A file is recognized under another name by its statements and functions, where nothing else could be meant."""

from __future__ import annotations

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.coverage import FileCoverage
from covbot.core.ledger import renames
from covbot.core.lines import Lines
from support.world import World

FOUR, FIVE = FileCoverage(statements=Lines.of([1, 3, 4, 9])), FileCoverage(statements=Lines.of([1, 2, 3, 4, 5]))
NAMED = FileCoverage(statements=FOUR.statements, functions={"f": Lines.of([3, 4])})
SMALL = FileCoverage(statements=Lines.of([1, 2]))


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"old.py": FOUR, "b.py": FIVE}, {"new.py": FOUR, "b.py": FIVE}, {"old.py": "new.py"}),
        ({"a.py": FOUR, "b.py": FIVE}, {"b.py": FOUR, "a.py": FIVE}, {}),
        ({"old.py": FOUR}, {"new.py": NAMED}, {}),
        ({"old.py": NAMED}, {"pkg/new.py": NAMED}, {"old.py": "pkg/new.py"}),
        ({"old.py": FOUR}, {"new.py": FOUR, "other.py": FOUR}, {}),
        ({"old.py": FOUR, "other.py": FOUR}, {"new.py": FOUR}, {}),
        ({"old.py": FOUR, "kept.py": FOUR}, {"new.py": FOUR, "kept.py": FOUR}, {}),
        ({"old.py": SMALL}, {"new.py": SMALL}, {}),
        ({"old.py": FOUR}, {"old.py": FIVE, "new.py": FOUR}, {}),
        ({"one.py": FOUR, "two.py": FIVE}, {"1.py": FOUR, "2.py": FIVE}, {"one.py": "1.py", "two.py": "2.py"}),
    ],
)
def test_only_what_can_be_nothing_else_is_a_rename(
    before: dict[str, FileCoverage], after: dict[str, FileCoverage], found: dict[str, str]
) -> None:
    assert renames.find_renames(before, after) == found


def take_builds(world: World, *pictured: dict[str, str]) -> None:
    for pictures in pictured:
        world.add_build(len(world.source.stored) + 1, {**pictures, "keep.py": "..."})
        world.advance_clock(days=8)
        world.run()


def test_without_source_a_bug_follows_its_file_and_is_closed_when_all_of_it_runs() -> None:
    world = World()
    take_builds(world, *[{"old.py": ".xxxx."}] * 2, *[{"new.py": ".xxxx."}] * 2)
    [bug] = world.bugs()
    assert "new.py" in bug.title
    take_builds(world, *[{"new.py": "......"}] * 2)
    assert [bug.status for bug in world.bugs()] == [Status.FIX_RELEASED]


def test_a_person_s_no_follows_the_file_too() -> None:
    world = World()
    take_builds(world, *[{"old.py": ".xxxx."}] * 2)
    world.person().set_status(1, Status.WONT_FIX)
    take_builds(world, *[{"pkg/new.py": ".xxxx."}] * 3)
    assert [bug.status for bug in world.bugs()] == [Status.WONT_FIX]


def test_a_rename_and_more_missing_lines_in_one_build_file_no_second_bug() -> None:
    world = World()
    take_builds(world, *[{"old.py": ".xxxx."}] * 2, *[{"new.py": ".xxxxx"}] * 3)
    assert len(world.bugs()) == 1
    assert "5 statements" in world.bugs()[0].description
