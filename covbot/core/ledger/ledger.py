"""The knowledge about a project after the builds that were ingested: `Ledger`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, frozen

from covbot.core.comparison import flaky

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.comparison.flaky import Flips
    from covbot.core.lines import Lines
    from covbot.core.tasks.gap import Gap
    from covbot.core.tasks.task import Entry


@frozen(kw_only=True)
class Ledger:
    """The gaps by path and region, and the entries by key, as of the last trusted snapshot ingested (None: none yet).

    `flips` has by path the lines that flipped lately, numbered as in the build that measured the file last. `recent`
    are the numbers of the trusted builds that count as recent, oldest first.
    """

    as_of: int | None = None
    gaps: Mapping[tuple[str, str], Gap] = Factory(dict)
    entries: Mapping[str, Entry] = Factory(dict)
    flips: Mapping[str, Flips] = Factory(dict)
    recent: tuple[int, ...] = ()

    def flaky(self, path: str) -> Lines:
        """Return the flaky lines of a file."""
        return flaky.find_flaky_lines(self.flips.get(path, {}))
