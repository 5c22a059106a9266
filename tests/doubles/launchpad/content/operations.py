"""The named operations that are sent by POST: createBug, newMessage, addTask, lock and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from doubles.launchpad.content import rights, searching, texts
from doubles.launchpad.content.refusals import Refused, bad, crash, may_not, no_such
from doubles.launchpad.world import Message, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.content.rights import Caller
    from doubles.launchpad.content.views import Views
    from doubles.launchpad.world import Project, Record, World

_SERIES = (
    "Can't create a bug on a series. Create it with a non-series task instead, and target it to the series afterwards."
)
_SILENT = "Email notifications can only be disabled by admins, commercial admins, registry experts, or bug supervisors."


@frozen(kw_only=True)
class Call:
    """An operation with its arguments, JSON where they are JSON, on a bug or on the collection of bugs."""

    world: World
    views: Views
    caller: Caller
    arguments: dict[str, object]

    def given(self, *names: str) -> None:
        """400 unless the arguments are there."""
        missing = [f"{name}: Required input is missing." for name in names if self.arguments.get(name) is None]
        if missing:
            bad(*missing)

    def project(self) -> Project:
        """What the argument `target` links to; 400 unless bugs can be filed there."""
        url = str(self.arguments["target"])
        if not url.startswith(("http://", "https://", "/")):
            bad(f'target: "{url}" is not a valid URI.')
        name = url.removeprefix(self.views.base)
        if not name.startswith("/"):
            no_such("target", url)
        name = name.removeprefix("/devel").removeprefix("/1.0").removeprefix("/")
        pillar, _, series = name.partition("/")
        if pillar.startswith("~") and pillar[1:] in self.world.persons:
            bad("target: (None, None)")
        if pillar not in self.world.projects:
            no_such("target", url)
        project = self.world.projects[pillar]
        if series in project.series:
            raise Refused(400, _SERIES, late=True)
        if project.kind == "project_group":
            bad("target: (None, None)")
        return project


def create_bug(call: Call) -> Refused:
    """File a bug; 201 with its place."""
    call.given("title", "description", "target")
    title, description = call.arguments["title"], _unwrapped(call.arguments["description"])
    tags = searching.listed(call.arguments.get("tags"))
    texts_of = (texts.fault_of_title(_said(title), created=True), texts.fault_of_description(description, created=True))
    faults = [fault for fault in (*texts_of, texts.fault_of_tags(tags)) if fault]
    if faults:
        bad(*faults)
    project = call.project()
    kind = str(call.arguments.get("information_type", "Public"))
    if kind in ("Proprietary", "Embargoed"):
        raise Refused(400, f"{project.title} doesn't allow {kind} bugs.", late=True)
    for value in (title, description):
        texts.storable(value)
    if call.caller.name is None:
        crash("NoStoreError")
    if len(description) > texts.DESCRIPTION:
        crash("CheckViolation")
    bug = call.world.add_bug(call.caller.name, project.name, _said(title), description, [str(tag) for tag in tags])
    bug.information_type = kind
    return Refused(201, "", location=f"{call.views.root}bugs/{bug.number}")


def new_message(call: Call, bug: Record) -> Refused:
    """Comment; 201 with the comment's place."""
    rights.check_append(call.caller, "newMessage")
    call.given("content")
    subject = call.arguments.get("subject")
    if isinstance(subject, str) and "\n" in subject:
        bad(f"subject: {(subject, 'subject')!r}")
    if call.arguments.get("send_notifications", True) is False and not _supervises(call, bug):
        bad(_SILENT)
    text = _unwrapped(call.arguments["content"])
    texts.storable(text)
    now = call.world.now()
    bug.updated_at = now
    subject = str(subject) if subject else f"Re: {bug.title}"
    bug.messages.append(Message(author=call.caller.name or "", text=text, subject=subject, at=now))
    place = f"{bug.tasks[0].target}/+bug/{bug.number}/comments/{len(bug.messages) - 1}"
    return Refused(201, "", location=call.views.root + place)


def add_task(call: Call, bug: Record) -> Refused:
    """Say that the bug concerns another project, too."""
    call.given("target")
    project = call.project()
    if bug.task_on(project.name):
        bad(f"A fix for this bug has already been requested for {project.title}")
    rights.check_edit(call.world, bug, call.caller, "addTask")
    bug.tasks.append(Task(target=project.name, owner=call.caller.name or "", created_at=call.world.now()))
    return Refused(201, "", location=f"{call.views.root}{project.name}/+bug/{bug.number}")


def lock(call: Call, bug: Record) -> object:
    """Close the bug to everybody but supervisors."""
    if not _supervises(call, bug):
        may_not("lock", "Moderate")
    bug.lock, bug.lock_reason = str(call.arguments["status"]), str(call.arguments.get("reason") or "") or None
    return None


def unlock(call: Call, bug: Record) -> object:
    """Open the bug again."""
    if not _supervises(call, bug):
        may_not("unlock", "Moderate")
    bug.lock, bug.lock_reason = "Unlocked", None
    return None


def subscribe(call: Call, bug: Record) -> object:
    """Have a person told of changes."""
    person = str(call.arguments["person"]).rpartition("~")[2]
    bug.subscribers.add(person)
    return call.views.subscription(bug, person)


def unsubscribe(call: Call, bug: Record) -> object:
    """Have the caller told no more."""
    bug.subscribers.discard(call.caller.name or "")
    return None


def reclassify(call: Call, bug: Record) -> object:
    """Change the information type."""
    rights.check_edit(call.world, bug, call.caller, "information_type")
    bug.information_type = str(call.arguments["information_type"])
    return True


def affect(call: Call, bug: Record) -> object:
    """Say that the bug affects the caller, too."""
    bug.affected.add(call.caller.name or "")
    return None


def mute(call: Call, bug: Record) -> object:
    """Have no mail sent, which the double never does."""
    del call, bug
    return None


def _supervises(call: Call, bug: Record) -> bool:
    return any(call.world.supervises(call.caller.name or "", task.target) for task in bug.tasks)


def _said(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _unwrapped(value: object) -> str:
    """A text as the form's reader leaves it: every line end is LF."""
    return _said(value).replace("\r\n", "\n").replace("\r", "\n")


ON_A_BUG: dict[str, Callable[[Call, Record], object]] = {
    "newMessage": new_message,
    "addTask": add_task,
    "lock": lock,
    "unlock": unlock,
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "mute": mute,
    "markUserAffected": affect,
    "transitionToInformationType": reclassify,
}
