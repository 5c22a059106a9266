"""Run covbot in a small world: builds as pictures, a real store, the embedded tracker, people, a clock to advance.

With a checkout the builds are of real source, committed by the real git. It is drawn as pages, in which each line of
code has a margin: `.|` ran, `x|` did not, `-|` is no statement.
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
from covbot.core.project import ProjectInfo
from covbot.formats import reading
from covbot.pipeline import passes
from covbot.pipeline.project import Project
from covbot.ports import Attachment, Delivery, PassedOver
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
    contextvars.ContextVar("OPEN_SITE", default=trackers.EmbeddedSite)
)
"""The function that opens the tracker of each new world."""


@define
class MemorySource:
    """A source of builds that are kept in memory."""

    stored: dict[int, tuple[Build, bytes | None]] = field(factory=dict)

    def add_build(
        self, number: int, pictured: Mapping[str, str] | None, result: str = "SUCCESS", *, revision: str | None = None
    ) -> None:
        """Add a build; without pictures its report is missing."""
        started = START + dt.timedelta(hours=number)
        build = Build(job="job", number=number, started_at=started, result=result, revision=revision)
        self.stored[number] = build, None if pictured is None else pictures.make_xml(pictured)

    def rewrite_report(self, number: int, old: str, new: str) -> None:
        """Replace a text in the report of a build, which must contain it."""
        build, data = self.stored[number]
        assert data is not None
        assert old.encode() in data
        self.stored[number] = build, data.replace(old.encode(), new.encode())

    def builds(self, depth: int = 100) -> Sequence[Build]:
        return [build for _, (build, _) in sorted(self.stored.items())][-depth:]

    def version(self, build: Build) -> str:
        del build
        return ""

    def left_out(self) -> Sequence[str]:
        return ()

    def passed_over(self) -> Sequence[PassedOver]:
        return ()

    def check(self) -> Sequence[str]:
        return [f"{len(self.stored)} builds"]

    def reports(self, build: Build) -> Delivery:
        data = self.stored[build.number][1]
        if data is None:
            return Delivery(attachments=(), missing=("coverage.xml",))
        attachment = Attachment(name="coverage.xml", open=lambda: contextlib.closing(io.BytesIO(data)))
        return Delivery(attachments=(attachment,))


def split_page(page: Page) -> tuple[Page, str]:
    """Return the source of a page, bytes if the page is bytes (as Latin-1), and its picture."""
    if isinstance(page, bytes):
        text, picture = split_page(page.decode("latin-1"))
        return str(text).encode("latin-1"), picture
    rows = [line.partition("|") for line in page.strip("\n").split("\n")] if page else []
    return "".join(f"{code}\n" for _, _, code in rows), "".join(mark.strip() for mark, _, _ in rows)


@define
class World:
    """One project, in which everything is real but the clock and the source of builds.

    The clock of covbot's own machine may have a `clock_error`, of which a tracker on the network knows nothing.
    """

    url: str = "sqlite://"
    checkout: Checkout | None = None
    repository: Repository | None = None
    tests: tuple[str, ...] = ()
    areas: Mapping[str, tuple[str, ...]] = Factory(dict)
    policy: Policy = Factory(Policy)
    live: bool = True
    now: dt.datetime = START + dt.timedelta(days=30)
    clock_error: dt.timedelta = dt.timedelta(0)
    source: MemorySource = Factory(MemorySource)
    writer: Writer = WRITER
    store: Store = field(init=False)
    site: trackers.TrackerSite = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.store = Store.open(self.url)
        self.site = OPEN_SITE.get()(self.store, lambda: self.now)

    def project(self) -> Project:
        """Return the project with its present settings."""
        return Project(
            name="pictured",
            context=ProjectInfo(title="Pictured", job="job", tests=self.tests),
            live=self.live,
            job="job",
            accept=("SUCCESS",),
            limit=10**7,
            source=self.source,
            repository=self.repository,
            tracker=self.tracker(),
            tags=("testing",),
            areas=self.areas,
            policy=self.policy,
            writer=self.writer,
            store=self.store,
            clock=lambda: self.now + self.clock_error,
        )

    def tracker(self) -> Tracker:
        """Return the tracker as covbot uses it."""
        return self.site.tracker()

    def person(self, name: str = "ada") -> trackers.TrackerUser:
        """Return a person who uses the tracker."""
        return self.site.person(name)

    def lose_store(self) -> None:
        """Replace the store by a new one. Not for the embedded tracker, whose bugs are in the store."""
        assert not isinstance(self.site, trackers.EmbeddedSite)
        self.store.close()
        self.store = Store.open(self.url)

    def add_build(self, number: int, pictured: Mapping[str, str] | None, result: str = "SUCCESS") -> None:
        """Add a build to the source."""
        self.source.add_build(number, pictured, result)

    def commit_build(
        self,
        number: int,
        pages: Mapping[str, Page],
        result: str = "SUCCESS",
        *,
        beside: Mapping[str, str | bytes | Path] | None = None,
        revision: str | None = None,
    ) -> None:
        """Commit the source of these pages, with unmeasured files `beside` it, and add a build of the commit."""
        assert self.checkout
        drawn = {path: split_page(page) for path, page in pages.items()}
        commit = self.checkout.commit({path: text for path, (text, _) in drawn.items()} | dict(beside or {}))
        pictured = {path: picture for path, (_, picture) in drawn.items()}
        self.source.add_build(number, pictured, result, revision=revision or commit)

    def compare_builds(self, older: int, newer: int) -> Delta:
        """Return what changed from one build to another, compared with their source code."""
        assert self.repository
        before, after = self._load_view(older), self._load_view(newer)
        wanted = before.report.files.keys() | after.report.files.keys()
        linemap = self.repository.line_map(self._get_revision(older), self._get_revision(newer), wanted)
        return line_changes.compare_with_source(Transition(before=before, after=after, linemap=linemap))

    def _get_revision(self, number: int) -> str:
        return str(self.source.stored[number][0].revision)

    def _load_view(self, number: int) -> BuildView:
        assert self.repository
        data = self.source.stored[number][1]
        assert data is not None
        report = reading.read(io.BytesIO(data), "coverage.xml", limit=10**7)
        return views.place_report(report, self.repository, self._get_revision(number))

    def run(self) -> passes.Result:
        """Run one pass."""
        return passes.run(self.project())

    def dry_run(self) -> passes.Result:
        """Return the result of a dry run of one pass."""
        return passes.dry_run(self.project())

    def ledger(self) -> Ledger:
        """Return the ledger of the project."""
        return self.store.ledgers.load("pictured")

    def advance_clock(self, **amount: float) -> None:
        """Advance the clock by a `timedelta` of these arguments."""
        self.now += dt.timedelta(**amount)

    def bugs(self) -> list[Bug]:
        """Return all bugs with their comments, private ones too."""
        return self.site.bugs()

    def bugs_without_times(self) -> list[Bug]:
        """Return the same with all times equal."""
        return [evolve(bug, updated_at=START, status_at=START, created_at=START) for bug in self.bugs()]
