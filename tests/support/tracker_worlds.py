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
def opened_by(open_site: Callable[[Store, Callable[[], dt.datetime]], trackers.Site]) -> Iterator[None]:
    """Every world made inside has its bugs in the place that this opens for it."""
    token = world.SITE.set(open_site)
    try:
        yield
    finally:
        world.SITE.reset(token)


@contextlib.contextmanager
def opened_on(kind: str) -> Iterator[None]:
    """Every world made inside has its bugs there; each has a Launchpad of its own."""
    with contextlib.ExitStack() as doubles:

        def open_site(_: Store, now: Callable[[], dt.datetime]) -> trackers.Site:
            double = doubles.enter_context(Double())
            trackers.settle(double)
            folder = Path(doubles.enter_context(tempfile.TemporaryDirectory()))
            return trackers.OnLaunchpad(double, now, folder)

        with opened_by(open_site if kind == "launchpad" else trackers.Embedded):
            yield


@contextlib.contextmanager
def shared_on(kind: str) -> Iterator[None]:
    """Every world made inside has its bugs there; one Launchpad serves all, and is empty again for each."""
    with opened_on(kind):
        kept: list[trackers.OnLaunchpad] = []
        opened = world.SITE.get()

        def reopen_site(store: Store, now: Callable[[], dt.datetime]) -> trackers.Site:
            if not kept:
                site = opened(store, now)
                if not isinstance(site, trackers.OnLaunchpad):
                    return site
                kept.append(site)
            [site] = kept
            site.now = now
            site.empty()
            return site

        with opened_by(reopen_site):
            yield
