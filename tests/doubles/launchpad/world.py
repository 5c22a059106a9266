"""What the double's Launchpad holds: persons, projects, bugs, and a clock that never shows the same time twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import Factory, define

SUPERVISORS_ONLY = frozenset({"Triaged", "Won't Fix", "Expired", "Deferred", "Does Not Exist"})
"""Statuses that only a bug supervisor may set."""

LEFT_BY_SUPERVISORS_ONLY = frozenset({"Won't Fix", "Deferred", "Does Not Exist"})
"""Statuses that only a bug supervisor may leave; Fix Released may be left by the bug's reporter, too."""

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
    """Somebody with an account; `legitimate` tells whether karma and age let them edit the bugs of others."""

    name: str
    legitimate: bool = True
    is_team: bool = False


@define(kw_only=True)
class Project:
    """What bugs are filed on; `kind` is project, project_group or distribution."""

    name: str
    title: str
    kind: str = "project"
    supervisors: frozenset[str] = frozenset()
    has_supervisor: bool = True
    official_bugs: bool = True
    active: bool = True
    information_type: str = "Public"
    official_tags: tuple[str, ...] = ()
    description: str = ""
    summary: str = ""
    series: tuple[str, ...] = ("trunk",)


@define(kw_only=True)
class Message:
    """A comment, or as the first of them the description as it was filed."""

    author: str
    text: str
    subject: str
    at: datetime


@define(kw_only=True)
class Change:
    """One line of a bug's activity."""

    what: str
    by: str
    at: datetime
    old: str | None = None
    new: str | None = None
    message: str | None = None


@define(kw_only=True)
class Task:
    """A bug as it concerns one project; `dates` are those of its statuses, by field name."""

    target: str
    owner: str
    created_at: datetime
    status: str = "New"
    importance: str = "Undecided"
    assignee: str | None = None
    explanation: str | None = None
    dates: dict[str, datetime | None] = Factory(dict)

    def enter(self, status: str, at: datetime) -> None:
        """Take a status and keep the dates as Launchpad keeps them."""
        was, now = _STATUS_RANKS.get(self.status, 0), _STATUS_RANKS.get(status, 0)
        for name, mark in _DATE_RANKS.items():
            if was < mark <= now:
                self.dates[name] = at
            elif now < mark:
                self.dates[name] = None
        if self.status == "New" and status != "Unknown":
            self.dates["date_left_new"] = at
        if status in CLOSED and self.status not in CLOSED:
            self.dates["date_closed"] = at
        elif status not in CLOSED and self.status in CLOSED:
            self.dates |= {"date_closed": None, "date_left_closed": at}
        for name, mine in (("date_incomplete", "Incomplete"), ("date_deferred", "Deferred")):
            self.dates[name] = at if status == mine else None
        self.status = status


@define(kw_only=True)
class Record:
    """A bug with all that hangs on it."""

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

    def task_on(self, target: str) -> Task | None:
        return next((task for task in self.tasks if task.target == target), None)


class World:
    """Everything the double knows, and the only place where time passes."""

    def __init__(self) -> None:
        """Nobody and nothing is there."""
        self.persons: dict[str, Person] = {}
        self.projects: dict[str, Project] = {}
        self.bugs: dict[int, Record] = {}
        self.next_number = 1
        self.page = 75
        self.ahead = timedelta()
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The time, later with each call; `ahead` of the clock on the wall."""
        self._last = max(datetime.now(UTC) + self.ahead, self._last + timedelta(microseconds=1))
        return self._last

    def supervises(self, person: str, target: str) -> bool:
        project = self.projects.get(target)
        return project is not None and person in project.supervisors

    def add_bug(self, reporter: str, target: str, title: str, description: str, tags: list[str]) -> Record:
        """File a bug, with no check at all."""
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

    def tell(self, bug: Record, by: str, what: str, old: object, new: object) -> None:
        """Write a change into the activity; the bug is now updated."""
        now = self.now()
        bug.updated_at = now
        texts = [None if value is None else str(value) for value in (old, new)]
        bug.activity.append(Change(what=what, by=by, at=now, old=texts[0], new=texts[1]))

    def visible(self, bug: Record, person: str | None, *, private_too: bool) -> bool:
        """Whether a person with a token of that reach sees the bug."""
        if not bug.private:
            return True
        allowed = person in bug.subscribers or any(self.supervises(person or "", task.target) for task in bug.tasks)
        return private_too and allowed
