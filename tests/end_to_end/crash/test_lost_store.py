"""A lost store changes nothing: whatever people did to the bugs, a new store leads to the same bugs as the old one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.footers import parse
from covbot.core.bugs.statuses import Status
from covbot.repository import git
from support import tracker_worlds, trackers, two_builds
from support.git_repo import Checkout
from support.strategies import LOOSE_POLICY
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from covbot.core.bugs.bug import Bug
    from support.trackers import TrackerUser

PAGE = ".|def f{name}(x):\n.|    if x:\n{mark}|        x += {name}\n{mark}|        x *= 2\n.|    return x"


def make_pages(mark: str = "x", above: str = "") -> dict[str, str]:
    """Return a page for each user action, its untested lines with this mark, below a comment for each letter."""
    comments = "".join(f"-|# {letter}\n" for letter in above)
    return {f"m{name}.py": comments + PAGE.format(mark=mark, name=name) for name in range(1, len(USER_ACTIONS) + 1)}


@contextlib.contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """Yield a project with a real git repository and bugs on Launchpad, one for each file and user action."""
    checkout = Checkout(directory=folder / "work").create()
    with tracker_worlds.use_tracker("launchpad"), git.open_checkout(checkout.directory) as repository:
        world = World(checkout=checkout, repository=repository, policy=LOOSE_POLICY)
        for number in (1, 2):
            world.commit_build(number, make_pages())
        world.run()
        assert len(world.bugs()) == len(USER_ACTIONS)
        yield world
        world.store.close()


def cut_footer(person: TrackerUser, bug: Bug) -> None:
    """Remove the footer and nothing else."""
    person.edit(bug.number, description=bug.description.replace(str(parse(bug.description)), "").rstrip())


def rewrite_text(person: TrackerUser, bug: Bug) -> None:
    """Replace all that covbot wrote."""
    person.edit(bug.number, title="ada's own title", description="ada's own words")


def mark_duplicate_of_a_persons(person: TrackerUser, bug: Bug) -> None:
    """Mark the bug as a duplicate of one that covbot did not file."""
    assert isinstance(person, trackers.LaunchpadUser)
    person.mark_duplicate(bug.number, person.double.people.file("vera", "mine", "long known", target=trackers.PROJECT))


USER_ACTIONS: dict[str, Callable[[TrackerUser, Bug], object]] = {
    "nothing": lambda _person, _bug: None,
    "covbot-ignore": lambda person, bug: person.tag(bug.number, "covbot-ignore"),
    "tag removed": lambda person, bug: person.untag(bug.number, "covbot"),
    "duplicate of covbot's": lambda person, bug: person.mark_duplicate(bug.number, 1),
    "duplicate of a person's": mark_duplicate_of_a_persons,
    "task removed": lambda person, bug: person.remove_task(bug.number),
    "footer cut out": cut_footer,
    "rewritten": rewrite_text,
    "declined": lambda person, bug: person.set_status(bug.number, Status.WONT_FIX),
    "assigned": lambda person, bug: person.assign(bug.number, "vera"),
}


def continue_story(world: World, *, lose: bool) -> list[tuple[object, object]]:
    """Return the bugs and tasks after the next pass, after lines moved, and after all of them are covered.

    The steps are a month apart, since covbot with a new store does not know when it commented last.
    """
    if lose:
        world.lose_store()
    states: list[tuple[object, object]] = []
    for step, page in enumerate([make_pages(), make_pages(above="mn"), make_pages(".", above="mno")]):
        for number in (3 + 2 * step, 4 + 2 * step):
            world.commit_build(number, page)
            world.run()
        states.append((describe_bugs(world), two_builds.describe_tasks(world)))
        world.advance_clock(days=31)
    return states


def describe_bugs(world: World) -> list[tuple[object, ...]]:
    """Return what a person sees of the bugs, without the commits that their texts name."""
    return [
        (bug.number, bug.title, bug.status, sorted(bug.tags), bug.duplicate_of, bug.on_project, len(bug.comments))
        for bug in world.bugs()
    ]


@pytest.mark.heavy
def test_law_13_a_lost_store_ends_where_one_that_was_kept_does(tmp_path: Path) -> None:
    stories = []
    for lose in (False, True):
        folder = tmp_path / str(lose)
        folder.mkdir()
        with open_world(folder) as world:
            for bug, user_action in zip(world.bugs(), USER_ACTIONS.values(), strict=True):
                user_action(world.person("vera"), bug)
            filed = len(world.bugs())
            stories.append(continue_story(world, lose=lose))
            assert len(world.bugs()) == filed
    kept, lost = stories
    assert lost == kept
