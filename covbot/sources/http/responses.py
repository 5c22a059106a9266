"""A server's response as a value, and the errors that its refusals and its wrong pages mean."""

from __future__ import annotations

import email.utils
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs
from attrs import field, frozen

from covbot.errors import CannotFetch, CannotFetchNow, FetchRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.sources.http.download import Download

ABSENT = frozenset({404, 410})
"""The statuses of a page that does not exist."""

_TRANSIENT = frozenset({408, 425, 429, 502, 503, 504})
_HTML_STARTS = (b"<html", b"<!doctype html")
_LONGEST_TEXT = 200


@frozen(kw_only=True)
class HttpResponse:
    """A response: its status, its URL (fit to be shown), its headers and, with status 200, its body."""

    status: int
    shown_url: str
    headers: Mapping[str, str] = field(repr=False)
    body: Download | None = None

    def with_body(self, body: Download) -> HttpResponse:
        """Return the same response with its body."""
        return attrs.evolve(self, body=body)

    @property
    def content_type(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def modified_at(self) -> datetime | None:
        """When the file was last written, according to the server."""
        return _parse_date(self.headers.get("last-modified"))

    @property
    def responded_at(self) -> datetime | None:
        """The time of the server's own clock."""
        return _parse_date(self.headers.get("date"))


def sanitize_text(text: str) -> str:
    """Return untrusted text on one line, without control characters and not too long."""
    plain = "".join(char if char.isprintable() else "?" for char in text)
    return plain if len(plain) <= _LONGEST_TEXT else plain[:_LONGEST_TEXT] + "…"


def make_error(response: HttpResponse, *, is_own_origin: bool, user: str | None) -> CannotFetch:
    """Return the error for a status other than 200, 304, 404 and 410.

    `is_own_origin` is whether the credentials were sent there.
    """
    match response.status:
        case 401 if is_own_origin:
            whose = f"the token of user {user!r} is not accepted" if user is not None else "it wants a user and a token"
            return FetchRefused(
                f"{response.shown_url}: 401, {whose};"
                " covbot asks no more until whoever keeps covbot.toml gives a valid one"
            )
        case 403 if is_own_origin:
            return CannotFetch(
                f"{response.shown_url}: 403, {_describe_permission(response)}; whoever runs the server can grant it"
            )
        case 401 | 403:
            return CannotFetchNow(
                f"{response.shown_url}: {response.status} where the server redirects to, and covbot shows its token"
                " to the configured url alone; covbot asks again from the start,"
                " whoever keeps covbot.toml (url) if it lasts"
            )
        case status if status in _TRANSIENT:
            return CannotFetchNow(
                f"{response.shown_url}: {status}, it is starting, busy or behind a proxy that cannot reach it;"
                " covbot asks again, whoever runs the server if it lasts"
            )
        case status:
            return CannotFetch(f"{response.shown_url}: the server answers {status}; whoever runs it")


def _describe_permission(response: HttpResponse) -> str:
    user = response.headers.get("x-you-are-authenticated-as")
    permission = response.headers.get("x-required-permission")
    who = f"covbot is seen as {sanitize_text(user)!r}" if user else "covbot's account"
    return f"{who} and lacks {sanitize_text(permission)}" if permission else f"{who} may not see this"


def reject_web_page(response: HttpResponse) -> None:
    """Raise CannotFetch if the body is a web page, where a report or data was requested."""
    head = response.body.head.lower() if response.body else b""
    is_page = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and any(mark in head for mark in _HTML_STARTS)
    if is_page or (
        response.content_type == "text/html" and not head.lstrip().startswith((b"<?xml", b"<coverage", b"{"))
    ):
        raise CannotFetch(
            f"{response.shown_url}: a web page instead of what was asked for (a login page, or a folder?);"
            " whoever keeps covbot.toml looks whether url, user and reports are right"
        )


def read_json(response: HttpResponse) -> object:
    """Return the body as JSON; raise CannotFetch if it is none, CannotFetchNow if it is broken."""
    reject_web_page(response)
    if response.content_type != "application/json" or response.body is None:
        raise CannotFetch(
            f"{response.shown_url}: no JSON ({sanitize_text(response.content_type)}); is this the right url?"
            " whoever keeps covbot.toml"
        )
    try:
        with response.body.open() as file:
            return json.load(file)
    except (ValueError, RecursionError) as error:
        raise CannotFetchNow(
            f"{response.shown_url}: broken JSON; covbot asks again, whoever runs the server if it lasts"
        ) from error


def _parse_date(text: str | None) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
