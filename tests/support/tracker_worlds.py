"""Choose the tracker of the worlds that a test makes."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from doubles.launchpad.server import Double
from support import trackers, world

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from covbot.store.store import Store


@contextlib.contextmanager
def use_site(open_site: Callable[[Store, Callable[[], dt.datetime]], trackers.TrackerSite]) -> Iterator[None]:
    """Give each world made inside the tracker that `open_site` returns."""
    token = world.OPEN_SITE.set(open_site)
    try:
        yield
    finally:
        world.OPEN_SITE.reset(token)


@contextlib.contextmanager
def use_tracker(kind: str) -> Iterator[None]:
    """Give each world made inside a tracker of this kind: `launchpad`, a new double for each world, or `local`."""
    with contextlib.ExitStack() as doubles:

        def open_site(_: Store, now: Callable[[], dt.datetime]) -> trackers.TrackerSite:
            double = doubles.enter_context(Double())
            trackers.add_project_and_people(double)
            folder = Path(doubles.enter_context(tempfile.TemporaryDirectory()))
            return trackers.LaunchpadSite(double, now, folder)

        with use_site(open_site if kind == "launchpad" else trackers.EmbeddedSite):
            yield


@contextlib.contextmanager
def share_tracker(kind: str) -> Iterator[None]:
    """Give each world made inside a tracker of this kind. One double of Launchpad serves all, reset for each."""
    with use_tracker(kind):
        shared: list[trackers.LaunchpadSite] = []
        open_first = world.OPEN_SITE.get()

        def reopen_site(store: Store, now: Callable[[], dt.datetime]) -> trackers.TrackerSite:
            if not shared:
                site = open_first(store, now)
                if not isinstance(site, trackers.LaunchpadSite):
                    return site
                shared.append(site)
            [site] = shared
            site.now = now
            site.reset()
            return site

        with use_site(reopen_site):
            yield
