"""What covbot knows of a project after the builds that it took: `Ledger`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.tasks import Entry, Gap


@frozen(kw_only=True)
class Ledger:
    """The gaps by path and region, and the entries by key, as of the last trusted snapshot taken (None: none yet)."""

    as_of: int | None = None
    gaps: Mapping[tuple[str, str], Gap] = Factory(dict)
    entries: Mapping[str, Entry] = Factory(dict)
