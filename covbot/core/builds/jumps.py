"""Counts that changed by more than the source explains."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.builds.evidence import ExplainedChange, PastBuild

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.policy import Policy


@frozen(kw_only=True)
class _CountChange:
    """A count in the newest build ingested and in this one, what the source explains, and the limit for the rest."""

    count: str
    before: int
    after: int
    added: int
    deleted: int
    limit: float

    @property
    def unexplained(self) -> int:
        """The part of the change that the source does not explain, 0 if it explains all."""
        return max(self.after - self.before - self.added, self.before - self.after - self.deleted)


def find_jumps(
    after: PastBuild, history: Sequence[PastBuild], explained: ExplainedChange | None, limits: Policy
) -> Iterator[str]:
    """Yield a sentence on each count that changed by more than the source explains and the limits tolerate.

    The tolerance is a share of what the last builds measured, and at least the floor of the limits.
    """
    before, recent = history[-1], history[-limits.jump_builds :]
    explained = explained or _explain_by_reports(before, after)
    lines = {"added": explained.lines_added, "deleted": explained.lines_deleted}
    files = {"added": explained.files_added, "deleted": explained.files_deleted}
    usual_files, usual = (
        median(past.measurement.files for past in recent),
        median(past.measurement.numbers.statements for past in recent),
    )
    file_limit = max(limits.jump_files, limits.jump_share * usual_files)
    jump_limit, swing_limit = (
        max(limits.jump_floor, share * usual) for share in (limits.jump_share, limits.swing_share)
    )
    was, now = before.measurement.numbers, after.measurement.numbers
    for change in (
        _CountChange(
            count="measures {} files",
            before=before.measurement.files,
            after=after.measurement.files,
            limit=file_limit,
            **files,
        ),
        _CountChange(
            count="measures {} statements", before=was.statements, after=now.statements, limit=jump_limit, **lines
        ),
        _CountChange(count="misses {} statements", before=was.missing, after=now.missing, limit=swing_limit, **lines),
    ):
        if change.unexplained > change.limit:
            why = "more than what was added" if change.after > change.before else "fewer than what was deleted"
            yield (
                f"it {change.count.format(change.after)} after {change.before} in build {before.build.number}: "
                f"{change.unexplained} {why} in the source explains"
            )


def _explain_by_reports(before: PastBuild, after: PastBuild) -> ExplainedChange:
    """Return the change in the source according to the reports themselves, for use if nothing else shows it."""
    files, statements = (
        after.measurement.files - before.measurement.files,
        after.measurement.numbers.statements - before.measurement.numbers.statements,
    )
    return ExplainedChange(
        files_added=max(0, files),
        files_deleted=max(0, -files),
        lines_added=max(0, statements),
        lines_deleted=max(0, -statements),
    )
