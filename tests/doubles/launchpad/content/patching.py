"""PATCH: all fields are checked before any is applied. A field that is refused leaves those before it applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.content import rights, texts
from doubles.launchpad.content.refusals import Refused, raise_bad_request, raise_not_permitted, raise_server_error
from doubles.launchpad.world import IMPORTANCES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.content.rights import Caller
    from doubles.launchpad.content.views import Views
    from doubles.launchpad.recorded.recordings import Json
    from doubles.launchpad.world import Record, Task, World

BUG_FIELDS = ("title", "description", "tags", "duplicate_of_link", "private", "name")
TASK_FIELDS = (
    "status",
    "status_explanation",
    "assignee_link",
    "importance",
    "importance_explanation",
    "milestone_link",
    "target_link",
    "bug_watch_link",
)
_DUPLICATE_MESSAGE = """duplicate_of_link: 
Bug {0} is already a duplicate of bug {1}. You
can only mark a bug report as duplicate of one that
isn&#x27;t a duplicate itself.
"""  # noqa: W291 - as it was recorded


@frozen(kw_only=True)
class Patch:
    """A request to change fields of a bug or of one of its tasks."""

    world: World
    views: Views
    caller: Caller
    bug: Record
    task: Task | None = None

    def apply(self, entry: Json, values: Json) -> None:
        """Set the given fields of an entry.

        Raise Refused with all faults of their form, or with the first refusal after some of them were applied.
        """
        names = BUG_FIELDS if self.task is None else TASK_FIELDS
        faults = [fault for name, value in values.items() if (fault := self._find_fault(entry, names, name, value))]
        if faults:
            raise_bad_request(*faults)
        changed = {name: values[name] for name in names if name in values and values[name] != entry.get(name)}
        for value in changed.values():
            texts.check_storable(value)
        changes: list[tuple[str, object, object]] = []
        for name, value in changed.items():
            changes += _APPLIERS[name](self, value)
        for what, old, new in changes:
            self.world.record_change(self.bug, self.caller.name or "", what, old, new)

    def _find_fault(self, entry: Json, names: tuple[str, ...], name: str, value: object) -> str | None:
        if name not in entry:
            return f"{name}: You tried to modify a nonexistent attribute."
        if name not in names:
            is_unchanged = entry[name] == value
            return None if is_unchanged else f"{name}: You tried to modify a read-only attribute."
        check = _CHECKS.get(name)
        return check(value) if check else self._find_link_fault(name, value)

    def _find_link_fault(self, name: str, value: object) -> str | None:
        if value is None or not name.endswith("_link"):
            return None
        last = str(value).rpartition("/")[2]
        exists = {
            "duplicate_of_link": last.isdigit() and int(last) in self.world.bugs,
            "assignee_link": last.removeprefix("~") in self.world.persons,
            "target_link": last in self.world.projects,
        }
        if not exists.get(name):
            return f'{name}: No such object "{value}".'
        other = self.world.bugs[int(last)] if name == "duplicate_of_link" else None
        if other is not None and other.duplicate_of is not None:
            return _DUPLICATE_MESSAGE.format(other.number, other.duplicate_of)
        return None

    def _check_edit(self, what: str) -> None:
        rights.check_edit(self.world, self.bug, self.caller, what)


_Changes = list[tuple[str, object, object]]


def _apply_title(patch: Patch, value: object) -> _Changes:
    patch._check_edit("title")  # noqa: SLF001 - the appliers are the other half of Patch
    old, patch.bug.title = patch.bug.title, str(value).strip()
    return [("summary", old, patch.bug.title)]


def _apply_description(patch: Patch, value: object) -> _Changes:
    patch._check_edit("description")  # noqa: SLF001 - as above
    old, patch.bug.description = patch.bug.description, str(value).rstrip()
    return [("description", old, patch.bug.description)] if old != patch.bug.description else []


def _apply_tags(patch: Patch, value: object) -> _Changes:
    if not isinstance(value, list):
        raise_server_error("TypeError")
    new = texts.normalize_tags(value)
    old = patch.bug.tags
    if old == new:
        return []
    patch._check_edit("tags")  # noqa: SLF001 - as above
    patch.bug.tags = new
    return [("tags", " ".join(old), " ".join(new))]


def _apply_duplicate(patch: Patch, value: object) -> _Changes:
    patch._check_edit("markAsDuplicate")  # noqa: SLF001 - as above
    old = patch.bug.duplicate_of
    patch.bug.duplicate_of = None if value is None else int(str(value).rpartition("/")[2])
    return [("marked as duplicate" if value else "removed duplicate marker", old, patch.bug.duplicate_of)]


def _apply_private(patch: Patch, value: object) -> _Changes:
    patch._check_edit("private")  # noqa: SLF001 - as above
    old = patch.bug.information_type
    security = old.endswith("Security")
    patch.bug.information_type = (
        ("Private Security" if security else "Private") if value else ("Public Security" if security else "Public")
    )
    if value and not patch.caller.can_see_private:
        raise_not_permitted("addChange", "Append")
    return [("information type", old, patch.bug.information_type)]


def _apply_status(patch: Patch, value: object) -> _Changes:
    task = _get_task(patch)
    check_task_edit(patch, "transitionToStatus")
    rights.check_status(patch.world, patch.bug, task, patch.caller, str(value))
    old = task.status
    task.set_status(str(value), patch.world.now())
    return [(f"{task.target}: status", old, task.status)]


def _apply_importance(patch: Patch, value: object) -> _Changes:
    task = _get_task(patch)
    rights.check_importance(patch.world, task, patch.caller)
    old, task.importance = task.importance, str(value)
    return [(f"{task.target}: importance", old, task.importance)]


def _apply_assignee(patch: Patch, value: object) -> _Changes:
    task = _get_task(patch)
    name = None if value is None else str(value).rpartition("~")[2]
    check_task_edit(patch, "transitionToAssignee")
    rights.check_assignee(patch.world, task, patch.caller, name)
    old, task.assignee = task.assignee, name
    task.dates["date_assigned"] = patch.world.now() if name else None
    return [(f"{task.target}: assignee", old, name)]


def _apply_explanation(patch: Patch, value: object) -> _Changes:
    _get_task(patch).explanation = None if value is None else str(value)
    return []


def _apply_target(patch: Patch, value: object) -> _Changes:
    task = _get_task(patch)
    old, task.target = task.target, str(value).rpartition("/")[2]
    patch.bug.moved[old] = task.target
    patch.world.record_change(patch.bug, patch.caller.name or "", "affects", old, task.target)
    raise Refused(301, "", location=f"{patch.views.root}{task.target}/+bug/{patch.bug.number}")


def _apply_nothing(patch: Patch, value: object) -> _Changes:
    del patch, value
    return []


def check_task_edit(patch: Patch, what: str) -> None:
    """Raise 401, worded for a task, unless the caller may edit the bug."""
    try:
        rights.check_edit(patch.world, patch.bug, patch.caller, what)
    except Refused:
        raise_not_permitted(what, "Edit", f"<BugTask for bug {patch.bug.number} on <Product object>>")


def _get_task(patch: Patch) -> Task:
    if patch.task is None:
        raise TypeError
    return patch.task


_APPLIERS: dict[str, Callable[[Patch, object], _Changes]] = {
    "title": _apply_title,
    "description": _apply_description,
    "tags": _apply_tags,
    "duplicate_of_link": _apply_duplicate,
    "private": _apply_private,
    "status": _apply_status,
    "status_explanation": _apply_explanation,
    "assignee_link": _apply_assignee,
    "importance": _apply_importance,
    "importance_explanation": _apply_explanation,
    "milestone_link": _apply_nothing,
    "target_link": _apply_target,
    "bug_watch_link": _apply_nothing,
    "name": _apply_nothing,
}

_CHECKS: dict[str, Callable[[object], str | None]] = {
    "title": lambda value: texts.find_title_fault(value, created=False),
    "description": lambda value: texts.find_description_fault(value, created=False),
    "tags": lambda value: None if value is None else texts.find_tags_fault(value),
    "status": lambda value: texts.find_choice_fault("status", value, STATUSES),
    "importance": lambda value: texts.find_choice_fault("importance", value, IMPORTANCES),
}
