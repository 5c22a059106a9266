"""Persons at work on the double's Launchpad, without a program: what a browser would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.world import Message, Person, Project, Record, Task

if TYPE_CHECKING:
    from doubles.launchpad.world import World


@frozen
class People:
    """Everything that somebody may do to a bug; rights are not asked for."""

    world: World

    def settle(self) -> None:
        """The persons and projects of the recordings: covbot is `filer`, nova's supervisor is `nova-supervisor`."""
        for name in ("filer", "plain", "nova-supervisor", "nova-assignee", "retirer", "covbot", "vera"):
            self.world.persons[name] = Person(name=name)
        projects = (
            Project(
                name="nova",
                title="Nova",
                supervisors=frozenset({"nova-supervisor"}),
                description="description-100001",
                summary="summary-100000",
                official_tags=("api", "compute", "testing"),
            ),
            Project(name="glance", title="Glance", supervisors=frozenset({"retirer"}), has_supervisor=False),
            Project(name="notracker", title="Notracker", official_bugs=False, has_supervisor=False),
            Project(name="mozilla", title="The Mozilla Project", kind="project_group"),
            Project(name="ubuntu", title="Ubuntu", kind="distribution"),
        )
        self.world.projects.update({project.name: project for project in projects})

    def file(self, who: str, title: str, description: str, *, target: str = "nova", tags: tuple[str, ...] = ()) -> int:
        return self.world.add_bug(who, target, title, description, list(tags)).number

    def bug(self, number: int) -> Record:
        return self.world.bugs[number]

    def set_status(self, who: str, number: int, status: str, *, target: str = "nova") -> None:
        task = self._task(number, target)
        old = task.status
        task.enter(status, self.world.now())
        self.world.tell(self.bug(number), who, f"{target}: status", old, status)

    def slip_status(self, number: int, status: str, *, target: str = "nova") -> None:
        """Change the status as a half-refused request does: no activity, and the date of the last update stays."""
        self._task(number, target).enter(status, self.world.now())

    def edit(self, who: str, number: int, *, title: str | None = None, description: str | None = None) -> None:
        bug = self.bug(number)
        if title is not None:
            old, bug.title = bug.title, title
            self.world.tell(bug, who, "summary", old, title)
        if description is not None:
            old, bug.description = bug.description, description
            self.world.tell(bug, who, "description", old, description)

    def comment(self, who: str, number: int, text: str) -> None:
        bug = self.bug(number)
        bug.updated_at = self.world.now()
        bug.messages.append(Message(author=who, text=text, subject=f"Re: {bug.title}", at=bug.updated_at))

    def assign(self, who: str, number: int, assignee: str | None, *, target: str = "nova") -> None:
        task = self._task(number, target)
        old, task.assignee = task.assignee, assignee
        self.world.tell(self.bug(number), who, f"{target}: assignee", old, assignee)

    def tag(self, who: str, number: int, *tags: str) -> None:
        bug = self.bug(number)
        old, bug.tags = bug.tags, sorted(set(tags))
        self.world.tell(bug, who, "tags", " ".join(old), " ".join(bug.tags))

    def mark_duplicate(self, who: str, number: int, of: int | None) -> None:
        bug = self.bug(number)
        old, bug.duplicate_of = bug.duplicate_of, of
        self.world.tell(bug, who, "marked as duplicate", old, of)

    def make_private(self, who: str, number: int, *, from_reporter: bool = True) -> None:
        """Make a bug private."""
        bug = self.bug(number)
        bug.information_type = "Private"
        if from_reporter:
            bug.subscribers.clear()
        self.world.tell(bug, who, "information type", "Public", "Private")

    def make_public(self, who: str, number: int) -> None:
        """Make a bug public again."""
        bug = self.bug(number)
        bug.information_type = "Public"
        self.world.tell(bug, who, "information type", "Private", "Public")

    def lock(self, who: str, number: int) -> None:
        bug = self.bug(number)
        bug.lock = "Comment-only"
        self.world.tell(bug, who, "lock status", "Unlocked", "Comment-only")

    def remove_task(self, number: int, *, target: str = "nova", onto: str = "glance") -> None:
        """Take a bug off a project; since a bug must be about something, it is put on another first."""
        bug = self.bug(number)
        task = self._task(number, target)
        if len(bug.tasks) == 1:
            bug.tasks.append(Task(target=onto, owner=bug.owner, created_at=self.world.now(), status=task.status))
        bug.tasks.remove(task)

    def delete(self, number: int) -> None:
        """The bug is gone for good."""
        del self.world.bugs[number]

    def _task(self, number: int, target: str) -> Task:
        task = self.bug(number).task_on(target)
        if task is None:
            raise LookupError(number)
        return task
