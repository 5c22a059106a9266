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


@contextlib.contextmanager
def opened_on(kind: str) -> Iterator[None]:
    """Every world made inside has its bugs there; each has a Launchpad of its own."""
    with contextlib.ExitStack() as doubles:

        def open_site(_: Store, now: Callable[[], dt.datetime]) -> sites.Site:
            double = doubles.enter_context(Double())
            sites.settle(double)
            folder = Path(doubles.enter_context(tempfile.TemporaryDirectory()))
            return sites.OnLaunchpad(double, now, folder)

        token = worlds.SITE.set(open_site if kind == "launchpad" else sites.Embedded)
        yield
        worlds.SITE.reset(token)


@pytest.fixture(params=["local", "launchpad"])
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the bugs of the test's worlds live: the test is run with each tracker."""
    with opened_on(request.param):
        yield


@pytest.fixture
def launchpad() -> Iterator[None]:
    """The test's worlds have their bugs on Launchpad, where they outlive the store."""
    with opened_on("launchpad"):
        yield
