"""Whether a build is believed: `judge` gives the reasons against it, `rebaseline` why it is not compared as usual."""

from __future__ import annotations

import re
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core import escaping
from covbot.core.builds import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from covbot.core.builds import Build
    from covbot.core.coverage import Numbers, Report
    from covbot.core.policy import Policy

SKEW = timedelta(minutes=10)
"""So far the clocks of a CI server and of the machine that measured may be apart."""

_NAMED = 3
"""Files that a sentence names; the others it counts."""

_TWIN = re.compile(r"@\d+$")
"""What a CI server adds to the name of a workspace while another build of the same job is in it."""


@frozen(kw_only=True)
class Explained:
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
    explained: Explained | None = None
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


def judge(candidate: Candidate, history: Sequence[Past], *, accept: Collection[str], limits: Policy) -> Verdict:
    """Judge a build by itself and by the trusted builds taken before it.

    `history` is oldest first and ends with the build that the ledger stands at; `accept` are the results that may be
    trusted; of `limits`, those whose names begin with `jump` and `swing` are read.
    """
    after = Past.of(candidate)
    reasons = [*candidate.faults, *_doubts(candidate, accept)]
    if history:
        reasons += _disorder(candidate, history)
    if history and after.files and not candidate.faults:
        reasons += _jumps(after, history, candidate.explained, limits)
        reasons += _losses(candidate, history[-1])
    return Verdict(reasons=tuple(reasons))


def _doubts(candidate: Candidate, accept: Collection[str]) -> Iterator[str]:
    """What speaks against a build by itself."""
    build, report = candidate.build, candidate.report
    if build.result not in accept:
        yield f"its result is {build.result or 'unknown'}, not {' or '.join(sorted(accept))}"
    for mismatch in report.mismatches:
        yield f"header and body disagree: {mismatch.what}"
    if not candidate.faults and not report.numbers.statements:
        yield "its report measures no statement"
    if report.written_at and build.started_at - report.written_at > SKEW:
        written, started = (moment.isoformat(" ", "minutes") for moment in (report.written_at, build.started_at))
        yield f"its report was written at {written}, before the build started at {started}"


def _disorder(candidate: Candidate, history: Sequence[Past]) -> Iterator[str]:
    """Whether a build comes late, or with the report of another one."""
    newest = history[-1].build
    if _comes_late(candidate.build, [past.build for past in history]):
        yield f"it is older than build {newest.number}, which was taken before"
    if candidate.is_ancestor:
        yield f"its revision is an ancestor of that of build {newest.number}, which was taken before"
    # A report that does not say when it was written may honestly be the same again.
    if candidate.digest and candidate.report.written_at:
        twins = [past for past in history if past.digest == candidate.digest and _revisions_differ(past, candidate)]
        for past in twins[-1:]:
            yield f"its report is that of build {past.build.number} byte for byte, though the revision is another"


def _comes_late(build: Build, taken: Sequence[Build]) -> bool:
    """Whether a build was run before the newest one taken.

    Within one life of a job the numbers tell. A job that was deleted and made again counts from 1 again: a build whose
    number is not higher belongs to a new life if it started after all others. Between lives, and jobs, the starts tell.
    """
    newest = taken[-1]
    if build.job == newest.job and build.number <= newest.number:
        return build.started_at <= max(known.started_at for known in taken)
    lives = any(known.number > newest.number for known in taken if known.job == build.job)
    return build.started_at < newest.started_at and (lives or build.job != newest.job)


def _revisions_differ(past: Past, candidate: Candidate) -> bool:
    """Whether two builds are of different revisions for sure; one may be known by the beginning of its id only."""
    one, other = past.commit or past.build.revision, candidate.commit or candidate.build.revision
    return bool(one and other and not one.startswith(other) and not other.startswith(one))


@frozen(kw_only=True)
class _Move:
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


def _jumps(after: Past, history: Sequence[Past], explained: Explained | None, limits: Policy) -> Iterator[str]:
    """Counts that moved by more than the source explains, and by more than a share of what the last builds measured."""
    before, recent = history[-1], history[-limits.jump_builds :]
    explained = explained or _taken_at_its_word(before, after)
    lines = {"added": explained.lines_added, "deleted": explained.lines_deleted}
    files = {"added": explained.files_added, "deleted": explained.files_deleted}
    usual_files, usual = median(past.files for past in recent), median(past.numbers.statements for past in recent)
    file_room = max(limits.jump_files, limits.jump_share * usual_files)
    jump_room, swing_room = (max(limits.jump_floor, share * usual) for share in (limits.jump_share, limits.swing_share))
    was, now = before.numbers, after.numbers
    for move in (
        _Move(count="measures {} files", before=before.files, after=after.files, room=file_room, **files),
        _Move(count="measures {} statements", before=was.statements, after=now.statements, room=jump_room, **lines),
        _Move(count="misses {} statements", before=was.missing, after=now.missing, room=swing_room, **lines),
    ):
        if move.unexplained > move.room:
            why = "more than what was added" if move.after > move.before else "fewer than what was deleted"
            yield (
                f"it {move.count.format(move.after)} after {move.before} in build {before.build.number}: "
                f"{move.unexplained} {why} in the source explains"
            )


def _taken_at_its_word(before: Past, after: Past) -> Explained:
    """What changed in the source as the reports themselves tell it, where nothing else does."""
    files, statements = after.files - before.files, after.numbers.statements - before.numbers.statements
    return Explained(
        files_added=max(0, files),
        files_deleted=max(0, -files),
        lines_added=max(0, statements),
        lines_deleted=max(0, -statements),
    )


def _losses(candidate: Candidate, newest: Past) -> Iterator[str]:
    """Files with gaps that were measured, are in the source still, and are not in the report any more."""
    lost = candidate.gap_paths & (candidate.paths or frozenset()) - candidate.report.files.keys()
    if newest.measured is not None:
        lost &= newest.measured
    if lost:
        yield f"it does not measure what has gaps and is still in the source: {_name(lost)}"


def _name(paths: Collection[str]) -> str:
    """A few of the paths by name, and how many more there are."""
    named = [escaping.shorten(path) for path in sorted(paths)[:_NAMED]]
    return ", ".join(named) + (f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else "")


FEW = 5
"""So many files may come and go without a new baseline: a migration that is measured only when some test runs it."""


def rebaseline(before: Past, after: Past) -> str | None:
    """Why gaps are only mapped from one trusted build to the next, and no bug is written; None: they compare as usual.

    Where the workspace lies on its machine is no difference: of a source root the last folder counts.
    """
    changes = [*_differences(before, after)]
    return f"since build {before.build.number} {', and '.join(changes)}" if changes else None


def _differences(before: Past, after: Past) -> Iterator[str]:
    if before.writer != after.writer:
        was, now = escaping.shorten(before.writer), escaping.shorten(after.writer)
        yield f"the report is written by {now} instead of {was}"
    if bool(before.numbers.branches) != bool(after.numbers.branches):
        yield f"branches are {'measured' if after.numbers.branches else 'not measured any more'}"
    if _roots(before.sources) != _roots(after.sources):
        was, now = _name(before.sources), _name(after.sources)
        yield f"the source root is {now or 'unknown'} instead of {was or 'unknown'}"
    standing = (before.paths or frozenset()) & (after.paths or frozenset())
    if before.measured is not None and after.measured is not None:
        for words, paths in (
            ("not measured any more:", before.measured - after.measured),
            ("measured now:", after.measured - before.measured),
        ):
            if len(paths & standing) > FEW:
                yield f"{words} {_name(paths & standing)}"


def _roots(sources: Iterable[str]) -> frozenset[str]:
    folders = (source.replace("\\", "/").rstrip("/").rpartition("/")[2] for source in sources)
    return frozenset(_TWIN.sub("", folder) for folder in folders)
