"""Two trusted builds in a row must agree: which missing lines count after one more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from covbot.core.coverage import FileCoverage


def confirm_lines(confirmed: Lines, was: Lines, now: Lines, flaky: Lines = Lines()) -> Lines:
    """The missing lines that count, all numbered as in the newer build.

    `was` and `now` are missing in the older and in the newer build, `confirmed` counted before. A line opens or closes
    when both say so; where they differ, and for flaky lines in any case, the state before stands.
    """
    both = was & now
    settled = both | (confirmed & ((was | now) - both))
    return (settled - flaky) | (confirmed & flaky) if flaky else settled


def confirm_module(confirmed: Lines, before: FileCoverage, after: FileCoverage) -> tuple[Lines, bool]:
    """The same for a module whose code changed, when no source tells its lines apart, and whether it is still doubtful.

    Its lines are those of the newer build, doubtful until a build with the same statements agrees. While nothing is
    missing there, any of its statements may be one that the next build misses.
    """
    if before.missing and after.missing:
        return after.missing, True
    if before.missing or after.missing:
        return (after.missing or after.statements or confirmed) if confirmed else Lines(), bool(confirmed)
    return Lines(), False
