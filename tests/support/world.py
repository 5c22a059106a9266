"""A small world to run covbot in: builds as pictures, a real store, the embedded tracker, people, a clock to turn.

With a workshop the builds are of real source, committed by the real git. It is drawn as pages: each line of code behind
a margin that says what became of it, `.|` ran, `x|` did not, `-|` is no statement.
"""

from __future__ import annotations

import contextlib
import contextvars
import datetime as dt
import io
from typing import TYPE_CHECKING

from attrs import Factory, define, evolve, field

from covbot.core.builds.build import Build
from covbot.core.comparison import line_changes
from covbot.core.comparison.view import Transition
from covbot.core.policy import Policy
from covbot.core.project import ProjectInfo as Context
from covbot.formats import reading
from covbot.pipeline import passes
from covbot.pipeline.project import Project
from covbot.ports import Attachment, Delivery
from covbot.repository import views
from covbot.store.store import Store
from covbot.texts.writer import Writer
from support import pictures, trackers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from covbot.core.bugs.bug import Bug
    from covbot.core.comparison.line_changes import Delta
    from covbot.core.comparison.view import BuildView
    from covbot.core.ledger.ledger import Ledger
    from covbot.ports import Tracker
    from covbot.repository.git import Repository
    from support.git_repo import Checkout

    Page: TypeAlias = str | bytes

START = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
WRITER = Writer()
OPEN_SITE: contextvars.ContextVar[Callable[[Store, Callable[[], dt.datetime]], trackers.TrackerSite]] = (
    contextvars.ContextVar("SITE", default=trackers.EmbeddedSite)
)
"""What opens the place where the bugs of a world live."""


@define
class MemorySource:
    """A source of builds that lie in memory."""

    lying: dict[int, tuple[Build, bytes | None]] = field(factory=dict)

    def put(
        self, number: int, pictured: Mapping[str, str] | None, result: str = "SUCCESS", *, revision: str | None = None
    ) -> None:
        """Lay a build there; without pictures its report is missing."""
        started = START + dt.timedelta(hours=number)
        build = Build(job="job", number=number, started_at=started, result=result, revision=revision)
        self.lying[number] = build, None if pictured is None else pictures.make_xml(pictured)

    def rewrite(self, number: int, old: str, new: str) -> None:
        """Let the report of a build say something else."""
        build, data = self.lying[number]
        assert data is not None
        assert old.encode() in data
        self.lying[number] = build, data.replace(old.encode(), new.encode())

    def builds(self, depth: int = 100) -> Sequence[Build]:
        return [build for _, (build, _) in sorted(self.lying.items())][-depth:]

    def check(self) -> Sequence[str]:
        return [f"{len(self.lying)} builds"]

    def reports(self, build: Build) -> Delivery:
        data = self.lying[build.number][1]
        if data is None:
            return Delivery(attachments=(), missing=("coverage.xml",))
        opened = Attachment(name="coverage.xml", open=lambda: contextlib.closing(io.BytesIO(data)))
        return Delivery(attachments=(opened,))


def split_page(page: Page) -> tuple[Page, str]:
    """A page -> the source that is drawn on it (bytes as Latin-1), and its picture."""
    if isinstance(page, bytes):
        text, picture = split_page(page.decode("latin-1"))
        return str(text).encode("latin-1"), picture
    rows = [line.partition("|") for line in page.strip("\n").split("\n")] if page else []
    return "".join(f"{code}\n" for _, _, code in rows), "".join(mark.strip() for mark, _, _ in rows)


@define
class World:
    """One project, with everything real but the clock and the place where builds lie."""

    url: str = "sqlite://"
    workshop: Checkout | None = None
    repository: Repository | None = None
    tests: tuple[str, ...] = ()
    areas: Mapping[str, tuple[str, ...]] = Factory(dict)
    policy: Policy = Factory(Policy)
    live: bool = True
    now: dt.datetime = START + dt.timedelta(days=30)
    shelf: MemorySource = Factory(MemorySource)
    writer: Writer = WRITER
    store: Store = field(init=False)
    site: trackers.TrackerSite = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = Store.open(self.url)
        self.site = OPEN_SITE.get()(self.store, lambda: self.now)

    def project(self) -> Project:
        """The project as it is set up now."""
        return Project(
            name="pictured",
            context=Context(title="Pictured", job="job", tests=self.tests),
            live=self.live,
            job="job",
            accept=("SUCCESS",),
            limit=10**7,
            source=self.shelf,
            repository=self.repository,
            tracker=self.tracker(),
            tags=("testing",),
            areas=self.areas,
            policy=self.policy,
            writer=self.writer,
            store=self.store,
            clock=lambda: self.now,
        )

    def tracker(self) -> Tracker:
        """covbot's side of the tracker."""
        return self.site.tracker()

    def person(self, name: str = "ada") -> trackers.TrackerUser:
        """Somebody else."""
        return self.site.person(name)

    def lose_store(self) -> None:
        """The store is gone, and a new one is made; bugs that live in it would be gone with it."""
        assert not isinstance(self.site, trackers.EmbeddedSite)
        self.store.close()
        self.store = Store.open(self.url)

    def build(self, number: int, pictured: Mapping[str, str] | None, result: str = "SUCCESS") -> None:
        """Lay a build on the shelf."""
        self.shelf.put(number, pictured, result)

    def commit(
        self,
        number: int,
        pages: Mapping[str, Page],
        result: str = "SUCCESS",
        *,
        beside: Mapping[str, str | bytes | Path] | None = None,
        revision: str | None = None,
    ) -> None:
        """Commit what is on these pages, with what lies `beside` them unmeasured, and lay a build of it there."""
        assert self.workshop
        drawn = {path: split_page(page) for path, page in pages.items()}
        commit = self.workshop.commit({path: text for path, (text, _) in drawn.items()} | dict(beside or {}))
        pictured = {path: picture for path, (_, picture) in drawn.items()}
        self.shelf.put(number, pictured, result, revision=revision or commit)

    def compare(self, older: int, newer: int) -> Delta:
        """What changed from one build on the shelf to another, along their source."""
        assert self.repository
        before, after = self._view(older), self._view(newer)
        wanted = before.report.files.keys() | after.report.files.keys()
        linemap = self.repository.line_map(self._revision(older), self._revision(newer), wanted)
        return line_changes.compare_with_source(Transition(before=before, after=after, linemap=linemap))

    def _revision(self, number: int) -> str:
        return str(self.shelf.lying[number][0].revision)

    def _view(self, number: int) -> BuildView:
        assert self.repository
        data = self.shelf.lying[number][1]
        assert data is not None
        report = reading.read(io.BytesIO(data), "coverage.xml", limit=10**7)
        return views.place_report(report, self.repository, self._revision(number))

    def run(self) -> passes.Result:
        """One pass."""
        return passes.run(self.project())

    def rehearse(self) -> passes.Result:
        """What one pass would do."""
        return passes.dry_run(self.project())

    def ledger(self) -> Ledger:
        """What covbot knows of the project."""
        return self.store.ledgers.load("pictured")

    def after(self, **passed: float) -> None:
        """Turn the clock on."""
        self.now += dt.timedelta(**passed)

    def bugs(self) -> list[Bug]:
        """Every bug with its comments, private ones too."""
        return self.site.bugs()

    def seen(self) -> list[Bug]:
        """The same without what only says when."""
        return [evolve(bug, updated_at=START, status_at=START, created_at=START) for bug in self.bugs()]
