"""What a server answered, as a value; and what its refusals and its wrong pages mean, in sentences."""

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
"""The statuses of what is not there."""

_PASSING = frozenset({408, 425, 429, 502, 503, 504})
_PAGE = (b"<html", b"<!doctype html")
_LONGEST = 200


@frozen(kw_only=True)
class HttpResponse:
    """An answer: its status, its place (fit to be shown), its headers and, with status 200, its body."""

    status: int
    place: str
    headers: Mapping[str, str] = field(repr=False)
    body: Download | None = None

    def holding(self, body: Download) -> HttpResponse:
        """The same answer with its body."""
        return attrs.evolve(self, body=body)

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def modified_at(self) -> datetime | None:
        """When the file was last written, as the server says."""
        return _moment(self.headers.get("last-modified"))

    @property
    def answered_at(self) -> datetime | None:
        """The server's own clock."""
        return _moment(self.headers.get("date"))


def show_text(text: str) -> str:
    """What a stranger wrote, on one line, without control characters and not too long."""
    plain = "".join(char if char.isprintable() else "?" for char in text)
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"


def make_error(answer: HttpResponse, *, own: bool, user: str | None) -> CannotFetch:
    """What a status other than 200, 304, 404 and 410 means; `own` tells whether the credentials went there."""
    match answer.status:
        case 401 if own:
            whose = f"the token of user {user!r} is not accepted" if user is not None else "it wants a user and a token"
            return FetchRefused(
                f"{answer.place}: 401, {whose}; covbot asks no more until whoever keeps covbot.toml gives a valid one"
            )
        case 403 if own:
            return CannotFetch(f"{answer.place}: 403, {_rights(answer)}; whoever runs the server can grant it")
        case 401 | 403:
            return CannotFetchNow(
                f"{answer.place}: {answer.status} where the server redirects to, and covbot shows its token to the"
                " configured url alone; covbot asks again from the start, whoever keeps covbot.toml (url) if it lasts"
            )
        case status if status in _PASSING:
            return CannotFetchNow(
                f"{answer.place}: {status}, it is starting, busy or behind a proxy that cannot reach it;"
                " covbot asks again, whoever runs the server if it lasts"
            )
        case status:
            return CannotFetch(f"{answer.place}: the server answers {status}; whoever runs it")


def _rights(answer: HttpResponse) -> str:
    seen_as = answer.headers.get("x-you-are-authenticated-as")
    wanted = answer.headers.get("x-required-permission")
    who = f"covbot is seen as {show_text(seen_as)!r}" if seen_as else "covbot's account"
    return f"{who} and lacks {show_text(wanted)}" if wanted else f"{who} may not see this"


def make_page_error(answer: HttpResponse) -> None:
    """CannotFetch if the body is a web page, where a report or data was asked for."""
    head = answer.body.head.lower() if answer.body else b""
    is_page = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and any(mark in head for mark in _PAGE)
    if is_page or (answer.kind == "text/html" and not head.lstrip().startswith((b"<?xml", b"<coverage", b"{"))):
        raise CannotFetch(
            f"{answer.place}: a web page instead of what was asked for (a login page, or a folder?);"
            " whoever keeps covbot.toml looks whether url, user and reports are right"
        )


def read_json(answer: HttpResponse) -> object:
    """The body as JSON; CannotFetch if it is none, CannotFetchNow if it is broken."""
    make_page_error(answer)
    if answer.kind != "application/json" or answer.body is None:
        raise CannotFetch(
            f"{answer.place}: no JSON ({show_text(answer.kind)}); is this the right url? whoever keeps covbot.toml"
        )
    try:
        with answer.body.open() as file:
            return json.load(file)
    except (ValueError, RecursionError) as error:
        raise CannotFetchNow(
            f"{answer.place}: broken JSON; covbot asks again, whoever runs the server if it lasts"
        ) from error


def _moment(text: str | None) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
