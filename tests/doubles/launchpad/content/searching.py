"""searchTasks with the defaults, parameters and order of Launchpad, and the pages of each collection."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from doubles.launchpad.content import texts
from doubles.launchpad.content.refusals import raise_bad_request, raise_server_error
from doubles.launchpad.world import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from doubles.launchpad.recorded.recordings import Json
    from doubles.launchpad.world import Record, Task, World

DEFAULT_STATUSES = ("New", "Incomplete", "Confirmed", "Triaged", "In Progress", "Deferred", "Fix Committed")
SEARCHABLE_STATUSES = (*STATUSES[:-1], "Incomplete (with response)", "Incomplete (without response)")
_WEIGHT = {"Unknown": 999, "Critical": 50, "High": 40, "Medium": 30, "Low": 20, "Wishlist": 10, "Undecided": 5}
_ORDERS: dict[str, Callable[[Record, Task], int | datetime | str]] = {
    "id": lambda bug, _: bug.number,
    "importance": lambda _, task: _WEIGHT[task.importance],
    "status": lambda _, task: STATUSES.index(task.status),
    "datecreated": lambda _, task: task.created_at,
    "date_last_updated": lambda bug, _: bug.updated_at,
    "title": lambda bug, _: bug.title,
}
LARGEST_PAGE = 300


def search_tasks(world: World, target: str | None, query: dict[str, object], base: str) -> list[tuple[Record, Task]]:
    """Return the tasks that a query finds, in its order, with those that its sender may not see."""
    _check_query(query)
    keep = [test for name, make in _TESTS.items() if name in query and (test := make(query[name], base)) is not None]
    statuses = list_values(query.get("status")) or list(DEFAULT_STATUSES)
    wanted = {str(status).partition(" (")[0] for status in statuses}
    tags = [str(tag) for tag in list_values(query.get("tags"))]
    found = [
        (bug, task)
        for bug in world.bugs.values()
        for task in bug.tasks
        if target in (None, task.target)
        and task.status in wanted
        and _has_tags(set(bug.tags), tags, every=query.get("tags_combinator") == "All")
        and (query.get("omit_duplicates", True) is False or bug.duplicate_of is None)
        and all(test(bug, task) for test in keep)
    ]
    order = str((list_values(query.get("order_by")) or ["-importance"])[0])
    found.sort(key=lambda pair: pair[0].number)
    if order.startswith("-"):
        return _sort_descending(found, order[1:])
    return sorted(found, key=lambda pair: _ORDERS[order](*pair))


def _sort_descending(found: list[tuple[Record, Task]], order: str) -> list[tuple[Record, Task]]:
    """Sort descending by a field, and ascending by number where the field is equal."""
    keys = sorted({_ORDERS[order](*pair) for pair in found}, reverse=True)
    return [pair for key in keys for pair in found if _ORDERS[order](*pair) == key]


def _check_query(query: dict[str, object]) -> None:
    for status in list_values(query.get("status")):
        fault = texts.find_choice_fault("status", status, SEARCHABLE_STATUSES)
        if fault:
            raise_bad_request(fault)
    bare = [str(tag).lstrip("-") for tag in list_values(query.get("tags"))]
    fault = texts.find_tags_fault([tag for tag in bare if tag != "*"])
    if fault:
        raise_bad_request(fault)
    combinator = query.get("tags_combinator", "Any")
    fault = texts.find_choice_fault("tags_combinator", combinator, ("Any", "All"))
    if fault:
        raise_bad_request(fault)
    for order in list_values(query.get("order_by")):
        if str(order).lstrip("-") not in _ORDERS:
            raise_bad_request(f"Unrecognized order_by: {order!r}")


def list_values(value: object) -> list[object]:
    """Return the values of an argument that is one value, a list, or None."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _has_tags(tags: set[str], wanted: Sequence[str], *, every: bool) -> bool:
    if not wanted:
        return True
    matches = [_has_tag(tags, tag) for tag in wanted]
    return all(matches) if every else any(matches)


def _has_tag(tags: set[str], wanted: str) -> bool:
    name = wanted.removeprefix("-")
    present = bool(tags) if name == "*" else name in tags
    return present is not wanted.startswith("-")


def _parse_date(field: str, value: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise_bad_request(f"{field}: Value doesn't look like a date.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _parse_person(field: str, value: object, base: str) -> str:
    url = str(value)
    if "/" not in url:
        raise_bad_request(f'{field}: "{url}" is not a valid URI.')
    if not url.startswith((f"{base}/devel/~", "/~")):
        raise_bad_request(f'{field}: No such object "{url}".')
    return url.rpartition("~")[2]


def _make_reporter_test(value: object, base: str) -> Callable[[Record, Task], bool]:
    name = _parse_person("bug_reporter", value, base)
    return lambda bug, _: bug.owner == name


def _make_owner_test(value: object, base: str) -> Callable[[Record, Task], bool]:
    name = _parse_person("owner", value, base)
    return lambda _, task: task.owner == name


def _make_modified_test(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    at = _parse_date("modified_since", value)
    return lambda bug, _: bug.updated_at > at


def _make_created_since_test(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    at = _parse_date("created_since", value)
    return lambda _, task: task.created_at > at


def _make_created_before_test(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    at = _parse_date("created_before", value)
    return lambda _, task: task.created_at < at


def _make_text_test(value: object, base: str) -> Callable[[Record, Task], bool]:
    del base
    words = re.findall(r"\w+", str(value).lower())
    return lambda bug, _: set(words) <= set(re.findall(r"\w+", f"{bug.title} {bug.description}".lower()))


_TESTS: dict[str, Callable[[object, str], Callable[[Record, Task], bool] | None]] = {
    "bug_reporter": _make_reporter_test,
    "owner": _make_owner_test,
    "modified_since": _make_modified_test,
    "created_since": _make_created_since_test,
    "created_before": _make_created_before_test,
    "search_text": _make_text_test,
}


def make_page(entries: Sequence[Json | None], path: str, query: dict[str, str], default: int) -> Json | int:
    """Return one page of a collection, in which None is an entry that is counted but not shown.

    The result of an operation has its size only on its last page, other collections on each page.
    """
    start, size = _parse_number(query.get("ws.start"), 0), _parse_number(query.get("ws.size"), 0)
    size = size if size > 0 else default
    if size > LARGEST_PAGE:
        raise_bad_request(f'Maximum for "ws.size" parameter is {LARGEST_PAGE}.')
    if start < 0:
        raise_server_error("InvalidRowCountInResultOffsetClause")
    if query.get("ws.show") == "total_size":
        return len(entries)
    rest = {name: value for name, value in query.items() if name not in _PAGING}
    more = start + size < len(entries)
    answer: Json = {"start": start}
    if more and "ws.op" in query:
        answer["total_size_link"] = _make_url(path, rest | {"ws.show": "total_size"})
    else:
        answer["total_size"] = len(entries) if "ws.op" not in query else max(start, len(entries))
    if more:
        following = {"ws.size": str(size), "memo": str(start + size), "ws.start": str(start + size)}
        answer["next_collection_link"] = _make_url(path, rest | following)
    if start:
        backwards = {"ws.size": str(size), "direction": "backwards", "memo": str(start)}
        backwards |= {"ws.start": str(start - size)} if start > size else {}
        answer["prev_collection_link"] = _make_url(path, rest | backwards)
    answer["entries"] = [entry for entry in entries[start : start + size] if entry is not None]
    return answer


_PAGING = ("ws.start", "ws.size", "ws.show", "memo", "direction")


def _make_url(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _parse_number(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d+", text) else default
