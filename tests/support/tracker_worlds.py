"""Opens the place where the bugs of small worlds live."""

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
    """Every world made inside has its bugs in the place that this opens for it."""
    token = world.OPEN_SITE.set(open_site)
    try:
        yield
    finally:
        world.OPEN_SITE.reset(token)


@contextlib.contextmanager
def use_tracker(kind: str) -> Iterator[None]:
    """Every world made inside has its bugs there; each has a Launchpad of its own."""
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
    """Every world made inside has its bugs there; one Launchpad serves all, and is empty again for each."""
    with use_tracker(kind):
        kept: list[trackers.LaunchpadSite] = []
        opened = world.OPEN_SITE.get()

        def reopen_site(store: Store, now: Callable[[], dt.datetime]) -> trackers.TrackerSite:
            if not kept:
                site = opened(store, now)
                if not isinstance(site, trackers.LaunchpadSite):
                    return site
                kept.append(site)
            [site] = kept
            site.now = now
            site.empty()
            return site

        with use_site(reopen_site):
            yield
