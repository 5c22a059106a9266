"""The named operations of the API that are sent by POST: createBug, newMessage, addTask, lock and others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.content import rights, searching, texts
from doubles.launchpad.content.refusals import (
    Refused,
    raise_bad_request,
    raise_no_such_object,
    raise_not_permitted,
    raise_server_error,
)
from doubles.launchpad.world import Message, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.content.rights import Caller
    from doubles.launchpad.content.views import Views
    from doubles.launchpad.world import Project, Record, World

_PUBLIC = ("Public", "Public Security", "Private Security", "Private")
SHARING_POLICIES = {
    "Public": _PUBLIC,
    "Public, can be proprietary": (*_PUBLIC, "Proprietary"),
    "Proprietary, can be public": ("Proprietary", *_PUBLIC),
    "Proprietary": ("Proprietary",),
}
"""The types of bugs that each policy of a project allows, the type of a bug that names none first."""

_SERIES_MESSAGE = (
    "Can't create a bug on a series. Create it with a non-series task instead, and target it to the series afterwards."
)
_SILENT_MESSAGE = (
    "Email notifications can only be disabled by admins, commercial admins, registry experts, or bug supervisors."
)


@frozen(kw_only=True)
class OperationCall:
    """An operation on a bug or on the collection of bugs; its arguments are parsed as JSON where possible."""

    world: World
    views: Views
    caller: Caller
    arguments: dict[str, object]

    def require(self, *names: str) -> None:
        """Raise 400 unless these arguments are given."""
        missing = [f"{name}: Required input is missing." for name in names if self.arguments.get(name) is None]
        if missing:
            raise_bad_request(*missing)

    def find_project(self) -> Project:
        """Return the project that the argument `target` links to; raise 400 if no bug can be filed there."""
        url = str(self.arguments["target"])
        if not url.startswith(("http://", "https://", "/")):
            raise_bad_request(f'target: "{url}" is not a valid URI.')
        name = url.removeprefix(self.views.base)
        if not name.startswith("/"):
            raise_no_such_object("target", url)
        name = name.removeprefix("/devel").removeprefix("/1.0").removeprefix("/")
        pillar, _, series = name.partition("/")
        if pillar.startswith("~") and pillar[1:] in self.world.persons:
            raise_bad_request("target: (None, None)")
        if pillar not in self.world.projects:
            raise_no_such_object("target", url)
        project = self.world.projects[pillar]
        if series in project.series:
            raise Refused(400, _SERIES_MESSAGE, late=True)
        if project.kind == "project_group":
            raise_bad_request("target: (None, None)")
        return project


def create_bug(call: OperationCall) -> Refused:
    """File a bug; return 201 with its location."""
    call.require("title", "description", "target")
    title, description = call.arguments["title"], _normalize_line_ends(call.arguments["description"])
    tags = searching.list_values(call.arguments.get("tags"))
    text_faults = (
        texts.find_title_fault(_to_text(title), created=True),
        texts.find_description_fault(description, created=True),
    )
    faults = [fault for fault in (*text_faults, texts.find_tags_fault(tags)) if fault]
    if faults:
        raise_bad_request(*faults)
    project = call.find_project()
    allowed = SHARING_POLICIES[project.bug_sharing_policy]
    kind = str(call.arguments.get("information_type", allowed[0]))
    if kind not in allowed:
        raise Refused(400, f"{project.title} doesn't allow {kind} bugs.", late=True)
    for value in (title, description):
        texts.check_storable(value)
    if call.caller.name is None:
        raise_server_error("NoStoreError")
    if len(description) > texts.LONGEST_DESCRIPTION:
        raise_server_error("CheckViolation")
    bug = call.world.add_bug(call.caller.name, project.name, _to_text(title), description, [str(tag) for tag in tags])
    bug.information_type = kind
    return Refused(201, "", location=f"{call.views.root}bugs/{bug.number}")


def add_message(call: OperationCall, bug: Record) -> Refused:
    """Add a comment; return 201 with its location."""
    rights.check_append(call.caller, "newMessage")
    call.require("content")
    subject = call.arguments.get("subject")
    if isinstance(subject, str) and "\n" in subject:
        raise_bad_request(f"subject: {(subject, 'subject')!r}")
    if call.arguments.get("send_notifications", True) is False and not _is_supervisor(call, bug):
        raise_bad_request(_SILENT_MESSAGE)
    text = _normalize_line_ends(call.arguments["content"])
    texts.check_storable(text)
    now = call.world.now()
    bug.updated_at = now
    subject = str(subject) if subject else f"Re: {bug.title}"
    bug.messages.append(Message(author=call.caller.name or "", text=text, subject=subject, at=now))
    path = f"{bug.tasks[0].target}/+bug/{bug.number}/comments/{len(bug.messages) - 1}"
    return Refused(201, "", location=call.views.root + path)


def add_task(call: OperationCall, bug: Record) -> Refused:
    """Add a task for another project; return 201 with its location."""
    call.require("target")
    project = call.find_project()
    if bug.find_task(project.name):
        raise_bad_request(f"A fix for this bug has already been requested for {project.title}")
    rights.check_edit(call.world, bug, call.caller, "addTask")
    bug.tasks.append(Task(target=project.name, owner=call.caller.name or "", created_at=call.world.now()))
    return Refused(201, "", location=f"{call.views.root}{project.name}/+bug/{bug.number}")


def lock_bug(call: OperationCall, bug: Record) -> object:
    """Lock the bug for everybody but supervisors; raise 401 if the caller is none."""
    if not _is_supervisor(call, bug):
        raise_not_permitted("lock", "Moderate")
    bug.lock, bug.lock_reason = str(call.arguments["status"]), str(call.arguments.get("reason") or "") or None
    return None


def unlock_bug(call: OperationCall, bug: Record) -> object:
    """Unlock the bug; raise 401 if the caller is no supervisor."""
    if not _is_supervisor(call, bug):
        raise_not_permitted("unlock", "Moderate")
    bug.lock, bug.lock_reason = "Unlocked", None
    return None


def subscribe_person(call: OperationCall, bug: Record) -> object:
    """Subscribe a person to the bug."""
    person = str(call.arguments["person"]).rpartition("~")[2]
    bug.subscribers.add(person)
    return call.views.subscription(bug, person)


def unsubscribe_caller(call: OperationCall, bug: Record) -> object:
    """Unsubscribe the caller."""
    bug.subscribers.discard(call.caller.name or "")
    return None


def set_information_type(call: OperationCall, bug: Record) -> object:
    """Set the information type of the bug."""
    rights.check_edit(call.world, bug, call.caller, "information_type")
    bug.information_type = str(call.arguments["information_type"])
    return True


def mark_affected(call: OperationCall, bug: Record) -> object:
    """Mark the bug as affecting the caller."""
    bug.affected.add(call.caller.name or "")
    return None


def mute_mail(call: OperationCall, bug: Record) -> object:
    """Do nothing: the double never sends mail."""
    del call, bug
    return None


def _is_supervisor(call: OperationCall, bug: Record) -> bool:
    return any(call.world.is_supervisor(call.caller.name or "", task.target) for task in bug.tasks)


def _to_text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _normalize_line_ends(value: object) -> str:
    """Return a text as the parser of forms leaves it, in which each line end is LF."""
    return _to_text(value).replace("\r\n", "\n").replace("\r", "\n")


BUG_OPERATIONS: dict[str, Callable[[OperationCall, Record], object]] = {
    "newMessage": add_message,
    "addTask": add_task,
    "lock": lock_bug,
    "unlock": unlock_bug,
    "subscribe": subscribe_person,
    "unsubscribe": unsubscribe_caller,
    "mute": mute_mail,
    "markUserAffected": mark_affected,
    "transitionToInformationType": set_information_type,
}
