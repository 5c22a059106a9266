"""Everything that a pass over one project needs, assembled by `wiring`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import Factory, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from covbot.core.policy import Policy
    from covbot.core.project import ProjectInfo
    from covbot.ports import FormerTracker, Source, Tracker
    from covbot.repository.git import Repository
    from covbot.store import Store
    from covbot.texts.writer import Writer


@frozen(kw_only=True)
class Project:
    """One project, ready for a pass.

    `basis` differs if the settings do by which builds are read. `accept` are the results that may be trusted, and
    `limit` is the most bytes of a report. A new bug gets the `tags`, and those of the `areas` (patterns of paths by
    tag) that its file is in. `siblings` has the tracker address of each other project in the settings.
    A pass makes a heartbeat every `heartbeat` seconds.
    `open_former_tracker` returns the tracker at an address that this project had before, None if it cannot be reached.
    """

    name: str
    context: ProjectInfo
    live: bool
    job: str
    basis: str = ""
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
    heartbeat: float = 2.0
    siblings: Mapping[str, str] = Factory(dict)
    open_former_tracker: Callable[[str], FormerTracker | None] = lambda _address: None
