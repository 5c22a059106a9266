"""A build of coverage.py's own data is ingested like any other if its source is known, and is suspect otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from support.programs import coverage_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.world import World

SOURCE = "def f(a):\n    if a:\n        return 1\n    return 2\n"


def add_build(world: World, number: int, *executed: int, revision: str | None = "") -> None:
    """Add a build of the data of `m.py`, by default at the revision of its commit."""
    assert world.checkout
    commit = world.checkout.commit({"m.py": SOURCE})
    world.source.add_build(number, {}, revision=commit if revision == "" else revision)
    world.source.stored[number] = world.source.stored[number][0], coverage_runs.make_data(lines={"/ci/m.py": executed})


def test_its_missing_statements_become_a_bug_that_is_closed_when_they_run(world: World) -> None:
    add_build(world, 1, 1, 2, 4)
    add_build(world, 2, 1, 2, 4)
    assert [ingested.verdict.trusted for ingested in world.run().builds] == [True, True]
    (bug,) = world.bugs()
    assert 'line 3  "if a" (line 2) is never true' in bug.description
    add_build(world, 3, 1, 2, 3, 4)
    add_build(world, 4, 1, 2, 3, 4)
    world.run()
    assert world.bugs()[0].status == "Fix Released"


@pytest.mark.parametrize(
    ("revision", "reason"),
    [(None, "the build does not tell its revision"), ("f" * 40, f"revision '{'f' * 40}' is not there")],
)
def test_without_the_source_of_its_revision_it_is_suspect_with_the_reason(
    world: World, revision: str | None, reason: str
) -> None:
    add_build(world, 1, 1, 2, revision=revision)
    (ingested,) = world.run().builds
    assert not ingested.verdict.trusted
    assert reason in ingested.verdict.reasons[0]
    assert "archive what `coverage xml` writes" in ingested.verdict.reasons[0]


def test_without_a_repository_it_is_suspect_and_the_reason_names_the_setting_to_fix(
    new_world: Callable[[], World],
) -> None:
    world = evolve(new_world(), repository=None)
    add_build(world, 1, 1, 2)
    (ingested,) = world.run().builds
    assert not ingested.verdict.trusted
    assert "no repository is set for it: fix that in projects.pictured.repository" in ingested.verdict.reasons[0]


def test_data_of_another_tree_is_suspect(world: World) -> None:
    add_build(world, 1, 1, 2)
    world.source.stored[1] = world.source.stored[1][0], coverage_runs.make_data(lines={"/ci/other.py": [1]})
    (ingested,) = world.run().builds
    assert "its data speaks of no file of the repository" in ingested.verdict.reasons[0]
