"""The exchanges that were recorded on a running Launchpad, and the shapes of its answers that are taken from them."""

from __future__ import annotations

import functools
import json
import lzma
from pathlib import Path
from typing import TypeAlias, cast
from xml.etree import ElementTree as ET

from attrs import frozen

Json: TypeAlias = dict[str, object]
"""One JSON object."""

DATA_FOLDER = Path(__file__).parents[3] / "data" / "launchpad"
RECORDED_ROOT = "http://127.0.0.1:8185"
"""The root that served the recordings."""


_KINDS = (
    *("service-root", "bug", "bugs", "bug_task", "bug_activity", "message", "person", "team", "people"),
    *("project", "projects", "project_group", "distribution", "HostedFile"),
)


@frozen(kw_only=True)
class Exchange:
    """One recorded request and its answer; header names in lower case, `body` is None where only its head was kept."""

    method: str
    path: str
    sent: str
    sent_headers: dict[str, str]
    status: int
    headers: dict[str, str]
    body: str | None

    def entry(self) -> Json:
        """The body as JSON, empty if it is none."""
        try:
            value = json.loads(self.body or "")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@functools.cache
def read_exchanges(name: str) -> tuple[Exchange, ...]:
    """All exchanges of `exchanges` or `exchanges-probes`, in their order."""
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
    """The text of a recorded entry of a kind: `bug`, `bug_task`, `message`, `bug_activity`, `person`, `project`."""
    for name in ("exchanges", "exchanges-probes"):
        for exchange in read_exchanges(name):
            entry = exchange.entry()
            entries = entry.get("entries")
            for each in [entry, *(entries if isinstance(entries, list) else [])]:
                if str(each.get("resource_type_link")) == f"{RECORDED_ROOT}/devel/#{kind}":
                    return json.dumps(each)
    raise LookupError(kind)


@functools.cache
def read_wadl() -> bytes:
    """The service's own description of itself, whole: 2.4 MB, a third of a second of every client's start."""
    with lzma.open(DATA_FOLDER / "launchpad-devel.wadl.xml.xz", "rb") as text:
        return text.read()


@functools.cache
def read_short_wadl() -> bytes:
    """The description without the kinds of entries that no bug has to do with."""
    root = ET.fromstring(read_wadl())  # noqa: S314 - a file of the project
    for child in list(root):
        name = child.get("id", "")
        if name and not any(name == kind or name.startswith(f"{kind}-") for kind in _KINDS):
            root.remove(child)
    return ET.tostring(root)
