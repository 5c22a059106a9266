"""Everything that a pass over one project needs, put together elsewhere (`wiring`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from covbot.core.policy import Policy
    from covbot.core.project import ProjectInfo as Context
    from covbot.ports import Source, Tracker
    from covbot.repository.git import Repository
    from covbot.store import Store
    from covbot.texts.writer import Writer


@frozen(kw_only=True)
class Project:
    """One project, ready for a pass: `accept` are results that may be trusted, `limit` bounds the bytes of a report.

    A new bug gets the `tags`, and those of the `areas` that its file is in: patterns of paths by tag.
    """

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
    areas: Mapping[str, tuple[str, ...]] = Factory(dict)
    policy: Policy
    writer: Writer
    store: Store
    clock: Callable[[], datetime]
