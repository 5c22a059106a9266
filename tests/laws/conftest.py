"""Fixtures of worlds on each tracker, and of worlds whose builds are of real source.

All worlds commit their source in one checkout, since each checkout takes a second to create.
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
    """Yield a function that makes a new world, whose commits follow those of other worlds."""
    checkout = Checkout(directory=tmp_path_factory.mktemp("laws") / "work").create()
    with git.open_checkout(checkout.directory) as repository:
        yield lambda: World(checkout=checkout, repository=repository)


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


@pytest.fixture(params=["local", "launchpad"])
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give the worlds of the test this tracker; the test runs with each of them."""
    with tracker_worlds.use_tracker(request.param):
        yield


@pytest.fixture
def launchpad() -> Iterator[None]:
    """Give the worlds of the test the double of Launchpad, where bugs outlive the store."""
    with tracker_worlds.use_tracker("launchpad"):
        yield
