"""Who may do what to a bug, by the permissions of Launchpad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.content.refusals import raise_not_permitted, raise_unauthorized
from doubles.launchpad.world import LEFT_BY_SUPERVISORS_ONLY, SUPERVISORS_ONLY

if TYPE_CHECKING:
    from doubles.launchpad.world import Record, Task, World


@frozen(kw_only=True)
class Caller:
    """The person who sends a request, None if anonymous, and the access level of the token."""

    name: str | None
    level: str = "WRITE_PRIVATE"

    @property
    def can_write(self) -> bool:
        return self.name is not None and not self.level.startswith("READ")

    @property
    def can_see_private(self) -> bool:
        return self.level in ("READ_PRIVATE", "WRITE_PRIVATE", "DESKTOP_INTEGRATION")


def check_edit(world: World, bug: Record, caller: Caller, what: str) -> None:
    """Raise 401 unless the caller may edit the bug."""
    person = world.persons.get(caller.name or "")
    supervisor = any(world.is_supervisor(caller.name or "", task.target) for task in bug.tasks)
    may_edit = person is not None and (person.legitimate or person.name == bug.owner)
    if not caller.can_write or not may_edit or (bug.lock != "Unlocked" and not supervisor):
        raise_not_permitted(what, "Edit")


def check_append(caller: Caller, what: str) -> None:
    """Raise 401 unless the caller may add to the bug."""
    if not caller.can_write:
        raise_not_permitted(what, "Append")


def check_status(world: World, bug: Record, task: Task, caller: Caller, status: str) -> None:
    """Raise 401 if only a bug supervisor may set this status or change the present one."""
    if world.is_supervisor(caller.name or "", task.target):
        return
    is_locked = task.status in LEFT_BY_SUPERVISORS_ONLY or (task.status == "Fix Released" and caller.name != bug.owner)
    if is_locked or status in SUPERVISORS_ONLY:
        raise_unauthorized(f"Only Bug Supervisors may change status to {status}.")


def check_importance(world: World, task: Task, caller: Caller) -> None:
    """Raise 401 unless the caller is a bug supervisor."""
    if not world.is_supervisor(caller.name or "", task.target):
        raise_unauthorized("User does not have sufficient permissions to edit the bug task importance.")


def check_assignee(world: World, task: Task, caller: Caller, assignee: str | None) -> None:
    """Raise 401 if a caller who is no bug supervisor assigns somebody else."""
    free = not world.projects[task.target].has_supervisor
    if free or assignee in (None, caller.name) or world.is_supervisor(caller.name or "", task.target):
        return
    raise_unauthorized(
        "Regular users can assign and unassign only themselves and their teams. "
        "Only project owners, bug supervisors, drivers and release managers can assign others."
    )
