"""Answer requests to the API: check the token, find the route, and format the answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from attrs import Factory, define

from doubles.launchpad import routes
from doubles.launchpad.content import views
from doubles.launchpad.content.refusals import Refused, raise_not_found, raise_unauthorized
from doubles.launchpad.content.rights import Caller
from doubles.launchpad.messages import JSON, Answer, Request, Token
from doubles.launchpad.visits import Visit

if TYPE_CHECKING:
    from doubles.launchpad.world import World


@define(kw_only=True)
class Service:
    """The API below `/devel/`; with `full_wadl` its description is whole, else it has only what concerns bugs."""

    world: World
    base: str
    tokens: dict[str, Token] = Factory(dict)
    full_wadl: bool = False

    def answer(self, request: Request) -> Answer:
        """Handle a request, wholly or in part as Launchpad does, and return the answer."""
        try:
            caller = self._find_caller(request)
        except Refused as refused:
            return self._make_refusal(refused, {})
        try:
            content = self._route_request(request, caller)
        except Refused as refused:
            return self._make_refusal(refused, {} if refused.late else {"Vary": "Accept"})
        if isinstance(content, Answer):
            return content
        entry = content if isinstance(content, dict) else {}
        headers = {"Content-Type": JSON, "Vary": "Accept", "X-Lazr-Notifications": "[]"}
        etag = str(entry["http_etag"]) if "http_etag" in entry else None
        if etag and request.method == "GET":
            if request.headers.get("if-none-match", "").replace("-gzip", "") == etag:
                return Answer(status=304, headers={"Etag": etag, "Vary": "Accept"})
            headers["Etag"] = etag
        changed = request.method in ("PATCH", "PUT") or "x-http-method-override" in request.headers
        return Answer(status=209 if changed else 200, headers=headers, body=json.dumps(content).encode())

    def _make_refusal(self, refused: Refused, more: dict[str, str]) -> Answer:
        kind = "text/plain" if refused.status in (405, 412) else "text/plain;charset=utf-8"
        headers = {"Content-Type": kind, **refused.headers, **more}
        if refused.status == 500:
            headers["X-Lazr-Oopsid"] = "OOPS-" + "0" * 32
        return Answer(status=refused.status, headers=headers, body=refused.body.encode())

    def _find_caller(self, request: Request) -> Caller:
        found = re.search(r'oauth_token="([^"]*)"', request.headers.get("authorization", ""))
        if found is None or not found[1]:
            return Caller(name=None)
        token = self.tokens.get(unquote(found[1]))
        if token is None:
            raise_unauthorized(f"Unknown access token ({found[1]}).")
        signature = re.search(r'oauth_signature="([^"]*)"', request.headers["authorization"])
        if signature is None or unquote(unquote(signature[1])) != f"&{token.secret}":
            raise_unauthorized("Invalid signature.")
        if token.state != "good":
            raise_unauthorized(f"{token.state} ({found[1]}).")
        return Caller(name=token.person, level=token.level)

    def _route_request(self, request: Request, caller: Caller) -> object:
        if not request.place.startswith("/devel"):
            raise_not_found("", f"lp.services.webapp.servers.WebServiceClientRequest instance URL={self.base}")
        base = "http://" + request.headers["host"]
        person_views = views.Views(self.world, base, caller.name)
        visit = Visit(
            world=self.world, base=base, full_wadl=self.full_wadl, request=request, caller=caller, views=person_views
        )
        return routes.find_content(visit)
