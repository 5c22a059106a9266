"""The confirmation of missing lines: two consecutive trusted builds must agree before a line opens or closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core.lines import Lines

if TYPE_CHECKING:
    from covbot.core.coverage import FileCoverage


def confirm_lines(confirmed: Lines, was: Lines, now: Lines, flaky: Lines = Lines()) -> Lines:
    """Return the missing lines that count, all numbered as in the newer build.

    `was` and `now` are missing in the older and in the newer build, `confirmed` counted before. A line opens or closes
    when both builds agree. Where they differ, and for flaky lines in any case, the state before is kept.
    """
    both = was & now
    counted = both | (confirmed & ((was | now) - both))
    return (counted - flaky) | (confirmed & flaky) if flaky else counted


def confirm_module(confirmed: Lines, before: FileCoverage, after: FileCoverage) -> tuple[Lines, bool]:
    """Return the lines that count of a changed module without source, and whether they are still unconfirmed.

    The lines are those of the newer build, unconfirmed until a build with the same statements agrees. While nothing is
    missing there, they are all of its statements, since the next build may miss any of them.
    """
    if before.missing and after.missing:
        return after.missing, True
    if before.missing or after.missing:
        return (after.missing or after.statements or confirmed) if confirmed else Lines(), bool(confirmed)
    return Lines(), False
