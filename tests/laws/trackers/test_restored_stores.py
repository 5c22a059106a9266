"""A store that is put back from a copy ends with the same bugs: the tracker wins where it is newer than the ledger."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.repository import git
from covbot.store.store import Store
from support import tracker_worlds
from support.git_repo import Checkout
from support.world import World

if TYPE_CHECKING:
    from pathlib import Path

POLICY = Policy(max_open=90, new_per_day=90, writes_per_run=90, close_share=1.0, jump_share=1.0, swing_share=1.0)
PAGE = """
.|def f{name}(x):
.|    if x:
{0}|        x += {name}
{1}|        x *= 2
.|    if x > 2:
{2}|        x -= {name}
.|    return x
"""
STORY = (
    {"a": "xx.", "b": "xxx", "c": "xx.", "d": ".xx", "e": "xxx"},
    {"a": ".x.", "b": "xxx", "c": "xx.", "d": ".xx", "e": "x.x"},
    {"a": ".x.", "b": "...", "c": "xxx", "d": "...", "e": "x.x", "f": "xx."},
    {"a": "...", "b": "xx.", "c": "xxx", "d": "...", "e": "...", "f": "xx."},
    {"a": "...", "b": "xx.", "c": "..x", "d": "...", "e": "...", "f": "..."},
)
"""The marks of each module in two builds that agree, step by step."""


def draw_pages(step: int) -> dict[str, str]:
    """Return the page of each module at a step; each step adds a comment on top, so that lines move."""
    above = "-|# one more line\n" * step
    return {
        f"{name}.py": above + PAGE.format(*marks, name=index).strip("\n")
        for index, (name, marks) in enumerate(STORY[step].items())
    }


def copy_store(source: Path, target: Path) -> None:
    """Copy a store as an operator's backup does."""
    target.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(source)) as one, contextlib.closing(sqlite3.connect(target)) as other:
        one.backup(other)


def act_as_people(world: World, step: int) -> None:
    """Let people act on the bugs: one is declined, one assigned, and one gets a text of a person's."""
    by_module = {bug.title[0]: bug.number for bug in world.bugs()}
    if step == 0:
        world.person("vera").assign(by_module["d"], "vera")
    if step == 1:
        world.person("vera").set_status(by_module["e"], Status.WONT_FIX)


def tell_story(folder: Path, *, copied: int | None = None, restored: int | None = None) -> list[tuple[object, ...]]:
    """Return the bugs at the end of the story; its store is copied after one step and put back after another."""
    folder.mkdir()
    path, copy = folder / "covbot.db", folder / "copy.db"
    checkout = Checkout(directory=folder / "work").create()
    with tracker_worlds.use_tracker("launchpad"), git.open_checkout(checkout.directory) as repository:
        world = World(url=f"sqlite:///{path}", checkout=checkout, repository=repository, policy=POLICY)
        for step in range(len(STORY)):
            for number in (2 * step + 1, 2 * step + 2):
                world.commit_build(number, draw_pages(step))
                world.run()
            act_as_people(world, step)
            world.advance_clock(days=8)
            if step == copied:
                copy_store(path, copy)
            if step == restored:
                world.store.close()
                copy_store(copy, path)
                world.store = Store.open(world.url)
                world.run()
        world.run()
        world.store.close()
        return [describe_bug(world, number) for number in range(len(world.bugs()))]


def describe_bug(world: World, index: int) -> tuple[object, ...]:
    """Return what a person sees of a bug, without the commits that its text names."""
    bug = world.bugs()[index]
    listed = bug.description.partition("covbot task: ")[2].partition('"sum"')[0]
    return bug.number, bug.title, listed, bug.status, bug.assignee, [comment.text[:40] for comment in bug.comments]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    bugs = tell_story(tmp_path_factory.mktemp("undisturbed") / "story")
    statuses = [bug[3] for bug in bugs]
    assert Status.WONT_FIX in statuses
    assert statuses.count(Status.FIX_RELEASED) >= 2
    return bugs


@pytest.mark.heavy
@pytest.mark.parametrize(("copied", "restored"), [(0, 3), (1, 2)])
def test_a_store_put_back_at_any_step_ends_with_the_same_bugs(
    undisturbed: list[tuple[object, ...]], tmp_path: Path, copied: int, restored: int
) -> None:
    assert tell_story(tmp_path / "story", copied=copied, restored=restored) == undisturbed
