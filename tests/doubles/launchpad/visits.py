"""One request on its way to an answer, with what every kind of entry needs."""

from __future__ import annotations

import email
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from attrs import frozen

from doubles.launchpad.content import operations, patching, searching
from doubles.launchpad.content.refusals import Refused, raise_bad_request, raise_not_found
from doubles.launchpad.messages import JSON, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import Message

    from doubles.launchpad.content.rights import Caller
    from doubles.launchpad.content.views import Views
    from doubles.launchpad.recorded.recordings import Json
    from doubles.launchpad.world import Record, Task, World

_CONTROL_PARAMETERS = {"ws.start", "ws.size", "ws.show", "memo", "direction", "ws.op"}


def _parse_argument(text: str) -> object:
    """JSON if it is JSON, else the text itself, as Launchpad reads arguments."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


@frozen(kw_only=True)
class Visit:
    """One request on its way to an answer."""

    world: World
    base: str
    whole: bool
    request: Request
    caller: Caller
    views: Views

    def allow(self, *methods: str) -> None:
        """405 for any other method."""
        if self.method not in methods:
            raise Refused(405, "", allow="GET PUT PATCH POST")

    @property
    def method(self) -> str:
        return self.request.headers.get("x-http-method-override", self.request.method)

    def form(self) -> dict[str, object]:
        """The arguments of an operation; lists where a name comes twice; 400 without an operation's name."""
        kind = self.request.headers.get("content-type", "")
        pairs: list[tuple[str, str]] = []
        if kind.startswith("multipart/"):
            message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.request.body)
            parts = [part for part in message.walk() if not part.is_multipart()]
            pairs = [(_get_field_name(part), str(part.get_payload())) for part in parts]
        elif kind.startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(self.request.body.decode("utf-8", "replace"), keep_blank_values=True)
        arguments: dict[str, object] = {}
        for name, text in pairs:
            value = text if name == "ws.op" else _parse_argument(text)
            arguments[name] = [arguments[name], value] if name in arguments else value
        if "ws.op" not in arguments:
            raise_bad_request("No operation name given.")
        return arguments

    def call(self, arguments: dict[str, object]) -> operations.OperationCall:
        return operations.OperationCall(world=self.world, views=self.views, caller=self.caller, arguments=arguments)

    def bug(self, number: str) -> Record:
        """The bug; 404 if there is none, or none that the caller may see."""
        bug = self.world.bugs.get(int(number)) if number.isdigit() else None
        if bug is None or not self.world.visible(bug, self.caller.name, private_too=self.caller.sees_private):
            raise_not_found(number)
        return bug

    def pages(self, entries: Sequence[Json | None], kind: str | None) -> object:
        url = self.base + self.request.place
        answer = searching.make_page(entries, url, self.request.query, self.world.page)
        if kind and isinstance(answer, dict):
            answer["resource_type_link"] = f"{self.views.root}#{kind}-page-resource"
        return answer

    def searched(self, target: str | None) -> object:
        """GET with an operation: the only one is searchTasks."""
        operation = self.request.query.get("ws.op")
        if operation != "searchTasks":
            raise_bad_request(f"No such operation: {operation}")
        criteria = {
            name: _parse_argument(text) for name, text in self.request.query.items() if name not in _CONTROL_PARAMETERS
        }
        found = searching.search_tasks(self.world, target, criteria, self.base)
        reach, name = self.caller.sees_private, self.caller.name
        # A search leaves out what the person may not see; what only the token may not see is counted, and not shown.
        mine = [(bug, task) for bug, task in found if self.world.visible(bug, name, private_too=True)]
        return self.pages(
            [
                self.views.task(bug, task) if self.world.visible(bug, name, private_too=reach) else None
                for bug, task in mine
            ],
            None,
        )

    def patched(self, entry: Callable[[], Json], bug: Record, task: Task | None) -> object:
        """PATCH an entry: the media type, If-Match, the JSON, and then the fields."""
        headers = self.request.headers
        kind = headers.get("content-type", JSON)
        if not kind.startswith(JSON):
            raise Refused(415, "Expected a media type of application/json.")
        wanted = headers.get("if-match")
        if wanted is not None:
            half = wanted.replace("-gzip", "").removeprefix("W/").strip('"').rpartition("-")[2]
            if kind != JSON or half != str(entry()["http_etag"]).strip('"').rpartition("-")[2]:
                raise Refused(412, "")
        try:
            wishes = json.loads(self.request.body)
        except ValueError:
            raise_bad_request("Entity-body was not a well-formed JSON document.")
        if not isinstance(wishes, dict):
            raise_bad_request("Expected a JSON hash.")
        patching.Patch(world=self.world, views=self.views, caller=self.caller, bug=bug, task=task).apply(
            entry(), wishes
        )
        return entry()


def _get_field_name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))
