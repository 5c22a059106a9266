"""Wrap a tracker to call a function before or after each write, or to fail reads or writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot import errors, ports

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug


@frozen
class HookedTracker:
    """The tracker, with functions that are called right before and right after each write."""

    inner: ports.Tracker
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    @property
    def address(self) -> str:
        return self.inner.address

    def listing(
        self, since: dt.datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS, hidden: int = 0
    ) -> ports.Listing:
        return self.inner.listing(since, known, hidden)

    def look(self, number: int) -> Bug:
        return self.inner.look(number)

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        self.before()
        bug = self.inner.act(action, seen)
        self.after()
        return bug


@frozen
class FailingTracker:
    """The tracker, at which each write to the bug of one task fails; without a key, each read and write fails."""

    inner: ports.Tracker
    error: errors.CovbotError
    key: str | None = None

    @property
    def address(self) -> str:
        return self.inner.address

    def listing(
        self, since: dt.datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS, hidden: int = 0
    ) -> ports.Listing:
        if self.key is None:
            raise self.error
        return self.inner.listing(since, known, hidden)

    def look(self, number: int) -> Bug:
        if self.key is None:
            raise self.error
        return self.inner.look(number)

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        if self.key in {None, action.footer.key}:
            raise self.error
        return self.inner.act(action, seen)
