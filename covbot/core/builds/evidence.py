"""The evidence by which a build is judged: the build itself, and the trusted builds before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.builds.build import Build, Measurement
    from covbot.core.coverage import Report
    from covbot.core.lines import Lines


@frozen(kw_only=True)
class ExplainedChange:
    """The change that the diff of two commits accounts for in the measured files: whole files, and lines."""

    files_added: int = 0
    files_deleted: int = 0
    lines_added: int = 0
    lines_deleted: int = 0


@frozen(kw_only=True)
class Candidate:
    """A build that is to be judged.

    `faults` are sentences on coverage files that are missing or unreadable. `paths` are all paths in the commit's tree,
    and `explained` is the change since the newest build ingested; None: unknown. `gap_paths` are the files with open
    gaps. `is_ancestor` is True if its commit is an ancestor of that of the newest build ingested, and another one.
    `misfits` are the files that were measured from another text than the commit's, with lines that show it; they are
    not in the report any more.
    """

    build: Build
    report: Report
    measurement: Measurement
    faults: tuple[str, ...] = ()
    paths: frozenset[str] | None = None
    gap_paths: frozenset[str] = frozenset()
    explained: ExplainedChange | None = None
    is_ancestor: bool = False
    misfits: Mapping[str, Lines] = Factory(dict)


@frozen(kw_only=True)
class PastBuild:
    """A trusted build that was ingested before.

    `measured` are the paths of its files with statements, and `paths` all paths in its tree. Both are None if unknown,
    and are needed only of the newest build.
    """

    build: Build
    measurement: Measurement
    measured: frozenset[str] | None = None
    paths: frozenset[str] | None = None

    @classmethod
    def of(cls, candidate: Candidate) -> PastBuild:
        """Return a candidate as evidence for the builds after it."""
        measured = frozenset(path for path, file in candidate.report.files.items() if file.statements)
        return cls(build=candidate.build, measurement=candidate.measurement, measured=measured, paths=candidate.paths)
