"""The ports: the interfaces of a source of builds and of a tracker."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Protocol

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import Build

NO_BUGS: Mapping[int, Bug] = MappingProxyType({})
"""The known bugs if there are none."""


@frozen(kw_only=True)
class Attachment:
    """One coverage file of a build, not read yet: `open()` returns its unchanged bytes, or raises CannotFetch."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    modified_at: datetime | None = None


@frozen(kw_only=True)
class Delivery:
    """The configured coverage files that a build has, and the names of those that are missing.

    `notes` are sentences for the operator on what the build has instead of a missing file.
    """

    attachments: tuple[Attachment, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class PassedOver:
    """A build that a source lists and does not offer: it is `running`, or its result is never a baseline."""

    build: Build
    running: bool = False


class Source(Protocol):
    """A source of builds."""

    def builds(self, depth: int = 100) -> Sequence[Build]:
        """Return the finished builds among the newest `depth`, oldest first; CannotFetch if it does not respond."""

    def reports(self, build: Build) -> Delivery:
        """Return the coverage files of a listed build; BuildGone if it was deleted, CannotFetch for other failures."""

    def version(self, build: Build) -> str:
        """Return a text that differs if the files of a listed build do; empty if that would take a request."""

    def left_out(self) -> Sequence[str]:
        """Return sentences on what the last listing left out because it is broken."""

    def passed_over(self) -> Sequence[PassedOver]:
        """Return the builds of the last listing that are not offered, as far as the source lists such builds."""

    def check(self) -> Sequence[str]:
        """Return sentences on the source for the operator; CannotFetch if it does not respond."""


@frozen(kw_only=True)
class Listing:
    """Bugs without their comments: all of them if `whole`, else those that may differ from the known ones.

    `at` is the tracker's own time when the listing began: a listing since then has every later change. `counted` is
    whether it is certain that all known bugs are still visible; `hidden` is how many more bugs the tracker counts than
    it shows. `clock` is the tracker's time at its end, None if the tracker has no clock of its own.
    """

    bugs: Sequence[Bug]
    at: datetime
    whole: bool = True
    counted: bool = True
    hidden: int = 0
    clock: datetime | None = None

    def update(self, known: Mapping[int, Bug]) -> dict[int, Bug]:
        """Return the bugs that the tracker shows now, by number, given those that were known before."""
        shown = {bug.number: bug for bug in self.bugs}
        return shown if self.whole else {**known, **shown}


@frozen(kw_only=True)
class FormerTracker:
    """A tracker that a project had before and that can be read still.

    `move` moves bugs of it into the tracker that the project has now; None if that is impossible.
    """

    tracker: Tracker
    move: Callable[[Collection[int]], None] | None = None


class Tracker(Protocol):
    """A tracker of bugs."""

    @property
    def address(self) -> str:
        """The service and the project in it by which bugs are numbered here: equal for no two different trackers."""

    def listing(self, since: datetime | None = None, known: Mapping[int, Bug] = NO_BUGS, hidden: int = 0) -> Listing:
        """Return every bug that covbot's account filed here, in any state; CannotUseTracker if it may be incomplete.

        If the bugs are `known` as of `since`, the time of an earlier listing, in which so many were `hidden`, unchanged
        bugs may be left out.
        """

    def look(self, number: int) -> Bug:
        """Return the current state of one bug with its comments; BugUnreadable if it is deleted or not visible."""

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        """Do one action, read the bug back and return it.

        `seen` is the bug as this tracker returned it right before: it need not be read again. After a comment or a
        change of the status all else may be as it was in `seen`, until the next listing. Raise WriteRefused,
        WriteStale, WriteDoubtful or CannotUseTracker if that fails.
        """
