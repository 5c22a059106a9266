"""What became of one request to Launchpad, and the error that says so without ever naming a secret."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from attrs import define, frozen

from covbot import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_OK = range(200, 300)
_LONGEST = 300
_BODY = 2_000
_ACCOUNT_TROUBLE = (
    "Unknown access token",
    "Expired token",
    "Invalid token",
    "Invalid signature",
    "Unauthorized token",
    "Unknown consumer",
    "Inactive account",
    "You need to be logged in",
)


@frozen(kw_only=True)
class Response:
    """One request: whether it left this machine, and what is known of its answer (`status` None: none came)."""

    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = {}
    body: str = ""

    @property
    def done(self) -> bool:
        """The server said that it did what was asked: a page of HTML is not the server's, but of one in front of it."""
        return self.status in _OK and not self._is_page

    @property
    def date(self) -> datetime | None:
        """What the server's clock said, if it said it."""
        date = self.headers.get("date")
        return None if date is None else parsedate_to_datetime(date).astimezone(UTC)

    @property
    def said(self) -> str:
        """The answer in one short line, for a person to read."""
        kind = self.headers.get("content-type", "")
        text = " ".join(self.body.split()) if kind.startswith("text/plain") else ""
        text = "with a page of HTML" if self._is_page else text
        text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
        oops = next((value for name, value in self.headers.items() if name.lower() == "x-lazr-oopsid"), "")
        return " ".join(part for part in (str(self.status), text, f"({oops})" if oops else "") if part)

    @property
    def _is_page(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")


_UNSENT = Response()


@define(kw_only=True)
class Transport:
    """What a transport may do, which words it must never repeat, and its last letters: of a read and of a write."""

    writable: bool
    secrets: tuple[str, ...]
    read: Response = _UNSENT
    write: Response = _UNSENT

    def note(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Response:
        """The letter of an answer, with every secret struck out."""
        body = content[:_BODY].decode("utf-8", "replace")
        for secret in self.secrets:
            body = body.replace(secret, "***")
        return Response(sent=True, status=status, headers={name.lower(): value for name, value in headers}, body=body)


def account_error(letter: Response) -> errors.CannotUseTracker | None:
    """The error for an answer that says that the token or the account is bad, else None; it never quotes the answer."""
    if letter.status != 401:  # noqa: PLR2004 - a refusal and a bad token share this one status
        return None
    trouble = next((words for words in _ACCOUNT_TROUBLE if letter.body.startswith(words)), None)
    if trouble is None:
        return None
    return errors.CannotUseTracker(f"Launchpad does not accept the account: {trouble}; run `covbot login` once more")


def write_error(letter: Response, wish: str) -> errors.CovbotError | None:
    """The error for a write that was not answered with success, None if it was; `wish` names the write."""
    match letter:
        case Response(sent=False):
            return errors.CannotUseTracker(f"{wish}: Launchpad cannot be reached; nothing was sent")
        case Response(status=None):
            return errors.WriteDoubtful(f"{wish}: the answer was lost; it may have been done or not")
        case Response(done=True):
            return None
        case Response(status=301 | 409 | 412):
            return errors.WriteStale(f"{wish}: the bug changed meanwhile; Launchpad said {letter.said}")
        case Response(status=int(status)) if status >= 500 or status in _OK:  # noqa: PLR2004 - the server's own faults
            return errors.WriteDoubtful(f"{wish}: it may have been done or not; Launchpad said {letter.said}")
        case _:
            return account_error(letter) or errors.WriteRefused(f"{wish}: Launchpad said {letter.said}")


def read_error(letter: Response, wish: str) -> errors.CovbotError:
    """The error for a read that failed: BugUnreadable where one thing alone is closed to us, else CannotUseTracker."""
    trouble = account_error(letter)
    if trouble is not None:
        return trouble
    if letter.status in (401, 403, 404, 410):
        return errors.BugUnreadable(f"{wish}: gone, private or not ours to see; Launchpad said {letter.said}")
    said = f"said {letter.said}" if letter.status else "cannot be reached or did not answer in time"
    return errors.CannotUseTracker(f"{wish}: Launchpad {said}")
