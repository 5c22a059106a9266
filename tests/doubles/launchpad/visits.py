"""The context of one request, with what the handlers of all paths need."""

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
    """Return the JSON value of an argument, or its text if it is no JSON, as Launchpad does."""
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


@frozen(kw_only=True)
class Visit:
    """A request with its caller, the world, and the views of the caller."""

    world: World
    base: str
    full_wadl: bool
    request: Request
    caller: Caller
    views: Views

    def require_method(self, *methods: str) -> None:
        """Raise 405 unless the method is one of these."""
        if self.method not in methods:
            raise Refused(405, "", allow="GET PUT PATCH POST")

    @property
    def method(self) -> str:
        return self.request.headers.get("x-http-method-override", self.request.method)

    def parse_form(self) -> dict[str, object]:
        """Return the arguments of an operation, a list for a repeated name; raise 400 without an operation."""
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

    def make_call(self, arguments: dict[str, object]) -> operations.OperationCall:
        return operations.OperationCall(world=self.world, views=self.views, caller=self.caller, arguments=arguments)

    def find_bug(self, number: str) -> Record:
        """Return a bug; raise 404 if there is none, or none that the caller may see."""
        bug = self.world.bugs.get(int(number)) if number.isdigit() else None
        if bug is None or not self.world.is_visible(bug, self.caller.name, private_too=self.caller.can_see_private):
            raise_not_found(number)
        return bug

    def make_page(self, entries: Sequence[Json | None], kind: str | None) -> object:
        url = self.base + self.request.place
        answer = searching.make_page(entries, url, self.request.query, self.world.page_size)
        if kind and isinstance(answer, dict):
            answer["resource_type_link"] = f"{self.views.root}#{kind}-page-resource"
        return answer

    def search_tasks(self, target: str | None) -> object:
        """Handle GET with an operation, of which searchTasks is the only one."""
        operation = self.request.query.get("ws.op")
        if operation != "searchTasks":
            raise_bad_request(f"No such operation: {operation}")
        criteria = {
            name: _parse_argument(text) for name, text in self.request.query.items() if name not in _CONTROL_PARAMETERS
        }
        found = searching.search_tasks(self.world, target, criteria, self.base)
        private_too, name = self.caller.can_see_private, self.caller.name
        # A search omits what the person may not see; what only the token may not see is counted but not shown.
        visible = [(bug, task) for bug, task in found if self.world.is_visible(bug, name, private_too=True)]
        return self.make_page(
            [
                self.views.task(bug, task) if self.world.is_visible(bug, name, private_too=private_too) else None
                for bug, task in visible
            ],
            None,
        )

    def patch_entry(self, entry: Callable[[], Json], bug: Record, task: Task | None) -> object:
        """Handle PATCH of an entry: check the media type, If-Match and the JSON, and then set the fields."""
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
            values = json.loads(self.request.body)
        except ValueError:
            raise_bad_request("Entity-body was not a well-formed JSON document.")
        if not isinstance(values, dict):
            raise_bad_request("Expected a JSON hash.")
        patching.Patch(world=self.world, views=self.views, caller=self.caller, bug=bug, task=task).apply(
            entry(), values
        )
        return entry()


def _get_field_name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))
