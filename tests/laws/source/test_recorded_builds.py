"""A build that hands over coverage.py's own data is taken like any other, where its source is known, else suspect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from support.programs import coverage_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.world import World

SOURCE = "def f(a):\n    if a:\n        return 1\n    return 2\n"


def lay(world: World, number: int, *ran: int, revision: str | None = "") -> None:
    """A build of the data of a file, `m.py`; the revision is its commit if none is told."""
    assert world.workshop
    commit = world.workshop.commit({"m.py": SOURCE})
    world.shelf.put(number, {}, revision=commit if revision == "" else revision)
    world.shelf.lying[number] = world.shelf.lying[number][0], coverage_runs.data(lines={"/ci/m.py": ran})


def test_its_missing_statements_become_a_bug_that_ends_when_they_run(world: World) -> None:
    lay(world, 1, 1, 2, 4)
    lay(world, 2, 1, 2, 4)
    assert [taken.verdict.trusted for taken in world.run().builds] == [True, True]
    (bug,) = world.bugs()
    assert 'line 3  "if a" (line 2) is never true' in bug.description
    lay(world, 3, 1, 2, 3, 4)
    lay(world, 4, 1, 2, 3, 4)
    world.run()
    assert world.bugs()[0].status == "Fix Released"


@pytest.mark.parametrize(
    ("revision", "why"),
    [(None, "the build does not tell its revision"), ("f" * 40, f"revision '{'f' * 40}' is not there")],
)
def test_without_the_source_of_its_revision_it_is_suspect_and_says_why(
    world: World, revision: str | None, why: str
) -> None:
    lay(world, 1, 1, 2, revision=revision)
    (taken,) = world.run().builds
    assert not taken.verdict.trusted
    assert why in taken.verdict.reasons[0]
    assert "archive what `coverage xml` writes" in taken.verdict.reasons[0]


def test_without_a_repository_it_is_suspect_and_says_where_to_mend_it(new_world: Callable[[], World]) -> None:
    world = evolve(new_world(), repository=None)
    lay(world, 1, 1, 2)
    (taken,) = world.run().builds
    assert not taken.verdict.trusted
    assert "no repository is set for it: fix that in projects.pictured.repository" in taken.verdict.reasons[0]


def test_data_that_speaks_of_another_tree_is_suspect(world: World) -> None:
    lay(world, 1, 1, 2)
    world.shelf.lying[1] = world.shelf.lying[1][0], coverage_runs.data(lines={"/ci/other.py": [1]})
    (taken,) = world.run().builds
    assert "its data speaks of no file of the repository" in taken.verdict.reasons[0]
