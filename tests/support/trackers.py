"""The tracker of a small world, with its users and bugs: the embedded tracker or the double of Launchpad."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Protocol

from attrs import define, frozen

from covbot.core.bugs import statuses
from covbot.core.bugs.bug import Bug, Comment
from covbot.core.bugs.statuses import Status
from covbot.store.local_bugs import LocalBug
from covbot.trackers.launchpad.access import Access
from covbot.trackers.launchpad.tracker import Launchpad
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker
from doubles.launchpad.world import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from covbot.ports import Tracker
    from covbot.store.store import Store
    from doubles.launchpad.server import Double
    from doubles.launchpad.world import Record

PROJECT = "pictured"
ACCOUNT = "covbot"


class TrackerUser(Protocol):
    """A person, with all that a person may do to a bug."""

    def set_status(self, number: int, status: Status) -> None: ...
    def comment(self, number: int, text: str) -> None: ...
    def edit(self, number: int, *, title: str | None = None, description: str | None = None) -> None: ...
    def tag(self, number: int, tag: str) -> None: ...
    def untag(self, number: int, tag: str) -> None: ...
    def assign(self, number: int, assignee: str | None) -> None: ...
    def mark_duplicate(self, number: int, of: int | None) -> None: ...
    def remove_task(self, number: int) -> None: ...
    def make_private(self, number: int) -> None: ...


class TrackerSite(Protocol):
    """A tracker as covbot sees it, the people who use it, and all of its bugs."""

    def tracker(self) -> Tracker: ...
    def person(self, name: str) -> TrackerUser: ...
    def bugs(self) -> list[Bug]: ...
    def file_bug(self, name: str, title: str) -> int: ...


@define
class EmbeddedSite:
    """The embedded tracker, in the store of the small world."""

    store: Store
    now: Callable[[], dt.datetime]

    def tracker(self) -> LocalTracker:
        return LocalTracker(bugs=self.store.local_bugs, project=PROJECT, now=self.now)

    def person(self, name: str) -> Person:
        return Person(bugs=self.store.local_bugs, project=PROJECT, name=name, now=self.now)

    def bugs(self) -> list[Bug]:
        """Return all bugs with their comments, private ones too."""
        person = self.person("ada")
        return [person.show(bug.number).bug for bug in person.listing()]

    def file_bug(self, name: str, title: str) -> int:
        """File a bug as a person; return its number."""
        now = self.now()
        bug = LocalBug(
            project=PROJECT, reporter=name, title=title, description="It is broken.", created_at=now, updated_at=now
        )
        return self.store.local_bugs.insert(bug)


@define
class LaunchpadSite:
    """The double of Launchpad, whose clock runs ahead of the machine's to the time of the small world."""

    double: Double
    now: Callable[[], dt.datetime]
    folder: Path
    timeout: float = 60.0
    _tracker: Launchpad | None = None

    def tracker(self) -> Launchpad:
        self._set_clock()
        if self._tracker is None:
            path = self.folder / "credentials"
            self.double.write_credentials(path, ACCOUNT)
            root, timeout = self.double.root, self.timeout
            access = Access(service_root=root, credentials=path, timeout=timeout, retry_wait=0, read_only=False)
            self._tracker = Launchpad(access, PROJECT)
        return self._tracker

    def reset(self) -> None:
        """Remove all bugs, recorded requests and faults of the double."""
        self.double.mend()
        self.double.requests.clear()
        self.double.world.bugs.clear()
        self.double.world.next_number = 1
        self.double.world.restart_clock()

    def reconnect(self) -> None:
        """Connect anew, as a new process does."""
        self._tracker = None

    def person(self, name: str) -> LaunchpadUser:
        self._set_clock()
        return LaunchpadUser(self.double, name)

    def bugs(self) -> list[Bug]:
        """Return all bugs with their comments, private ones too."""
        return [convert_bug(bug) for _, bug in sorted(self.double.world.bugs.items())]

    def file_bug(self, name: str, title: str) -> int:
        """File a bug as a person; return its number."""
        self._set_clock()
        return self.double.people.file(name, title, "It is broken.", target=PROJECT)

    def _set_clock(self) -> None:
        self.double.world.clock_offset = self.now() - dt.datetime.now(dt.UTC)


def add_project_and_people(double: Double) -> None:
    """Add the project and the people of the small world to the double."""
    double.people.settle()
    double.world.projects[PROJECT] = Project(name=PROJECT, title="Pictured")


@frozen
class LaunchpadUser:
    """A person on the double of Launchpad."""

    double: Double
    name: str

    def set_status(self, number: int, status: Status) -> None:
        self.double.people.set_status(self.name, number, status.value, target=PROJECT)

    def comment(self, number: int, text: str) -> None:
        self.double.people.comment(self.name, number, text)

    def edit(self, number: int, *, title: str | None = None, description: str | None = None) -> None:
        self.double.people.edit(self.name, number, title=title, description=description)

    def tag(self, number: int, tag: str) -> None:
        self.double.people.tag(self.name, number, *self.double.people.bug(number).tags, tag)

    def untag(self, number: int, tag: str) -> None:
        kept = (each for each in self.double.people.bug(number).tags if each != tag)
        self.double.people.tag(self.name, number, *kept)

    def assign(self, number: int, assignee: str | None) -> None:
        self.double.people.assign(self.name, number, assignee, target=PROJECT)

    def mark_duplicate(self, number: int, of: int | None) -> None:
        self.double.people.mark_duplicate(self.name, number, of)

    def remove_task(self, number: int) -> None:
        self.double.people.remove_task(number, target=PROJECT)

    def make_private(self, number: int) -> None:
        self.double.people.make_private(self.name, number)


def convert_bug(bug: Record) -> Bug:
    """Return a bug of the double as covbot sees one that it may read."""
    task = bug.find_task(PROJECT)
    shown = task or bug.tasks[0]
    changes = [change for change in bug.activity if change.what == f"{PROJECT}: status"]
    own = [change for change in changes if change.by == ACCOUNT]
    is_closed = bool(own) and own[-1].new in statuses.CLOSED
    return Bug(
        number=bug.number,
        url=f"http://bugs.launchpad.test/bugs/{bug.number}",
        status=Status(shown.status),
        title=bug.title,
        description=bug.description,
        tags=frozenset(bug.tags),
        created_at=bug.created_at,
        updated_at=bug.updated_at,
        status_at=changes[-1].at if changes else bug.created_at,
        status_mine=(changes[-1].by if changes else bug.owner) == ACCOUNT,
        closed_at=own[-1].at if is_closed else None,
        assignee=shown.assignee,
        duplicate_of=bug.duplicate_of,
        on_project=task is not None,
        comments=tuple(
            Comment(text=message.text, at=message.at, mine=message.author == ACCOUNT) for message in bug.messages[1:]
        ),
    )
