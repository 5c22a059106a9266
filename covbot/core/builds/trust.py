"""The verdict on a build: trusted, or suspect for one or more reasons."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from covbot.core import display, lines
from covbot.core.builds import jumps, order
from covbot.core.builds.build import DoubtKind, Verdict
from covbot.core.builds.evidence import Candidate, PastBuild

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from covbot.core.policy import Policy

CLOCK_SKEW = timedelta(minutes=10)
"""The tolerated difference between the clocks of a CI server and of the machine that measured."""


def judge_build(
    candidate: Candidate,
    history: Sequence[PastBuild],
    *,
    accept: Collection[str],
    limits: Policy,
    accepted: Collection[DoubtKind] = (),
) -> Verdict:
    """Return the verdict on a build, by itself and by the trusted builds ingested before it.

    `history` is oldest first and ends with the build that the ledger is at. `accept` are the results that may be
    trusted, and `accepted` the kinds of doubts that are no reason. Of `limits`, those whose names begin with `jump` and
    `swing` are used.
    """
    doubts = [*_find_doubts(candidate)]
    reasons = _find_reasons(candidate, history, accept, limits)
    counted = [doubt for doubt in doubts if doubt[0] not in accepted]
    return Verdict(
        reasons=(*reasons, *(text for _, text in counted)),
        kinds=() if reasons else tuple(sorted({kind for kind, _ in counted})),
        accepted=tuple(text for kind, text in doubts if kind in accepted),
    )


def _find_reasons(
    candidate: Candidate, history: Sequence[PastBuild], accept: Collection[str], limits: Policy
) -> list[str]:
    """Return the reasons against a build that nobody can accept for all builds."""
    after = PastBuild.of(candidate)
    reasons = [*candidate.faults, *_check_candidate(candidate, accept), *_check_source(candidate, limits)]
    if history:
        reasons += _check_order(candidate, history)
    if history and after.measurement.files and not candidate.faults:
        reasons += jumps.find_jumps(after, history, candidate.explained, limits)
        reasons += _find_lost_files(candidate, history[-1])
    return reasons


def _find_doubts(candidate: Candidate) -> Iterator[tuple[DoubtKind, str]]:
    """Yield what in a report is doubtful, though it may be a habit of its job."""
    build, measured = candidate.build, candidate.measurement
    for mismatch in measured.mismatches:
        yield DoubtKind.SUMS, f"header and body disagree: {mismatch.what}"
    if measured.written_at and build.started_at - measured.written_at > CLOCK_SKEW:
        written, started = (moment.isoformat(" ", "minutes") for moment in (measured.written_at, build.started_at))
        yield DoubtKind.CLOCK, f"its report was written at {written}, before the build started at {started}"


def _check_candidate(candidate: Candidate, accept: Collection[str]) -> Iterator[str]:
    """Yield the reasons against a build that it shows by itself."""
    build, measured = candidate.build, candidate.measurement
    if build.result not in accept:
        yield f"its result is {build.result or 'unknown'}, not {' or '.join(sorted(accept))}"
    if not candidate.faults and not measured.numbers.statements and not candidate.misfits:
        what = "measures no statement" if candidate.report.files else "holds no file"
        yield f"its report {what} (its writer is {measured.writer})"


def _check_source(candidate: Candidate, limits: Policy) -> Iterator[str]:
    """Yield the reason against a build of which many files were measured from another text than its commit's."""
    misfits, count = candidate.misfits, len(candidate.report.files) + len(candidate.misfits)
    if misfits and len(misfits) > limits.jump_share * count:
        yield (
            f"it measured another text than that of its revision: in {len(misfits)} of "
            f"{display.format_count(count, 'file')} no statement of the source begins where the report has one: "
            f"{display.name_paths([f'{path} ({lines.format_ranges(misfits[path])})' for path in misfits])}"
        )


def _check_order(candidate: Candidate, history: Sequence[PastBuild]) -> Iterator[str]:
    """Yield the reasons against a build that is out of order or has the report of another one."""
    newest = history[-1].build
    if order.is_late(candidate.build, [past.build for past in history]):
        yield f"it is older than build {newest.number}, which was taken before"
    if candidate.is_ancestor:
        yield f"its revision is an ancestor of that of build {newest.number}, which was taken before"
    # A report without the time of its writing may be the same again for good reason.
    digest = candidate.measurement.digest
    if digest and candidate.measurement.written_at:
        copies = [past for past in history if past.measurement.digest == digest]
        for past in copies[-1:]:
            other = ", though the revision is another" if _revisions_differ(past, candidate) else ""
            rule = "" if other else ": one measurement counts once, whatever it is called"
            yield f"its report is that of build {past.build.number} byte for byte{other}{rule}"


def _revisions_differ(past: PastBuild, candidate: Candidate) -> bool:
    """Whether two builds certainly have different revisions; one id may be only the beginning of the other."""
    one, other = (of.measurement.commit or of.build.revision for of in (past, candidate))
    return bool(one and other and not one.startswith(other) and not other.startswith(one))


def _find_lost_files(candidate: Candidate, newest: PastBuild) -> Iterator[str]:
    """Yield a reason if files with gaps were measured, are still in the source, and are no longer in the report."""
    lost = candidate.gap_paths & (candidate.paths or frozenset()) - candidate.report.files.keys()
    lost -= candidate.misfits.keys()
    if newest.measured is not None:
        lost &= newest.measured
    if lost:
        yield f"it does not measure what has gaps and is still in the source: {display.name_paths(lost)}"
