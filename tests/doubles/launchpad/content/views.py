"""The entries of the double in JSON, recorded shapes filled with its contents, and their ETags of two halves."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from doubles.launchpad.recorded import recordings

if TYPE_CHECKING:
    from datetime import datetime

    from doubles.launchpad.recorded.recordings import Json
    from doubles.launchpad.world import Change, Message, Person, Project, Record, Task, World

BUG_WRITABLE = (
    "title",
    "description",
    "tags",
    "duplicate_of_link",
    "private",
    "information_type",
    "name",
    "lock_status",
)
TASK_WRITABLE = (
    "status",
    "status_explanation",
    "importance",
    "importance_explanation",
    "assignee_link",
    "milestone_link",
    "target_link",
    "bug_watch_link",
)
_PRIVACY_HEAT = {"Public Security": 250, "Private Security": 400, "Private": 150}
_TASK_DATES = tuple(
    f"date_{name}"
    for name in (
        *("confirmed", "incomplete", "in_progress", "closed", "left_new", "triaged"),
        *("fix_committed", "fix_released", "left_closed", "deferred"),
    )
)


def make_etag(entry: Json, writable: tuple[str, ...]) -> str:
    """Return the hash of the read-only fields and the hash of the writable ones, in quotes."""
    halves: list[Json] = [{}, {}]
    for name, value in entry.items():
        if name != "http_etag":
            halves[name in writable][name] = value
    return '"' + "-".join(_hash_half(half) for half in halves) + '"'


def _get_privacy_heat(bug: Record) -> int:
    return _PRIVACY_HEAT.get(bug.information_type, 0)


def _hash_half(half: Json) -> str:
    return hashlib.sha1(json.dumps(half, sort_keys=True).encode(), usedforsecurity=False).hexdigest()


def _replace_text(entry: Json, old: str, new: str) -> Json:
    renamed: Json = json.loads(json.dumps(entry).replace(old, new))
    return renamed


def _format_time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


class Views:
    """The world as one person sees it, in JSON, with links below one root."""

    def __init__(self, world: World, base: str, viewer: str | None) -> None:
        """Set `base`, the root of the server, and `viewer`, the name of the person who reads."""
        self.world = world
        self.base = base
        self.root = f"{base}/devel/"
        self.viewer = viewer

    def load_shape(self, kind: str, old: str, new: str) -> Json:
        text = recordings.read_shape(kind).replace(old, new).replace(recordings.RECORDED_ROOT, self.base)
        entry: Json = json.loads(text)
        return entry

    def link_person(self, person: str | None) -> str | None:
        return None if person is None else f"{self.root}~{person}"

    def service(self) -> Json:
        body = (
            next(each for each in recordings.read_exchanges("exchanges") if "me_link" in (each.body or "")).body or ""
        )
        entry: Json = json.loads(body.replace(recordings.RECORDED_ROOT, self.base))
        return entry

    def person(self, person: Person) -> Json:
        entry = self.load_shape("person", "filer", person.name)
        entry |= {"is_team": person.is_team}
        return entry | {"http_etag": make_etag(entry, ("display_name", "description"))}

    def project(self, project: Project) -> Json:
        entry = self.load_shape("project", "/nova", f"/{project.name}")
        entry |= {"name": project.name, "display_name": project.title, "title": project.title}
        entry |= {"official_bugs": project.official_bugs, "official_bug_tags": list(project.official_tags)}
        entry |= {"active": project.active, "information_type": project.information_type}
        entry |= {"description": project.description, "summary": project.summary}
        entry |= {"bug_sharing_policy": project.bug_sharing_policy}
        if project.kind == "project_group":
            entry["resource_type_link"] = f"{self.root}#project_group"
        if not project.has_supervisor:
            entry |= {"bug_supervisor_link": None, "driver_link": None}
        return entry | {"http_etag": make_etag(entry, ("display_name", "title", "official_bugs"))}

    def bug(self, bug: Record) -> Json:
        entry = self.load_shape("bug", "/bugs/16", f"/bugs/{bug.number}")
        duplicates = sum(other.duplicate_of == bug.number for other in self.world.bugs.values())
        entry |= {
            "id": bug.number,
            "title": bug.title,
            "description": bug.description,
            "owner_link": self.link_person(bug.owner),
            "tags": list(bug.tags),
            "private": bug.private,
            "information_type": bug.information_type,
            "security_related": bug.information_type.endswith("Security"),
            "duplicate_of_link": self._link_canonical(bug),
            "date_created": _format_time(bug.created_at),
            "date_last_updated": _format_time(bug.updated_at),
            "date_last_message": _format_time(bug.messages[-1].at),
            "message_count": len(bug.messages),
            "number_of_duplicates": duplicates,
            "heat": 6 * duplicates + 4 * len(bug.affected) + 2 * len(bug.subscribers) + _get_privacy_heat(bug),
            "users_affected_count": len(bug.affected),
            "users_affected_count_with_dupes": len(bug.affected),
            "other_users_affected_count_with_dupes": len(bug.affected - {self.viewer or ""}),
            "lock_status": bug.lock,
            "lock_reason": bug.lock_reason,
        }
        entry |= {"who_made_private_link": self.link_person(bug.owner) if bug.private else None}
        entry |= {"date_made_private": _format_time(bug.updated_at) if bug.private else None}
        return entry | {"http_etag": make_etag(entry, BUG_WRITABLE)}

    def _link_canonical(self, bug: Record) -> str | None:
        if bug.duplicate_of is None:
            return None
        canonical = self.world.bugs[bug.duplicate_of]
        is_visible = self.world.is_visible(canonical, self.viewer, private_too=True)
        return f"{self.root}bugs/{canonical.number}" if is_visible else "tag:launchpad.net:2008:redacted"

    def task(self, bug: Record, task: Task) -> Json:
        entry = _replace_text(
            self.load_shape("bug_task", "/16", f"/{bug.number}"), "/devel/nova", f"/devel/{task.target}"
        )
        title = self.world.projects[task.target].title
        entry |= {
            "web_link": f"http://bugs.launchpad.test/{task.target}/+bug/{bug.number}",
            "bug_target_name": task.target,
            "bug_target_display_name": title,
            "title": f'Bug #{bug.number} in {title}: "{bug.title}"',
            "status": task.status,
            "status_explanation": task.explanation,
            "importance": task.importance,
            "assignee_link": self.link_person(task.assignee),
            "owner_link": self.link_person(task.owner),
            "date_created": _format_time(task.created_at),
            "date_assigned": _format_time(task.dates.get("date_assigned")),
            "is_complete": task.dates.get("date_closed") is not None,
        }
        entry |= {name: _format_time(task.dates.get(name)) for name in _TASK_DATES}
        return entry | {"http_etag": make_etag(entry, TASK_WRITABLE)}

    def message(self, bug: Record, index: int, message: Message) -> Json:
        entry = self.load_shape("message", "/16/comments/1", f"/{bug.number}/comments/{index}")
        entry = _replace_text(entry, "/nova/", f"/{bug.tasks[0].target}/")
        entry |= {
            "content": message.text,
            "owner_link": self.link_person(message.author),
            "date_created": _format_time(message.at),
            "subject": message.subject,
        }
        return entry | {"http_etag": make_etag(entry, ())}

    def change(self, bug: Record, change: Change) -> Json:
        entry = self.load_shape("bug_activity", "/89", f"/{bug.number}")
        entry |= {
            "datechanged": _format_time(change.at),
            "person_link": self.link_person(change.by),
            "whatchanged": change.what,
            "oldvalue": change.old,
            "newvalue": change.new,
            "message": change.message,
        }
        return entry | {"http_etag": make_etag(entry, ())}

    def subscription(self, bug: Record, person: str) -> Json:
        entry = _replace_text(self.load_shape("bug_subscription", "/75", f"/{bug.number}"), "plain", person)
        entry |= {"subscribed_by_link": self.link_person(self.viewer)}
        return entry | {"http_etag": make_etag(entry, ())}
