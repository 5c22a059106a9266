"""Everything that a pass over one project needs, put together elsewhere (`wiring`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from covbot.core.context import Project as Context
    from covbot.core.policy import Policy
    from covbot.ports import Source, Tracker
    from covbot.repository.git import Repository
    from covbot.store import Store
    from covbot.texts.writer import Writer


@frozen(kw_only=True)
class Project:
    """One project, ready for a pass: `accept` are results that may be trusted, `limit` bounds the bytes of a report."""

    name: str
    context: Context
    live: bool
    job: str
    accept: tuple[str, ...]
    limit: int
    source: Source
    repository: Repository | None = None
    tracker: Tracker
    tags: tuple[str, ...]
    policy: Policy
    writer: Writer
    store: Store
    clock: Callable[[], datetime]
