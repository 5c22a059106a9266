"""A finished CI run with its verdict and its measurement: `Build`, `Verdict`, `Measurement`, `Snapshot`."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from covbot.core.coverage import Numbers, Problem, Report

COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""The id of an object of git, by SHA-1 or by SHA-256."""


@frozen(kw_only=True)
class Build:
    """One finished CI run, identified by job, number and start together: a re-created job counts from 1 again."""

    job: str
    number: int
    started_at: datetime
    revision: str | None = None
    result: str | None = None
    url: str = ""


class DoubtKind(enum.StrEnum):
    """A kind of doubts that may be the habit of a job, so that a person can accept it for all builds of a project."""

    SUMS = "sums"
    CLOCK = "clock"


DOUBTS: Final = {
    DoubtKind.SUMS: "the sums in the header of a report are not those of its lines",
    DoubtKind.CLOCK: "a report was written before its build began, by its own clock",
}
"""The meaning of each kind, for people."""


@frozen(kw_only=True)
class Verdict:
    """The verdict on a build: suspect if there is any reason, else trusted. A suspect build changes nothing.

    `kinds` are those of the reasons, if each of them is of a kind that can be accepted for all builds. `accepted` are
    the doubts that are no reasons, since a person accepted their kind.
    """

    reasons: tuple[str, ...] = ()
    kinds: tuple[DoubtKind, ...] = ()
    accepted: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether the build may change anything."""
        return not self.reasons

    @property
    def word(self) -> str:
        """`trusted` or `suspect`."""
        return "trusted" if self.trusted else "suspect"


@frozen(kw_only=True)
class Measurement:
    """The totals and the origin of the coverage files of one build, without the lines of each file.

    `digest` is the SHA-256, in hexadecimal digits, of the coverage files as they were delivered, and `commit` the full
    id if the repository has the revision; None: unknown. `notes` are remarks on the build that are no reason against
    it. `files` counts the files that have statements. `unparsed` are the paths of files in a syntax that is not known,
    `outside` those of files that are not in the tree of the build. `basis` differs if other settings or other files
    than these would be read.
    """

    digest: str | None = None
    basis: str = ""
    commit: str | None = None
    notes: tuple[str, ...] = ()
    numbers: Numbers
    files: int
    writer: str = "unknown"
    sources: tuple[str, ...] = ()
    written_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    mismatches: tuple[Problem, ...] = ()
    unparsed: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @classmethod
    def of(  # noqa: PLR0913 -- what is known of a report beside its files
        cls,
        report: Report,
        *,
        digest: str | None = None,
        basis: str = "",
        commit: str | None = None,
        notes: tuple[str, ...] = (),
        unparsed: Collection[str] = (),
        outside: Collection[str] = (),
    ) -> Measurement:
        """Return the measurement of a build with this report."""
        return cls(
            digest=digest,
            basis=basis,
            commit=commit,
            notes=notes,
            numbers=report.numbers,
            files=sum(1 for file in report.files.values() if file.statements),
            writer=report.writer,
            sources=report.sources,
            written_at=report.written_at,
            problems=report.problems,
            mismatches=report.mismatches,
            unparsed=tuple(sorted(unparsed)),
            outside=tuple(sorted(outside)),
        )


@frozen(kw_only=True)
class Snapshot:
    """A build with its report and its verdict, to be stored; it is never changed afterwards."""

    build: Build
    verdict: Verdict
    measurement: Measurement
    report: Report


@frozen(kw_only=True)
class StoredSnapshot:
    """A snapshot as the store lists it, without the coverage of its files.

    `accepted` is the reason that a person gave for trusting a suspect build, None if nobody trusted it.
    """

    id: int
    recorded_at: datetime
    accepted: str | None
    build: Build
    verdict: Verdict
    measurement: Measurement

    @property
    def usable(self) -> bool:
        """Whether the build may change anything: its verdict is `trusted`, or a person accepted it."""
        return self.verdict.trusted or self.accepted is not None
