"""A finished CI run, how far it is believed, and both with its report: `Build`, `Verdict`, `Snapshot`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.coverage import Report

COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""The id of an object of git: by SHA-1, or by SHA-256."""


@frozen(kw_only=True)
class Build:
    """One finished CI run; job, number and start together are its identity (a re-created job counts from 1 again)."""

    job: str
    number: int
    started_at: datetime
    revision: str | None = None
    result: str | None = None
    url: str = ""


@frozen(kw_only=True)
class Verdict:
    """How a build was judged: suspect when there is any reason, else trusted. A suspect build changes nothing."""

    reasons: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether the build may change anything."""
        return not self.reasons

    @property
    def word(self) -> str:
        """`trusted` or `suspect`."""
        return "trusted" if self.trusted else "suspect"


@frozen(kw_only=True)
class Snapshot:
    """A build with its report and its verdict, as stored; never changed after.

    `digest` is the SHA-256, in hexadecimal digits, of its coverage files as they were delivered, and `commit` the full
    id where the repository knew the revision; None: unknown. `notes` are said of a build and are no reason against it.
    """

    build: Build
    report: Report
    verdict: Verdict
    digest: str | None = None
    commit: str | None = None
    notes: tuple[str, ...] = ()
