"""Opens the place where the bugs of small worlds live."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sites
import world as worlds
from doubles.launchpad.server import Double

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from covbot.store.store import Store


@contextlib.contextmanager
def opened_by(open_site: Callable[[Store, Callable[[], dt.datetime]], sites.Site]) -> Iterator[None]:
    """Every world made inside has its bugs in the place that this opens for it."""
    token = worlds.SITE.set(open_site)
    try:
        yield
    finally:
        worlds.SITE.reset(token)


@contextlib.contextmanager
def opened_on(kind: str) -> Iterator[None]:
    """Every world made inside has its bugs there; each has a Launchpad of its own."""
    with contextlib.ExitStack() as doubles:

        def open_site(_: Store, now: Callable[[], dt.datetime]) -> sites.Site:
            double = doubles.enter_context(Double())
            sites.settle(double)
            folder = Path(doubles.enter_context(tempfile.TemporaryDirectory()))
            return sites.OnLaunchpad(double, now, folder)

        with opened_by(open_site if kind == "launchpad" else sites.Embedded):
            yield


@contextlib.contextmanager
def shared_on(kind: str) -> Iterator[None]:
    """Every world made inside has its bugs there; one Launchpad serves all, and is empty again for each."""
    with opened_on(kind):
        kept: list[sites.OnLaunchpad] = []
        opened = worlds.SITE.get()

        def reopen_site(store: Store, now: Callable[[], dt.datetime]) -> sites.Site:
            if not kept:
                site = opened(store, now)
                if not isinstance(site, sites.OnLaunchpad):
                    return site
                kept.append(site)
            [site] = kept
            site.now = now
            site.empty()
            return site

        with opened_by(reopen_site):
            yield
