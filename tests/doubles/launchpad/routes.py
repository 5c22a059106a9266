"""Map each path to its entry, collection or operation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from doubles.launchpad.content import operations
from doubles.launchpad.content.refusals import Refused, raise_bad_request, raise_not_found, raise_unauthorized
from doubles.launchpad.messages import JSON, WADL, Answer
from doubles.launchpad.recorded import recordings

if TYPE_CHECKING:
    from collections.abc import Callable

    from doubles.launchpad.recorded.recordings import Json
    from doubles.launchpad.visits import Visit
    from doubles.launchpad.world import Record, Task

_ROOT_404 = "lp.systemhomes.WebServiceApplication object at 0x7f558b5225e0"


def find_content(visit: Visit) -> object:
    """Return the content at the path of a request; raise Refused if there is none, or none for this caller."""
    path = visit.request.place.removeprefix("/devel").strip("/")
    for pattern, handle in _ROUTES:
        found = re.fullmatch(pattern, path)
        if found:
            return handle(visit, *found.groups())
    return raise_not_found(path.partition("/")[0], _ROOT_404)


def _get_root(visit: Visit) -> object:
    visit.require_method("GET")
    headers = {"Cache-Control": "max-age=3600", "Vary": "Accept", "Content-Type": WADL}
    if WADL in visit.request.headers.get("accept", ""):
        text = recordings.read_wadl() if visit.full_wadl else recordings.read_short_wadl()
        body = text.replace(recordings.RECORDED_ROOT.encode(), visit.base.encode())
        return Answer(status=200, headers=headers | {"Etag": '"0df7e8e897cc47fa313cc87bee2e3ea0530e6b51"'}, body=body)
    headers |= {"Content-Type": JSON, "Etag": '"3dff5c55ea34a359db8bad6e4fe9b7bc02e1ac96"'}
    return Answer(status=200, headers=headers, body=json.dumps(visit.views.service()).encode())


def _redirect_to_caller(visit: Visit) -> object:
    if visit.caller.name is None:
        raise_unauthorized("You need to be logged in to view this URL.")
    link = visit.views.link_person(visit.caller.name)
    raise Refused(303, "", location=str(link))


def _get_person(visit: Visit, name: str) -> object:
    if name not in visit.world.persons:
        raise_not_found(f"~{name}", _ROOT_404)
    if "ws.op" in visit.request.query:
        return visit.search_tasks(None)
    return visit.views.person(visit.world.persons[name])


def _get_project(visit: Visit, name: str) -> object:
    project = visit.world.projects.get(name)
    if project is None or not project.active:
        raise_not_found(name, _ROOT_404)
    if visit.method == "POST":
        raise_bad_request(f"No such operation: {visit.parse_form()['ws.op']}")
    visit.require_method("GET")
    return visit.search_tasks(name) if "ws.op" in visit.request.query else visit.views.project(project)


def _handle_bugs(visit: Visit) -> object:
    if visit.method == "GET":
        return visit.search_tasks(None)
    visit.require_method("POST")
    arguments = visit.parse_form()
    if arguments["ws.op"] != "createBug":
        raise_bad_request(f"No such operation: {arguments['ws.op']}")
    raise operations.create_bug(visit.make_call(arguments))


def _handle_bug(visit: Visit, number: str) -> object:
    bug = visit.find_bug(number)
    match visit.method:
        case "GET":
            if "ws.op" in visit.request.query:
                raise_bad_request(f"No such operation: {visit.request.query['ws.op']}")
        case "PATCH":
            return visit.patch_entry(lambda: visit.views.bug(bug), bug, None)
        case "PUT":
            raise_bad_request("You didn't specify a value for the attribute 'private'.")
        case "POST":
            return _run_operation(visit, bug)
        case _:
            visit.require_method()
    return visit.views.bug(bug)


def _run_operation(visit: Visit, bug: Record) -> object:
    arguments = visit.parse_form()
    name = str(arguments["ws.op"])
    if name not in operations.BUG_OPERATIONS:
        raise_bad_request(f"No such operation: {name}")
    answer = operations.BUG_OPERATIONS[name](visit.make_call(arguments), bug)
    if isinstance(answer, Refused):
        raise answer
    return answer


def _list_collection(visit: Visit, number: str, name: str) -> object:
    bug = visit.find_bug(number)
    visit.require_method("GET")
    entries: dict[str, list[Json]] = {
        "bug_tasks": [visit.views.task(bug, task) for task in bug.tasks],
        "activity": [visit.views.change(bug, change) for change in bug.activity],
        "messages": [visit.views.message(bug, index, message) for index, message in enumerate(bug.messages)],
        "subscriptions": [visit.views.subscription(bug, person) for person in sorted(bug.subscribers)],
    }
    kinds = {"bug_tasks": "bug_task", "activity": "bug_activity", "messages": "message"}
    return visit.make_page(entries[name], kinds.get(name, "bug_subscription"))


def _handle_task(visit: Visit, target: str, number: str) -> object:
    bug = visit.find_bug(number)
    task = bug.find_task(target)
    if task is None and target in bug.moved:
        raise Refused(301, "", location=f"{visit.views.root}{bug.moved[target]}/+bug/{number}")
    if task is None:
        raise_not_found(number, f"Product at {target}")
    match visit.method:
        case "GET":
            return visit.views.task(bug, task)
        case "PATCH":
            return visit.patch_entry(lambda: visit.views.task(bug, task), bug, task)
        case "DELETE":
            return _delete_task(visit, bug, task)
        case _:
            visit.require_method()
            return None


def _delete_task(visit: Visit, bug: Record, task: Task) -> object:
    may_delete = task.owner == visit.caller.name or visit.world.is_supervisor(visit.caller.name or "", task.target)
    if not may_delete or len(bug.tasks) == 1:
        raise_unauthorized(f"(<BugTask for bug {bug.number} on <Product object>>, 'delete', 'launchpad.Delete')")
    bug.tasks.remove(task)
    return None


def _get_comment(visit: Visit, target: str, number: str, index: str) -> object:
    bug = visit.find_bug(number)
    if bug.find_task(target) is None or int(index) >= len(bug.messages):
        raise_not_found(index, f"<BugTask for bug {number} on <Product object>>".strip("<>") + ">")
    return visit.views.message(bug, int(index), bug.messages[int(index)])


_ROUTES: tuple[tuple[str, Callable[..., object]], ...] = (
    ("", _get_root),
    ("people/[+]me", _redirect_to_caller),
    ("~([a-z0-9.+-]+)", _get_person),
    ("bugs", _handle_bugs),
    ("bugs/([^/]+)", _handle_bug),
    ("bugs/([0-9]+)/(bug_tasks|activity|messages|subscriptions)", _list_collection),
    ("([a-z0-9.-]+)/[+]bug/([0-9]+)", _handle_task),
    ("([a-z0-9.-]+)/[+]bug/([0-9]+)/comments/([0-9]+)", _get_comment),
    ("([a-z0-9.-]+)", _get_project),
)
