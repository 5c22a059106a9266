"""The clock by which everything that is done to bugs is decided: that of their tracker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from collections.abc import Callable


@define
class TrackerClock:
    """The time of the tracker: that of covbot's clock, corrected by their difference at the last listing.

    So every decision compares times of one clock, whatever covbot's own shows.
    """

    read: Callable[[], datetime]
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.read() + self.ahead

    def set_time(self, at: datetime) -> None:
        """Follow the tracker, whose time is this one now."""
        self.ahead = at - self.read()
