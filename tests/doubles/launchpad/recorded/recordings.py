"""The exchanges that were recorded on a running Launchpad, and the shapes of its entries."""

from __future__ import annotations

import functools
import json
import lzma
from pathlib import Path
from typing import TypeAlias, cast
from xml.etree import ElementTree as ET

from attrs import frozen

Json: TypeAlias = dict[str, object]
"""A JSON object."""

DATA_FOLDER = Path(__file__).parents[3] / "data" / "launchpad"
RECORDED_ROOT = "http://127.0.0.1:8185"
"""The root of the server that was recorded."""


_KINDS = (
    *("service-root", "bug", "bugs", "bug_task", "bug_activity", "message", "person", "team", "people"),
    *("project", "projects", "project_group", "distribution", "HostedFile"),
)


@frozen(kw_only=True)
class Exchange:
    """A recorded request and its answer. Header names are in lower case; `body` is None if only its head was kept."""

    method: str
    path: str
    sent: str
    sent_headers: dict[str, str]
    status: int
    headers: dict[str, str]
    body: str | None

    def parse_body(self) -> Json:
        """Return the body as a JSON object, empty if it is none."""
        try:
            value = json.loads(self.body or "")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@functools.cache
def read_exchanges(name: str) -> tuple[Exchange, ...]:
    """Return all exchanges of a file, `exchanges` or `exchanges-probes`, in their order."""
    with lzma.open(DATA_FOLDER / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        return tuple(_parse_exchange(json.loads(line)) for line in lines)


def _parse_exchange(row: Json) -> Exchange:
    body = row["response_body"]
    return Exchange(
        method=str(row["method"]),
        path=str(row["path"]),
        sent=str(row["request_body"]),
        sent_headers={name.lower(): value for name, value in cast("dict[str, str]", row["request_headers"]).items()},
        status=int(str(row["status"]).split()[0]),
        headers={name.lower(): value for name, value in cast("list[tuple[str, str]]", row["response_headers"])},
        body=body if isinstance(body, str) else None,
    )


@functools.cache
def read_shape(kind: str) -> str:
    """Return the text of a recorded entry: a `bug`, `bug_task`, `message`, `bug_activity`, `person` or `project`."""
    for name in ("exchanges", "exchanges-probes"):
        for exchange in read_exchanges(name):
            entry = exchange.parse_body()
            entries = entry.get("entries")
            for each in [entry, *(entries if isinstance(entries, list) else [])]:
                if str(each.get("resource_type_link")) == f"{RECORDED_ROOT}/devel/#{kind}":
                    return json.dumps(each)
    raise LookupError(kind)


@functools.cache
def read_wadl() -> bytes:
    """Return the whole description of the service: 2.4 MB, a third of a second of each start of a client."""
    with lzma.open(DATA_FOLDER / "launchpad-devel.wadl.xml.xz", "rb") as text:
        return text.read()


@functools.cache
def read_short_wadl() -> bytes:
    """Return the description without the kinds of entries that have nothing to do with bugs."""
    root = ET.fromstring(read_wadl())  # noqa: S314 - a file of the project
    for child in list(root):
        name = child.get("id", "")
        if name and not any(name == kind or name.startswith(f"{kind}-") for kind in _KINDS):
            root.remove(child)
    return ET.tostring(root)
