"""The response to one request to Launchpad, and the error for it, which never contains a secret."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from attrs import define, frozen

from covbot import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_SUCCESS = range(200, 300)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_SUMMARY = 300
_LONGEST_BODY = 2_000
_ACCOUNT_ERRORS = (
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
    """One request: whether it was sent, and what is known of its response (`status` None: none was received)."""

    sent: bool = False
    status: int | None = None
    headers: Mapping[str, str] = {}
    body: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the server reported success: a page of HTML is not from the server, but from one in front of it."""
        return self.status in _SUCCESS and not self._is_page

    @property
    def date(self) -> datetime | None:
        """The time of the server's clock, if it sent one."""
        date = self.headers.get("date")
        return None if date is None else parsedate_to_datetime(date).astimezone(UTC)

    @property
    def retry_after(self) -> float | None:
        """The seconds after which the server wants to be asked again, if it says so."""
        text = self.headers.get("retry-after", "")
        return float(text) if text.isascii() and text.isdigit() else None

    @property
    def summary(self) -> str:
        """The response in one short line, for a person to read."""
        kind = self.headers.get("content-type", "")
        text = " ".join(self.body.split()) if kind.startswith("text/plain") else ""
        text = "with a page of HTML" if self._is_page else text
        text = text if len(text) <= _LONGEST_SUMMARY else text[:_LONGEST_SUMMARY] + "…"
        oops = next((value for name, value in self.headers.items() if name.lower() == "x-lazr-oopsid"), "")
        return " ".join(part for part in (str(self.status), text, f"({oops})" if oops else "") if part)

    @property
    def _is_page(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")


_UNSENT = Response()


@define(kw_only=True)
class TransportState:
    """Whether a transport may write, secrets that it must never repeat, and last responses to a read and a write.

    `root` is the address of the API, `certificates` the file of those that are trusted. `connected` is whether the
    root was requested from the server. A request that takes `longest` seconds is ended.
    """

    writable: bool
    secrets: tuple[str, ...]
    root: str
    certificates: str
    longest: float
    connected: bool = False
    read: Response = _UNSENT
    write: Response = _UNSENT

    def make_response(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> Response:
        """Return the response with every secret replaced."""
        body = content[:_LONGEST_BODY].decode("utf-8", "replace")
        for secret in self.secrets:
            body = body.replace(secret, "***")
        return Response(sent=True, status=status, headers={name.lower(): value for name, value in headers}, body=body)


def make_account_error(response: Response) -> errors.CannotUseTracker | None:
    """Return the error for a response that rejects the token or the account, else None; it never quotes the text."""
    if response.status != 401:  # noqa: PLR2004 - a refusal and a bad token share this one status
        return None
    error = next((words for words in _ACCOUNT_ERRORS if response.body.startswith(words)), None)
    if error is None:
        return None
    return errors.CannotUseTracker(f"Launchpad does not accept the account: {error}; run `covbot login` once more")


def make_write_error(response: Response, request: str) -> errors.CovbotError | None:
    """Return the error for a write without a successful response, None if it succeeded; `request` names the write."""
    match response:
        case Response(sent=False):
            return errors.CannotUseTracker(f"{request}: Launchpad cannot be reached; nothing was sent")
        case Response(status=None):
            return errors.WriteDoubtful(f"{request}: the answer was lost; it may have been done or not")
        case Response(succeeded=True):
            return None
        case Response(status=301 | 409 | 412):
            return errors.WriteStale(f"{request}: the bug changed meanwhile; Launchpad said {response.summary}")
        case Response(status=int(status)) if status >= 500 or status in _SUCCESS:  # noqa: PLR2004 - the server's own faults
            return errors.WriteDoubtful(f"{request}: it may have been done or not; Launchpad said {response.summary}")
        case _:
            return make_account_error(response) or errors.WriteRefused(f"{request}: Launchpad said {response.summary}")


def make_read_error(response: Response, request: str) -> errors.CovbotError:
    """Return the error for a read that failed: BugUnreadable if only this item is closed, else CannotUseTracker."""
    error = make_account_error(response)
    if error is not None:
        return error
    if response.status in (401, 403, 404, 410):
        return errors.BugUnreadable(f"{request}: gone, private or not ours to see; Launchpad said {response.summary}")
    if response.status in _REDIRECTS:
        return errors.BugUnreadable(
            f"{request}: Launchpad sends elsewhere ({response.status}), and that is not followed"
        )
    wait = "" if response.retry_after is None else f", and to come back after {response.retry_after:,.0f} s"
    summary = f"said {response.summary}{wait}" if response.status else "cannot be reached or did not answer in time"
    return errors.CannotUseTracker(f"{request}: Launchpad {summary}")
