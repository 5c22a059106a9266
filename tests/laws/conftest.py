"""Worlds whose builds are of real source, all committed in one workshop, since each would else cost a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.repository import git
from workshops import Workshop
from world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], World]]:
    """Makes a world of its own, though its commits follow on those of others."""
    workshop = Workshop(directory=tmp_path_factory.mktemp("laws") / "work").start()
    with git.open_checkout(workshop.directory) as repository:
        yield lambda: World(workshop=workshop, repository=repository)


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()
