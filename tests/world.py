"""A small world to run covbot in: builds as pictures, a real store, the embedded tracker, people, a clock to turn."""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import io
from typing import TYPE_CHECKING

from attrs import Factory, define, evolve, field

import pictures
import sites
from covbot.core.builds import Build
from covbot.core.context import Project as Context
from covbot.core.policy import Policy
from covbot.pipeline import passes
from covbot.pipeline.project import Project
from covbot.ports import Attachment, Delivery
from covbot.store.store import Store
from covbot.texts.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from covbot.core.bugs import Bug
    from covbot.ports import Tracker

START = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
WRITER = Writer()
SITE: contextvars.ContextVar[Callable[[Store, Callable[[], dt.datetime]], sites.Site]] = contextvars.ContextVar(
    "SITE", default=sites.Embedded
)
"""What opens the place where the bugs of a world live."""


@define
class Shelf:
    """A source of builds that lie in memory."""

    lying: dict[int, tuple[Build, bytes | None]] = field(factory=dict)

    def put(self, number: int, pictured: Mapping[str, str] | None, result: str = "SUCCESS") -> None:
        """Lay a build there; without pictures its report is missing."""
        build = Build(job="job", number=number, started_at=START + dt.timedelta(hours=number), result=result)
        self.lying[number] = build, None if pictured is None else pictures.xml(pictured)

    def builds(self) -> Sequence[Build]:
        return [build for _, (build, _) in sorted(self.lying.items())]

    def reports(self, build: Build) -> Delivery:
        data = self.lying[build.number][1]
        if data is None:
            return Delivery(attachments=(), missing=("coverage.xml",))
        opened = Attachment(name="coverage.xml", open=lambda: contextlib.closing(io.BytesIO(data)))
        return Delivery(attachments=(opened,))


@define
class World:
    """One project, with everything real but the clock and the place where builds lie."""

    url: str = "sqlite://"
    policy: Policy = Factory(Policy)
    live: bool = True
    now: dt.datetime = START + dt.timedelta(days=30)
    shelf: Shelf = Factory(Shelf)
    writer: Writer = WRITER
    store: Store = field(init=False)
    site: sites.Site = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = Store.open(self.url)
        self.site = SITE.get()(self.store, lambda: self.now)

    def project(self) -> Project:
        """The project as it is set up now."""
        return Project(
            name="pictured",
            context=Context(title="Pictured", job="job"),
            live=self.live,
            job="job",
            accept=("SUCCESS",),
            limit=10**6,
            source=self.shelf,
            tracker=self.tracker(),
            tags=("testing",),
            policy=self.policy,
            writer=self.writer,
            store=self.store,
            clock=lambda: self.now,
        )

    def tracker(self) -> Tracker:
        """covbot's side of the tracker."""
        return self.site.tracker()

    def person(self, name: str = "ada") -> sites.Somebody:
        """Somebody else."""
        return self.site.person(name)

    def lose_store(self) -> None:
        """The store is gone, and a new one is made."""
        assert not isinstance(self.site, sites.Embedded), "there the bugs would be gone with it"
        self.store.close()
        self.store = Store.open(self.url)

    def build(self, number: int, pictured: Mapping[str, str] | None, result: str = "SUCCESS") -> None:
        """Lay a build on the shelf."""
        self.shelf.put(number, pictured, result)

    def run(self) -> passes.Result:
        """One pass."""
        return passes.run(self.project())

    def rehearse(self) -> passes.Result:
        """What one pass would do."""
        return passes.rehearse(self.project())

    def after(self, **passed: float) -> None:
        """Turn the clock on."""
        self.now += dt.timedelta(**passed)

    def bugs(self) -> list[Bug]:
        """Every bug with its comments, private ones too."""
        return self.site.bugs()

    def seen(self) -> list[Bug]:
        """The same without what only says when."""
        return [evolve(bug, updated_at=START, status_at=START, created_at=START) for bug in self.bugs()]
