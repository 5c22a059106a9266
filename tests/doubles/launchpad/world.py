"""The contents of the double: people, projects, bugs, and a clock that never returns the same time twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import Factory, define

SUPERVISORS_ONLY = frozenset({"Triaged", "Won't Fix", "Expired", "Deferred", "Does Not Exist"})
"""Statuses that only a bug supervisor may set."""

LEFT_BY_SUPERVISORS_ONLY = frozenset({"Won't Fix", "Deferred", "Does Not Exist"})
"""Statuses that only a bug supervisor may change; Fix Released may be changed by the reporter of the bug as well."""

STATUSES = (
    "New",
    "Incomplete",
    "Opinion",
    "Invalid",
    "Won't Fix",
    "Expired",
    "Confirmed",
    "Triaged",
    "In Progress",
    "Deferred",
    "Fix Committed",
    "Fix Released",
    "Does Not Exist",
    "Unknown",
)

IMPORTANCES = ("Unknown", "Undecided", "Critical", "High", "Medium", "Low", "Wishlist")

CLOSED = frozenset({"Opinion", "Invalid", "Won't Fix", "Expired", "Fix Released", "Does Not Exist"})

_STATUS_RANKS = {
    "Confirmed": 20,
    "Triaged": 21,
    "In Progress": 22,
    "Deferred": 23,
    "Fix Committed": 25,
    "Fix Released": 30,
    "Does Not Exist": 35,
    "Incomplete": 99,
}
_DATE_RANKS = {
    "date_confirmed": 20,
    "date_triaged": 21,
    "date_in_progress": 22,
    "date_fix_committed": 25,
    "date_fix_released": 30,
}


@define(kw_only=True)
class Person:
    """A person with an account; `legitimate` if karma and age of the account allow to edit the bugs of others."""

    name: str
    legitimate: bool = True
    is_team: bool = False


@define(kw_only=True)
class Project:
    """A target of bugs; `kind` is project, project_group or distribution."""

    name: str
    title: str
    kind: str = "project"
    supervisors: frozenset[str] = frozenset()
    has_supervisor: bool = True
    official_bugs: bool = True
    active: bool = True
    information_type: str = "Public"
    bug_sharing_policy: str = "Public"
    official_tags: tuple[str, ...] = ()
    description: str = ""
    summary: str = ""
    series: tuple[str, ...] = ("trunk",)


@define(kw_only=True)
class Message:
    """A comment; the first one of a bug is its description as it was filed."""

    author: str
    text: str
    subject: str
    at: datetime


@define(kw_only=True)
class Change:
    """An entry in the activity of a bug."""

    what: str
    by: str
    at: datetime
    old: str | None = None
    new: str | None = None
    message: str | None = None


@define(kw_only=True)
class Task:
    """The task of a bug for one project; `dates` are the dates of its statuses, by field name."""

    target: str
    owner: str
    created_at: datetime
    status: str = "New"
    importance: str = "Undecided"
    assignee: str | None = None
    explanation: str | None = None
    dates: dict[str, datetime | None] = Factory(dict)

    def set_status(self, status: str, at: datetime) -> None:
        """Set the status, and update the dates as Launchpad does."""
        old, new = _STATUS_RANKS.get(self.status, 0), _STATUS_RANKS.get(status, 0)
        for name, rank in _DATE_RANKS.items():
            if old < rank <= new:
                self.dates[name] = at
            elif new < rank:
                self.dates[name] = None
        if self.status == "New" and status != "Unknown":
            self.dates["date_left_new"] = at
        if status in CLOSED and self.status not in CLOSED:
            self.dates["date_closed"] = at
        elif status not in CLOSED and self.status in CLOSED:
            self.dates |= {"date_closed": None, "date_left_closed": at}
        for name, own_status in (("date_incomplete", "Incomplete"), ("date_deferred", "Deferred")):
            self.dates[name] = at if status == own_status else None
        self.status = status


@define(kw_only=True)
class Record:
    """A bug with its tasks, comments, activity and subscribers."""

    number: int
    owner: str
    title: str
    description: str
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    tasks: list[Task] = Factory(list)
    messages: list[Message] = Factory(list)
    activity: list[Change] = Factory(list)
    subscribers: set[str] = Factory(set)
    affected: set[str] = Factory(set)
    duplicate_of: int | None = None
    information_type: str = "Public"
    lock: str = "Unlocked"
    lock_reason: str | None = None
    moved: dict[str, str] = Factory(dict)

    @property
    def private(self) -> bool:
        return self.information_type.startswith(("Private", "Proprietary", "Embargoed"))

    def find_task(self, target: str) -> Task | None:
        return next((task for task in self.tasks if task.target == target), None)


class World:
    """All contents of the double, and its clock."""

    def __init__(self) -> None:
        """Create a world without people, projects and bugs."""
        self.persons: dict[str, Person] = {}
        self.projects: dict[str, Project] = {}
        self.bugs: dict[int, Record] = {}
        self.next_number = 1
        self.page_size = 75
        self.clock_offset = timedelta()
        self.restart_clock()

    def restart_clock(self) -> None:
        """Let the time go back to that of the machine plus `clock_offset`."""
        self._last_time = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time of the machine plus `clock_offset`, later with each call."""
        self._last_time = max(datetime.now(UTC) + self.clock_offset, self._last_time + timedelta(microseconds=1))
        return self._last_time

    def is_supervisor(self, person: str, target: str) -> bool:
        project = self.projects.get(target)
        return project is not None and person in project.supervisors

    def add_bug(self, reporter: str, target: str, title: str, description: str, tags: list[str]) -> Record:
        """File a bug without any check; return it."""
        now = self.now()
        bug = Record(
            number=self.next_number,
            owner=reporter,
            title=title,
            description=description,
            tags=sorted(set(tags)),
            created_at=now,
            updated_at=now,
            subscribers={reporter},
            affected={reporter},
        )
        bug.tasks.append(Task(target=target, owner=reporter, created_at=now))
        bug.messages.append(Message(author=reporter, text=description, subject=title, at=now))
        bug.activity.append(Change(what="bug", by=reporter, at=now, message="added bug"))
        self.bugs[bug.number] = bug
        self.next_number += 1
        return bug

    def record_change(self, bug: Record, by: str, what: str, old: object, new: object) -> None:
        """Add a change to the activity of a bug, and set the date of its last update."""
        now = self.now()
        bug.updated_at = now
        values = [None if value is None else str(value) for value in (old, new)]
        bug.activity.append(Change(what=what, by=by, at=now, old=values[0], new=values[1]))

    def is_visible(self, bug: Record, person: str | None, *, private_too: bool) -> bool:
        """Whether a person sees a bug with a token that shows private bugs too, or does not."""
        if not bug.private:
            return True
        allowed = person in bug.subscribers or any(self.is_supervisor(person or "", task.target) for task in bug.tasks)
        return private_too and allowed
