"""Worlds on each tracker, and worlds whose builds are of real source.

The source is all committed in one workshop, since each would else cost a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.repository import git
from support import tracker_worlds
from support.git_repo import Checkout
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], World]]:
    """Makes a world of its own, though its commits follow on those of others."""
    workshop = Checkout(directory=tmp_path_factory.mktemp("laws") / "work").start()
    with git.open_checkout(workshop.directory) as repository:
        yield lambda: World(workshop=workshop, repository=repository)


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


@pytest.fixture(params=["local", "launchpad"])
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the bugs of the test's worlds live: the test is run with each tracker."""
    with tracker_worlds.use_tracker(request.param):
        yield


@pytest.fixture
def launchpad() -> Iterator[None]:
    """The test's worlds have their bugs on Launchpad, where they outlive the store."""
    with tracker_worlds.use_tracker("launchpad"):
        yield
