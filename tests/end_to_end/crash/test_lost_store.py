"""A store that is lost changes nothing: whatever people did to the bugs, a new store ends where the old one would."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

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


def draw(mark: str = "x", above: str = "") -> dict[str, str]:
    """A file for each deed, its untested lines marked like this, with as many remarks above as there are letters."""
    remarks = "".join(f"-|# {letter}\n" for letter in above)
    return {f"m{name}.py": remarks + PAGE.format(mark=mark, name=name) for name in range(1, len(DEEDS) + 1)}


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[World]:
    """A project with a real git repository and bugs on Launchpad, one for each file and deed."""
    checkout = Checkout(directory=folder / "work").create()
    with tracker_worlds.use_tracker("launchpad"), git.open_checkout(checkout.directory) as repository:
        world = World(checkout=checkout, repository=repository, policy=LOOSE_POLICY)
        for number in (1, 2):
            world.commit_build(number, draw())
        world.run()
        assert len(world.bugs()) == len(DEEDS)
        yield world
        world.store.close()


def cut_footer(person: TrackerUser, bug: Bug) -> None:
    """Nothing but the footer."""
    person.edit(bug.number, description=bug.description.replace(str(parse(bug.description)), "").rstrip())


def rewrite(person: TrackerUser, bug: Bug) -> None:
    """Nothing is left of what covbot wrote."""
    person.edit(bug.number, title="ada's own title", description="ada's own words")


def point_at_a_persons(person: TrackerUser, bug: Bug) -> None:
    """It becomes a duplicate of a bug that covbot did not file."""
    assert isinstance(person, trackers.LaunchpadUser)
    person.mark_duplicate(bug.number, person.double.people.file("vera", "mine", "long known", target=trackers.PROJECT))


DEEDS: dict[str, Callable[[TrackerUser, Bug], object]] = {
    "nothing": lambda _person, _bug: None,
    "covbot-ignore": lambda person, bug: person.tag(bug.number, "covbot-ignore"),
    "tag removed": lambda person, bug: person.untag(bug.number, "covbot"),
    "duplicate of covbot's": lambda person, bug: person.mark_duplicate(bug.number, 1),
    "duplicate of a person's": point_at_a_persons,
    "task removed": lambda person, bug: person.remove_task(bug.number),
    "footer cut out": cut_footer,
    "rewritten": rewrite,
    "declined": lambda person, bug: person.set_status(bug.number, Status.WONT_FIX),
    "assigned": lambda person, bug: person.assign(bug.number, "vera"),
}


def live_on(world: World, *, lose: bool) -> list[tuple[object, object]]:
    """What is shown and what is known after the next pass, after lines moved, and after all of them are covered.

    A month apart, since covbot cannot know any more that it did not comment lately.
    """
    if lose:
        world.lose_store()
    left: list[tuple[object, object]] = []
    for step, page in enumerate([draw(), draw(above="mn"), draw(".", above="mno")]):
        for number in (3 + 2 * step, 4 + 2 * step):
            world.commit_build(number, page)
            world.run()
        left.append((show(world), two_builds.describe_tasks(world)))
        world.advance_clock(days=31)
    return left


def show(world: World) -> list[tuple[object, ...]]:
    """What a person sees of the bugs, without the commits that their texts name."""
    return [
        (bug.number, bug.title, bug.status, sorted(bug.tags), bug.duplicate_of, bug.on_project, len(bug.comments))
        for bug in world.bugs()
    ]


def test_law_13_a_lost_store_ends_where_one_that_was_kept_does(tmp_path: Path) -> None:
    lives = []
    for lose in (False, True):
        folder = tmp_path / str(lose)
        folder.mkdir()
        with opened(folder) as world:
            for bug, deed in zip(world.bugs(), DEEDS.values(), strict=True):
                deed(world.person("vera"), bug)
            filed = len(world.bugs())
            lives.append(live_on(world, lose=lose))
            assert len(world.bugs()) == filed
    kept, lost = lives
    assert lost == kept
