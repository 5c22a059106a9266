"""The ports: what covbot asks of a source of builds and of a tracker."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Protocol

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import Build

NOTHING: Mapping[int, Bug] = MappingProxyType({})
"""No bug is known."""


@frozen(kw_only=True)
class Attachment:
    """One coverage file of a build, not read yet: `open()` gives its bytes as they lie there, or CannotFetch."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    modified_at: datetime | None = None


@frozen(kw_only=True)
class Delivery:
    """What a build has of the configured coverage files: those that are there, and the names of those that are not.

    `notes` are sentences for the operator: what is there instead of a missing file.
    """

    attachments: tuple[Attachment, ...]
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """Where builds come from."""

    def builds(self, depth: int = 100) -> Sequence[Build]:
        """The finished builds among the newest `depth`, oldest first; CannotFetch if the source does not answer."""

    def reports(self, build: Build) -> Delivery:
        """The coverage files of a build that was on offer; BuildGone once it is not, else CannotFetch."""

    def check(self) -> Sequence[str]:
        """What an operator should know of the source now, one sentence each; CannotFetch if it does not answer."""


@frozen(kw_only=True)
class Listing:
    """Bugs without their comments: all that there are if `whole`, else those that may differ from what was known.

    `at` is the tracker's own time when it began: whatever changes later shows in a listing since then.
    """

    bugs: Sequence[Bug]
    at: datetime
    whole: bool = True


class Tracker(Protocol):
    """Where bugs live."""

    def listing(self, since: datetime | None = None, known: Mapping[int, Bug] = NOTHING) -> Listing:
        """Every bug that covbot's account filed here, whatever became of it; CannotUseTracker if any doubt remains.

        Where the bugs are `known` as they were at `since`, the time of an earlier listing, it may leave out those that
        are still the same.
        """

    def look(self, number: int) -> Bug:
        """One bug with its comments, fresh; BugUnreadable if it is gone or not ours to see."""

    def act(self, action: Action) -> Bug:
        """Do one action and read the bug back; WriteRefused, WriteStale, WriteDoubtful, or CannotUseTracker."""
