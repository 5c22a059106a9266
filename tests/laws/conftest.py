"""The stories and laws of a bug's life are told twice: in the embedded tracker, and on the double of Launchpad."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sites
import world
from doubles.launchpad.server import Double

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from covbot.store.store import Store


@pytest.fixture(params=["local", "launchpad"])
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the bugs of every world of the test live; each world has a Launchpad of its own."""
    if request.param == "local":
        yield
        return
    with contextlib.ExitStack() as doubles:

        def open_site(_: Store, now: Callable[[], dt.datetime]) -> sites.Site:
            double = doubles.enter_context(Double())
            sites.settle(double)
            folder = Path(doubles.enter_context(tempfile.TemporaryDirectory()))
            return sites.OnLaunchpad(double, now, folder)

        token = world.SITE.set(open_site)
        yield
        world.SITE.reset(token)
