"""The authorisation of a program by a person: request tokens, their review, and access tokens."""

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
    """The web pages of authorisation, before the API; `request_tokens` has who decided on each token, or None."""

    service: Service
    request_tokens: dict[str, str | None] = Factory(dict)

    def answer(self, request: Request) -> Answer:
        """Return the answer of a page of authorisation, or of the API for any other path."""
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        match request.method, request.place:
            case "POST", "/+request-token":
                return self._issue_request_token()
            case "POST", "/+access-token":
                return self._exchange_token(form.get("oauth_token", ""))
            case _:
                return self.service.answer(request)

    def decide(self, key: str, person: str) -> None:
        """Authorise the program as this person, or refuse it with an empty name."""
        self.request_tokens[key] = person

    def _issue_request_token(self) -> Answer:
        key = secrets.token_hex(10)
        self.request_tokens[key] = None
        return _make_answer(200, urlencode({"oauth_token": key, "oauth_token_secret": "once"}))

    def _exchange_token(self, key: str) -> Answer:
        person = self.request_tokens.get(key)
        if person is None:
            return _make_answer(401, "Request token has not yet been reviewed. Try again later.")
        if not person:
            return _make_answer(403, "End-user refused to authorize request token.")
        token = Token(person=person, secret=secrets.token_hex(20), level="WRITE_PUBLIC")
        access = secrets.token_hex(10)
        self.service.tokens[access] = token
        del self.request_tokens[key]
        return _make_answer(200, urlencode({"oauth_token": access, "oauth_token_secret": token.secret}))


def _make_answer(status: int, text: str) -> Answer:
    return Answer(status=status, headers=_FORM, body=text.encode())
