"""What a build is judged by: the build itself and the trusted builds before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.builds.build import Build
    from covbot.core.coverage import Numbers, Report


@frozen(kw_only=True)
class ExplainedChange:
    """What the difference of two commits accounts for, among the files that are measured: whole files, and lines."""

    files_added: int = 0
    files_deleted: int = 0
    lines_added: int = 0
    lines_deleted: int = 0


@frozen(kw_only=True)
class Candidate:
    """A build that is to be judged.

    `faults` are sentences on coverage files that are missing or unreadable; `digest` is that of the files' bytes, and
    `commit` the full id where the repository knows the revision. `paths` is all that the commit's tree holds and
    `explained` what changed since the newest build taken, None unknown. `gap_paths` are the files with open gaps.
    `is_ancestor`: its commit is an ancestor of that of the newest build taken, and another one.
    """

    build: Build
    report: Report
    faults: tuple[str, ...] = ()
    digest: str | None = None
    commit: str | None = None
    paths: frozenset[str] | None = None
    gap_paths: frozenset[str] = frozenset()
    explained: ExplainedChange | None = None
    is_ancestor: bool = False


@frozen(kw_only=True)
class Past:
    """What is known of a trusted build that was taken before; `files` counts those with statements.

    `measured` are their paths, and `paths` all that its tree holds: None unknown, and needed of the newest build alone.
    """

    build: Build
    numbers: Numbers
    files: int
    digest: str | None = None
    commit: str | None = None
    writer: str = "unknown"
    sources: tuple[str, ...] = ()
    written_at: datetime | None = None
    measured: frozenset[str] | None = None
    paths: frozenset[str] | None = None

    @classmethod
    def of(cls, candidate: Candidate) -> Past:
        """A build as those that come after it look back on it."""
        report = candidate.report
        measured = frozenset(path for path, file in report.files.items() if file.statements)
        return cls(
            build=candidate.build,
            numbers=report.numbers,
            files=len(measured),
            digest=candidate.digest,
            commit=candidate.commit,
            writer=report.writer,
            sources=report.sources,
            written_at=report.written_at,
            measured=measured,
            paths=candidate.paths,
        )
