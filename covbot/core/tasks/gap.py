"""The missing statements of one region: a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.core.lines import Lines


@frozen(kw_only=True)
class Gap:
    """The missing statements of one region on which two trusted builds in a row agree.

    `lines` are numbered as in the snapshot `at`, and empty once the gap is closed. `since` and `until` are the numbers
    of the builds that opened and closed it. It is `unconfirmed` while only one build shows its last change.
    """

    path: str
    region: str
    lines: Lines
    at: int
    since: int
    until: int | None = None
    unconfirmed: bool = False


def group_gaps(gaps: Iterable[Gap]) -> dict[str, dict[str, Gap]]:
    """Return the gaps of each path, by region."""
    found: dict[str, dict[str, Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.path, {})[gap.region] = gap
    return found
