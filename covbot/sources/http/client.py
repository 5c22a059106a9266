"""One server: its address, its certificates, and the account that is shown to its own origin alone."""

from __future__ import annotations

import contextlib
import functools
import logging
import ssl
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
from attrs import define, field, frozen
from stamina import instrumentation

from covbot import logs
from covbot.core import byte_marks
from covbot.errors import CannotFetch, FetchRefused
from covbot.sources.http import origins, tokens
from covbot.sources.http.session import HttpSession, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOISY_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)


@frozen(kw_only=True)
class Refusal:
    """A token that the server refused, the text of its refusal, and when that was, by the monotonic clock."""

    secret: str | None = field(repr=False)
    text: str
    at: float


@define(kw_only=True)
class Site:
    """One server: its address, and the account that is shown only to its own origin (scheme, host, port).

    A user's token is given, or is in `token_file`, which is read for every session. `ca_file` names certificates of
    authorities that are trusted beside the system's. After a 401 no more requests are sent with the same token for
    `limits.refusal` seconds. Its representation leaves the address out, since a query may hold a secret.
    """

    url: str = field(repr=False)
    user: str | None = None
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None
    ca_file: str | None = None
    limits: Limits = field(factory=Limits)
    _refusal: Refusal | None = field(default=None, init=False, repr=False)

    @property
    def base(self) -> str:
        """The address, to which paths are added."""
        return self.url.rstrip("/") + "/"

    @functools.cached_property
    def origin(self) -> origins.Origin:
        """The address's scheme, host and port; raise CannotFetch for an address that covbot does not request."""
        try:
            address = httpx2.URL(self.url)
        except httpx2.InvalidURL as error:
            raise CannotFetch("the source's url is no address; whoever keeps covbot.toml") from error
        if address.scheme not in origins.PORTS or not address.host:
            raise CannotFetch("the source's url must begin with https:// or http://; whoever keeps covbot.toml")
        if address.userinfo:
            raise CannotFetch("the source's url holds a user or a password: user and token have settings of their own")
        return origins.parse_origin(address)

    @functools.cached_property
    def trust(self) -> ssl.SSLContext:
        """The certificates that are trusted; raise CannotFetch if `ca_file` cannot be read."""
        context = ssl.create_default_context()
        if self.ca_file:
            try:
                content = Path(self.ca_file).read_bytes()
                if byte_marks.has_mark(content):  # which OpenSSL takes for a part of the first line
                    context.load_verify_locations(cadata=byte_marks.decode_text(content, "ignore"))
                else:
                    context.load_verify_locations(self.ca_file)
            except OSError as error:
                reason = error.strerror or "no certificate in it"
                raise CannotFetch(f"{self.ca_file}: {reason}; whoever keeps covbot.toml (ca_file)") from error
        return context

    def read_secret(self) -> str | None:
        """Return the user's token, None for a site that is public; raise CannotFetch if it cannot be read."""
        if self.token is None and self.token_file is not None:
            return tokens.read_token(self.token_file)
        if self.token is None and self.user is not None:
            raise CannotFetch(
                f"user {self.user!r} has no token: whoever keeps covbot.toml names its file (token_file),"
                " or the environment holds it (COVBOT_JENKINS_TOKEN)"
            )
        return self.token

    def refuse(self, secret: str | None, text: str) -> None:
        """Remember that the server does not accept a token."""
        self._refusal = Refusal(secret=secret, text=text, at=time.monotonic())

    def check_refusal(self, secret: str | None) -> None:
        """Raise FetchRefused if the server has lately refused this token."""
        refused = self._refusal
        if refused and refused.secret == secret and time.monotonic() - refused.at < self.limits.refusal:
            raise FetchRefused(refused.text)

    @contextlib.contextmanager
    def session(self) -> Iterator[HttpSession]:
        """Open connections to the server, for one task."""
        for name in _NOISY_LOGGERS:
            # They log whole addresses and headers, and a redirect's address may be a secret.
            logging.getLogger(name).disabled = True
        instrumentation.set_on_retry_hooks([_log_retry])
        opened = HttpSession(site=self, own_origin=self.origin, secret=self.read_secret(), trust=self.trust)
        with opened:
            yield opened


def _log_retry(details: instrumentation.RetryDetails) -> None:
    """Log a retry, in place of stamina's own message, which would be written to standard output."""
    logs.info("request.repeated", attempt=details.retry_num, wait=details.wait_for, why=str(details.caused_by))
