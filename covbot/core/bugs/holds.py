"""The reasons for which nothing is written for a task now: their kinds, and the sentences that people read."""

from __future__ import annotations

import enum

from attrs import frozen


class HoldKind(enum.StrEnum):
    """The kind of a reason; its value is stored."""

    UNKNOWN = "unknown"
    SUSPECT_BUILD = "suspect build"
    NO_SOURCE = "no source"
    NO_TEXT = "no text"
    NEW_BASELINE = "new baseline"
    PENDING_WRITE = "pending write"
    UNMEASURED = "unmeasured"
    OUTSIDE_REPOSITORY = "outside the repository"
    UNPARSED = "unparsed"
    UNCONFIRMED = "unconfirmed"
    AMBIGUOUS = "ambiguous"
    NOT_EXERCISED = "not exercised"
    FIRST_TEST = "first test"
    UNCHANGED = "unchanged"
    NOTHING_MISSING = "nothing missing"
    BUG_STATE = "bug state"
    WRITTEN_RECENTLY = "written recently"
    TOO_LARGE = "too large"
    DUPLICATE = "duplicate"
    HIDDEN_BUG = "hidden bug"
    ALREADY_FILED = "already filed"
    CAP = "cap"
    REFUSED_PLAN = "refused plan"
    OBSERVE_MODE = "observe mode"


@frozen(kw_only=True)
class Hold:
    """One reason for which nothing is written for a task."""

    kind: HoldKind
    text: str
