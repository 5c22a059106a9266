"""Builds that are not recorded: those that wait, those that never will be, and those set aside by a person."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.builds.build import Build


class PendingState(enum.StrEnum):
    """Why a build is not recorded: it may be read later, only after a person acts, or its source does not offer it."""

    WAITING = "waiting"
    STUCK = "stuck"
    ABORTED = "aborted"


@frozen(kw_only=True)
class PendingBuild:
    """A build that the last pass saw and did not record, why, and since when it is so.

    `tried_at` is when it was requested last, if it is requested more and more rarely.
    """

    build: Build
    state: PendingState
    why: str
    since: datetime
    tried_at: datetime | None = None


@frozen(kw_only=True)
class Dismissal:
    """A build that a person set aside: it is never read again, and holds nothing."""

    build: Build
    why: str
    at: datetime
