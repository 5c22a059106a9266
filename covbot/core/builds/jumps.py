"""Counts that moved by more than the source explains."""

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
    """A count in the newest build taken and in this one, what the source accounts for, and what is never abnormal."""

    count: str
    before: int
    after: int
    added: int
    deleted: int
    room: float

    @property
    def unexplained(self) -> int:
        """By how much it moved beyond what the source accounts for."""
        return max(self.after - self.before - self.added, self.before - self.after - self.deleted)


def find_jumps(
    after: PastBuild, history: Sequence[PastBuild], explained: ExplainedChange | None, limits: Policy
) -> Iterator[str]:
    """Counts that moved by more than the source explains, and by more than a share of what the last builds measured."""
    before, recent = history[-1], history[-limits.jump_builds :]
    explained = explained or _taken_at_its_word(before, after)
    lines = {"added": explained.lines_added, "deleted": explained.lines_deleted}
    files = {"added": explained.files_added, "deleted": explained.files_deleted}
    usual_files, usual = (
        median(past.measurement.files for past in recent),
        median(past.measurement.numbers.statements for past in recent),
    )
    file_room = max(limits.jump_files, limits.jump_share * usual_files)
    jump_room, swing_room = (max(limits.jump_floor, share * usual) for share in (limits.jump_share, limits.swing_share))
    was, now = before.measurement.numbers, after.measurement.numbers
    for move in (
        _CountChange(
            count="measures {} files",
            before=before.measurement.files,
            after=after.measurement.files,
            room=file_room,
            **files,
        ),
        _CountChange(
            count="measures {} statements", before=was.statements, after=now.statements, room=jump_room, **lines
        ),
        _CountChange(count="misses {} statements", before=was.missing, after=now.missing, room=swing_room, **lines),
    ):
        if move.unexplained > move.room:
            why = "more than what was added" if move.after > move.before else "fewer than what was deleted"
            yield (
                f"it {move.count.format(move.after)} after {move.before} in build {before.build.number}: "
                f"{move.unexplained} {why} in the source explains"
            )


def _taken_at_its_word(before: PastBuild, after: PastBuild) -> ExplainedChange:
    """What changed in the source as the reports themselves tell it, where nothing else does."""
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
