"""Where a person lets a program in: request tokens, their authorisation, and access tokens."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from attrs import Factory, define

from doubles.launchpad.messages import Answer, Request, Token

if TYPE_CHECKING:
    from doubles.launchpad.service import Service

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}


@define(kw_only=True)
class Doors:
    """The web's side of authorisation before the API; `waiting` holds request tokens and who decided how."""

    service: Service
    waiting: dict[str, str | None] = Factory(dict)

    def answer(self, request: Request) -> Answer:
        """The answer of a door, else of the API."""
        asked = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        match request.method, request.place:
            case "POST", "/+request-token":
                return self._ask()
            case "POST", "/+access-token":
                return self._exchange(asked.get("oauth_token", ""))
            case _:
                return self.service.answer(request)

    def decide(self, key: str, person: str) -> None:
        """A person lets the program in, or with an empty name says no."""
        self.waiting[key] = person

    def _ask(self) -> Answer:
        key = secrets.token_hex(10)
        self.waiting[key] = None
        return _make_answer(200, urlencode({"oauth_token": key, "oauth_token_secret": "once"}))

    def _exchange(self, key: str) -> Answer:
        person = self.waiting.get(key)
        if person is None:
            return _make_answer(401, "Request token has not yet been reviewed. Try again later.")
        if not person:
            return _make_answer(403, "End-user refused to authorize request token.")
        token = Token(person=person, secret=secrets.token_hex(20), level="WRITE_PUBLIC")
        access = secrets.token_hex(10)
        self.service.tokens[access] = token
        del self.waiting[key]
        return _make_answer(200, urlencode({"oauth_token": access, "oauth_token_secret": token.secret}))


def _make_answer(status: int, text: str) -> Answer:
    return Answer(status=status, headers=_FORM, body=text.encode())
