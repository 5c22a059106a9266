"""What an operator watches of a project between two passes: `Condition`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.builds.build import Build


@frozen(kw_only=True)
class Condition:
    """The newest trusted build, the number of builds that wait or are stuck, and the outage of source or repository.

    `away` is the reason of the outage and `away_since` its beginning; empty and None if there is none.
    """

    trusted: Build | None = None
    waiting: int = 0
    away: str = ""
    away_since: datetime | None = None
