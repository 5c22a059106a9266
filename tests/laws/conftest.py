"""Worlds on each tracker, and worlds whose builds are of real source.

The source is all committed in one workshop, since each would else cost a second.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sites
import world as worlds
from covbot.repository import git
from doubles.launchpad.server import Double
from workshops import Workshop
from world import World

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from covbot.store.store import Store


@pytest.fixture(scope="session")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], World]]:
    """Makes a world of its own, though its commits follow on those of others."""
    workshop = Workshop(directory=tmp_path_factory.mktemp("laws") / "work").start()
    with git.open_checkout(workshop.directory) as repository:
        yield lambda: World(workshop=workshop, repository=repository)


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


@pytest.fixture(params=["local", "launchpad"])
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the bugs of every world of the test live; each world has a Launchpad of its own."""
    with contextlib.ExitStack() as doubles:

        def open_site(_: Store, now: Callable[[], dt.datetime]) -> sites.Site:
            double = doubles.enter_context(Double())
            sites.settle(double)
            folder = Path(doubles.enter_context(tempfile.TemporaryDirectory()))
            return sites.OnLaunchpad(double, now, folder)

        token = worlds.SITE.set(open_site if request.param == "launchpad" else sites.Embedded)
        yield request.param
        worlds.SITE.reset(token)
