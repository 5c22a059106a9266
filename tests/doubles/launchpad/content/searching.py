"""searchTasks: Launchpad's defaults, parameters and order, and the pages of every collection."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from doubles.launchpad.content import texts
from doubles.launchpad.content.refusals import bad, crash
from doubles.launchpad.world import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from doubles.launchpad.recorded.recordings import Json
    from doubles.launchpad.world import Record, Task, World

BY_DEFAULT = ("New", "Incomplete", "Confirmed", "Triaged", "In Progress", "Deferred", "Fix Committed")
FINDABLE = (*STATUSES[:-1], "Incomplete (with response)", "Incomplete (without response)")
_WEIGHT = {"Unknown": 999, "Critical": 50, "High": 40, "Medium": 30, "Low": 20, "Wishlist": 10, "Undecided": 5}
_ORDERS: dict[str, Callable[[Record, Task], int | datetime | str]] = {
    "id": lambda bug, _: bug.number,
    "importance": lambda _, task: _WEIGHT[task.importance],
    "status": lambda _, task: STATUSES.index(task.status),
    "datecreated": lambda _, task: task.created_at,
    "date_last_updated": lambda bug, _: bug.updated_at,
    "title": lambda bug, _: bug.title,
}
LARGEST = 300


def search(world: World, target: str | None, query: dict[str, object], base: str) -> list[tuple[Record, Task]]:
    """The tasks that a query finds, in its order; also those that its sender may not see."""
    _refuse_faults(query)
    keep = [test for name, make in _TESTS.items() if name in query and (test := make(query[name], base)) is not None]
    statuses = listed(query.get("status")) or list(BY_DEFAULT)
    wanted = {str(status).partition(" (")[0] for status in statuses}
    tags = [str(tag) for tag in listed(query.get("tags"))]
    found = [
        (bug, task)
        for bug in world.bugs.values()
        for task in bug.tasks
        if target in (None, task.target)
        and task.status in wanted
        and _tagged(set(bug.tags), tags, every=query.get("tags_combinator") == "All")
        and (query.get("omit_duplicates", True) is False or bug.duplicate_of is None)
        and all(test(bug, task) for test in keep)
    ]
    order = str((listed(query.get("order_by")) or ["-importance"])[0])
    found.sort(key=lambda pair: pair[0].number)
    if order.startswith("-"):
        return _descending(found, order[1:])
    return sorted(found, key=lambda pair: _ORDERS[order](*pair))


def _descending(found: list[tuple[Record, Task]], order: str) -> list[tuple[Record, Task]]:
    """Downwards by a field, upwards by number where that is equal."""
    keys = sorted({_ORDERS[order](*pair) for pair in found}, reverse=True)
    return [pair for key in keys for pair in found if _ORDERS[order](*pair) == key]


def _refuse_faults(query: dict[str, object]) -> None:
    for status in listed(query.get("status")):
        fault = texts.fault_of_choice("status", status, FINDABLE)
        if fault:
            bad(fault)
    bare = [str(tag).lstrip("-") for tag in listed(query.get("tags"))]
    fault = texts.fault_of_tags([tag for tag in bare if tag != "*"])
    if fault:
        bad(fault)
    combinator = query.get("tags_combinator", "Any")
    fault = texts.fault_of_choice("tags_combinator", combinator, ("Any", "All"))
    if fault:
        bad(fault)
    for order in listed(query.get("order_by")):
        if str(order).lstrip("-") not in _ORDERS:
            bad(f"Unrecognized order_by: {order!r}")


def listed(value: object) -> list[object]:
    """What an argument holds that may be one value, several or none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _tagged(tags: set[str], wanted: Sequence[str], *, every: bool) -> bool:
    if not wanted:
        return True
    held = [_holds(tags, tag) for tag in wanted]
    return all(held) if every else any(held)


def _holds(tags: set[str], wanted: str) -> bool:
    name = wanted.removeprefix("-")
    present = bool(tags) if name == "*" else name in tags
    return present is not wanted.startswith("-")


def _date(field: str, value: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        bad(f"{field}: Value doesn't look like a date.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _person(field: str, value: object, base: str) -> str:
    url = str(value)
    if "/" not in url:
        bad(f'{field}: "{url}" is not a valid URI.')
    if not url.startswith((f"{base}/devel/~", "/~")):
        bad(f'{field}: No such object "{url}".')
    return url.rpartition("~")[2]


def _reporter(value: object, base: str) -> Callable[[Record, Task], bool]:
    name = _person("bug_reporter", value, base)
    return lambda bug, _: bug.owner == name


def _owner(value: object, base: str) -> Callable[[Record, Task], bool]:
    name = _person("owner", value, base)
    return lambda _, task: task.owner == name


def _modified_since(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    at = _date("modified_since", value)
    return lambda bug, _: bug.updated_at > at


def _created_since(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    at = _date("created_since", value)
    return lambda _, task: task.created_at > at


def _created_before(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    at = _date("created_before", value)
    return lambda _, task: task.created_at < at


def _worded(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    words = re.findall(r"\w+", str(value).lower())
    return lambda bug, _: set(words) <= set(re.findall(r"\w+", f"{bug.title} {bug.description}".lower()))


_TESTS: dict[str, Callable[[object, str], Callable[[Record, Task], bool] | None]] = {
    "bug_reporter": _reporter,
    "owner": _owner,
    "modified_since": _modified_since,
    "created_since": _created_since,
    "created_before": _created_before,
    "search_text": _worded,
}


def page(entries: Sequence[Json | None], path: str, query: dict[str, str], default: int) -> Json | int:
    """One page of a collection; None stands for an entry that is counted but not shown.

    A collection that an operation found tells its size only on its last page, others always.
    """
    start, size = _whole(query.get("ws.start"), 0), _whole(query.get("ws.size"), 0)
    size = size if size > 0 else default
    if size > LARGEST:
        bad(f'Maximum for "ws.size" parameter is {LARGEST}.')
    if start < 0:
        crash("InvalidRowCountInResultOffsetClause")
    if query.get("ws.show") == "total_size":
        return len(entries)
    rest = {name: value for name, value in query.items() if name not in _PAGING}
    more = start + size < len(entries)
    answer: Json = {"start": start}
    if more and "ws.op" in query:
        answer["total_size_link"] = _url(path, rest | {"ws.show": "total_size"})
    else:
        answer["total_size"] = len(entries) if "ws.op" not in query else max(start, len(entries))
    if more:
        following = {"ws.size": str(size), "memo": str(start + size), "ws.start": str(start + size)}
        answer["next_collection_link"] = _url(path, rest | following)
    if start:
        backwards = {"ws.size": str(size), "direction": "backwards", "memo": str(start)}
        backwards |= {"ws.start": str(start - size)} if start > size else {}
        answer["prev_collection_link"] = _url(path, rest | backwards)
    answer["entries"] = [entry for entry in entries[start : start + size] if entry is not None]
    return answer


_PAGING = ("ws.start", "ws.size", "ws.show", "memo", "direction")


def _url(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d+", text) else default
