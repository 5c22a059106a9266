"""What people do on the double of Launchpad in a browser, without a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.world import Message, Person, Project, Record, Task

if TYPE_CHECKING:
    from doubles.launchpad.world import World


@frozen
class People:
    """Everything that a person may do to a bug, without a check of rights."""

    world: World

    def settle(self) -> None:
        """Add the people and projects of the recordings: covbot is `filer`, a supervisor `nova-supervisor`."""
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

    def file(
        self, person: str, title: str, description: str, *, target: str = "nova", tags: tuple[str, ...] = ()
    ) -> int:
        return self.world.add_bug(person, target, title, description, list(tags)).number

    def bug(self, number: int) -> Record:
        return self.world.bugs[number]

    def set_status(self, person: str, number: int, status: str, *, target: str = "nova") -> None:
        task = self._get_task(number, target)
        old = task.status
        task.set_status(status, self.world.now())
        self.world.record_change(self.bug(number), person, f"{target}: status", old, status)

    def slip_status(self, number: int, status: str, *, target: str = "nova") -> None:
        """Set the status as a half-refused request does, without activity or a new date of the last update."""
        self._get_task(number, target).set_status(status, self.world.now())

    def edit(self, person: str, number: int, *, title: str | None = None, description: str | None = None) -> None:
        bug = self.bug(number)
        if title is not None:
            old, bug.title = bug.title, title
            self.world.record_change(bug, person, "summary", old, title)
        if description is not None:
            old, bug.description = bug.description, description
            self.world.record_change(bug, person, "description", old, description)

    def comment(self, person: str, number: int, text: str) -> None:
        bug = self.bug(number)
        bug.updated_at = self.world.now()
        bug.messages.append(Message(author=person, text=text, subject=f"Re: {bug.title}", at=bug.updated_at))

    def assign(self, person: str, number: int, assignee: str | None, *, target: str = "nova") -> None:
        task = self._get_task(number, target)
        old, task.assignee = task.assignee, assignee
        self.world.record_change(self.bug(number), person, f"{target}: assignee", old, assignee)

    def tag(self, person: str, number: int, *tags: str) -> None:
        bug = self.bug(number)
        old, bug.tags = bug.tags, sorted(set(tags))
        self.world.record_change(bug, person, "tags", " ".join(old), " ".join(bug.tags))

    def mark_duplicate(self, person: str, number: int, of: int | None) -> None:
        bug = self.bug(number)
        old, bug.duplicate_of = bug.duplicate_of, of
        self.world.record_change(bug, person, "marked as duplicate", old, of)

    def make_private(self, person: str, number: int, *, from_reporter: bool = True) -> None:
        """Make a bug private."""
        bug = self.bug(number)
        bug.information_type = "Private"
        if from_reporter:
            bug.subscribers.clear()
        self.world.record_change(bug, person, "information type", "Public", "Private")

    def make_public(self, person: str, number: int) -> None:
        """Make a bug public again."""
        bug = self.bug(number)
        bug.information_type = "Public"
        self.world.record_change(bug, person, "information type", "Private", "Public")

    def lock(self, person: str, number: int) -> None:
        bug = self.bug(number)
        bug.lock = "Comment-only"
        self.world.record_change(bug, person, "lock status", "Unlocked", "Comment-only")

    def remove_task(self, number: int, *, target: str = "nova", onto: str = "glance") -> None:
        """Remove a bug from a project. A bug on no other project is added to the project `onto` before."""
        bug = self.bug(number)
        task = self._get_task(number, target)
        if len(bug.tasks) == 1:
            bug.tasks.append(Task(target=onto, owner=bug.owner, created_at=self.world.now(), status=task.status))
            self.world.record_change(bug, bug.owner, "bug task added", None, onto)
        bug.tasks.remove(task)
        self.world.record_change(bug, bug.owner, "bug task deleted", target, None)

    def delete(self, number: int) -> None:
        """Delete a bug for good."""
        del self.world.bugs[number]

    def _get_task(self, number: int, target: str) -> Task:
        task = self.bug(number).find_task(target)
        if task is None:
            raise LookupError(number)
        return task
