"""Requests and answers on the wire, and the tokens of requests."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import define, frozen

JSON = "application/json"
WADL = "application/vnd.sun.wadl+xml"


@frozen(kw_only=True)
class Request:
    """A request as received; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @property
    def place(self) -> str:
        return unquote(urlsplit(self.path).path)


@frozen(kw_only=True)
class Answer:
    """An answer as it is sent."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


@define(kw_only=True)
class Token:
    """The access token of a program; `state` is `good`, or the words with which Launchpad refuses it."""

    person: str
    secret: str
    level: str = "WRITE_PRIVATE"
    state: str = "good"
