"""Whether a build is believed: `judge` gives the reasons against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.builds import Build, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from covbot.core.coverage import Report


def judge(
    build: Build,
    report: Report,
    *,
    accept: Collection[str],
    faults: Sequence[str] = (),
    newest: Build | None = None,
) -> Verdict:
    """Judge a build: `accept` are the results that may be trusted, `faults` what went wrong with its files.

    `newest` is the newest build taken so far: one that does not come after it changes nothing.
    """
    reasons = list(faults)
    if build.result not in accept:
        reasons.append(f"its result is {build.result or 'unknown'}, not {' or '.join(sorted(accept))}")
    reasons.extend(f"header and body disagree: {mismatch.what}" for mismatch in report.mismatches)
    if not faults and not report.numbers.statements:
        reasons.append("its report measures no statement")
    if newest and build.number <= newest.number:
        reasons.append(f"it is older than build {newest.number}, which was taken before")
    return Verdict(reasons=tuple(reasons))
