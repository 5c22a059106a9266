"""Law 2 where the ledger went astray: two filed bugs with the same lines end with one owner for each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.lines import Lines
from support import invariants
from support.strategies import list_statuses, make_agreed_world

if TYPE_CHECKING:
    from support.world import World

pytestmark = pytest.mark.usefixtures("site")

PICTURES = {"a.py": ".xxxxxx", "b.py": ".xx"}


def go_astray(world: World, path: str, lines: list[int]) -> None:
    """Give the task of b.py's bug lines in another file, as no step may leave it."""
    ledger = world.ledger()
    [entry] = [entry for entry in ledger.entries.values() if entry.task.path == "b.py"]
    task = attrs.evolve(entry.task, path=path, lines=Lines.of(lines))
    astray = {entry.task.key: attrs.evolve(entry, task=task)}
    world.store.ledgers.save("pictured", attrs.evolve(ledger, entries={**ledger.entries, **astray}))


def take_builds(world: World, pictures: dict[str, str]) -> None:
    for _ in range(2):
        world.advance_clock(days=8)
        world.add_build(len(world.source.stored) + 1, pictures)
        world.run()
        invariants.check_law_2(world.ledger(), world.bugs())


def test_the_younger_bug_is_marked_as_a_duplicate_once_and_closed_by_nobody() -> None:
    world = make_agreed_world(PICTURES)
    go_astray(world, "a.py", [2, 3])
    take_builds(world, {"a.py": ".xxxxxx", "b.py": "..."})
    elder, younger = world.bugs()
    assert (younger.duplicate_of, younger.status) == (elder.number, Status.NEW)
    world.person().mark_duplicate(younger.number, None)
    take_builds(world, {"a.py": ".xxxxxx", "b.py": "..."})
    assert world.bugs()[1].duplicate_of is None
    take_builds(world, {"a.py": ".......", "b.py": "..."})
    assert list_statuses(world) == [Status.FIX_RELEASED, Status.FIX_RELEASED]


def test_a_bug_on_which_somebody_works_is_not_marked() -> None:
    world = make_agreed_world(PICTURES)
    world.person().assign(2, "ada")
    go_astray(world, "a.py", [2, 3])
    take_builds(world, {"a.py": ".xxxxxx", "b.py": "..."})
    assert [bug.duplicate_of for bug in world.bugs()] == [None, None]
    assert not world.bugs()[1].comments


def test_what_is_only_shared_is_taken_from_the_younger_one() -> None:
    world = make_agreed_world(PICTURES)
    go_astray(world, "a.py", [6, 7, 8])
    world.run()
    ledger = world.ledger()
    invariants.check_law_2(ledger, world.bugs())
    owners = {entry.record.bug: entry.task for entry in ledger.entries.values() if entry.record}
    assert {bug: list(task.lines) for bug, task in owners.items() if task.path == "a.py"} == {
        1: [2, 3, 4, 5, 6, 7],
        2: [8],
    }
