"""GET requests: bounded, redirected by our rules, with credentials for one origin alone and without cookies."""

from __future__ import annotations

import base64
import contextlib
import functools
import http.cookiejar
import logging
import ssl
import time
from typing import TYPE_CHECKING

import httpx2
import stamina
from attrs import define, field, frozen
from stamina import instrumentation

from covbot import logs
from covbot.errors import CannotFetch, CannotFetchNow, FetchRefused, TooLarge
from covbot.sources.http import body_encoding, download, responses, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_ADMIN = "whoever runs the server"
_NOISY_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)


@frozen(kw_only=True)
class Limits:
    """How long to wait for a server, in seconds, and how much to read from it, in bytes after unpacking."""

    connect: float = 10.0
    read: float = 60.0
    listing: float = 120.0
    history: float = 300.0
    download: float = 600.0
    report: int = 256 * 1024 * 1024
    json: int = 8 * 1024 * 1024
    attempts: int = 3
    wait: float = 1.0


@define(kw_only=True)
class Site:
    """One server: its address, and the account that is shown only to its own origin (scheme, host, port).

    A user's token is given, or is in `token_file`. `ca_file` names certificates of authorities that are trusted beside
    the system's. After a 401 no more requests are sent. Its representation leaves the address out, since a query may
    hold a secret.
    """

    url: str = field(repr=False)
    user: str | None = None
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None
    ca_file: str | None = None
    limits: Limits = Limits()
    refusal: str | None = field(default=None, init=False)

    @property
    def base(self) -> str:
        """The address, to which paths are added."""
        return self.url.rstrip("/") + "/"

    @functools.cached_property
    def origin(self) -> tuple[str, str, int | None]:
        """The address's scheme, host and port; raise CannotFetch for an address that covbot does not request."""
        try:
            address = httpx2.URL(self.url)
        except httpx2.InvalidURL as error:
            raise CannotFetch("the source's url is no address; whoever keeps covbot.toml") from error
        if address.scheme not in _PORTS or not address.host:
            raise CannotFetch("the source's url must begin with https:// or http://; whoever keeps covbot.toml")
        if address.userinfo:
            raise CannotFetch("the source's url holds a user or a password: user and token have settings of their own")
        return _parse_origin(address)

    @functools.cached_property
    def trust(self) -> ssl.SSLContext:
        """The certificates that are trusted; raise CannotFetch if `ca_file` cannot be read."""
        context = ssl.create_default_context()
        if self.ca_file:
            try:
                context.load_verify_locations(self.ca_file)
            except OSError as error:
                reason = error.strerror or "no certificate in it"
                raise CannotFetch(f"{self.ca_file}: {reason}; whoever keeps covbot.toml (ca_file)") from error
        return context

    @functools.cached_property
    def secret(self) -> str | None:
        """The user's token, None for a site that is public; raise CannotFetch if it cannot be read."""
        if self.token is None and self.token_file is not None:
            return tokens.read_token(self.token_file)
        if self.token is None and self.user is not None:
            raise CannotFetch(
                f"user {self.user!r} has no token: whoever keeps covbot.toml names its file (token_file),"
                " or the environment holds it (COVBOT_JENKINS_TOKEN)"
            )
        return self.token

    @contextlib.contextmanager
    def session(self) -> Iterator[HttpSession]:
        """Open connections to the server, for one task."""
        for name in _NOISY_LOGGERS:
            # They log whole addresses and headers, and a redirect's address may be a secret.
            logging.getLogger(name).disabled = True
        instrumentation.set_on_retry_hooks([_log_retry])
        own_origin = self.origin
        secret = self.secret
        with httpx2.Client(
            verify=self.trust,
            timeout=httpx2.Timeout(self.limits.read, connect=self.limits.connect),
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": "covbot", "Accept": "*/*", "Accept-Encoding": "gzip"},
        ) as client:
            yield HttpSession(site=self, client=client, own_origin=own_origin, secret=secret)


@define(kw_only=True)
class HttpSession:
    """Requests to one site over connections that are kept between them."""

    site: Site
    client: httpx2.Client
    own_origin: tuple[str, str, int | None]
    secret: str | None = field(repr=False)

    def get(
        self, url: str, *, seconds: float, size: int, conditions: Mapping[str, str] | None = None
    ) -> responses.HttpResponse:
        """Request one address, waiting `seconds` in all and reading at most `size` bytes.

        `conditions` are headers that make the request conditional. The response's status is 200, 304, 404 or 410.
        Anything else raises CannotFetch: CannotFetchNow after all attempts for what is transient, FetchRefused for a
        401.
        """
        if self.site.refusal:
            raise FetchRefused(self.site.refusal)
        limits = self.site.limits
        deadline = time.monotonic() + seconds
        retrying = stamina.RetryingCaller(
            attempts=limits.attempts,
            timeout=seconds,
            wait_initial=limits.wait,
            wait_max=limits.wait * 8,
            wait_jitter=limits.wait,
        )
        return retrying(CannotFetchNow, lambda: self._follow_redirects(url, size, deadline, conditions or {}))

    def _follow_redirects(
        self, url: str, size: int, deadline: float, conditions: Mapping[str, str]
    ) -> responses.HttpResponse:
        target = httpx2.URL(url)
        for _hop in range(_MOST_REDIRECTS + 1):
            with self._send_request(target, conditions) as reply:
                if reply.status_code not in _REDIRECTS:
                    return self._read_response(reply, size, deadline, conditional=bool(conditions))
                target = _resolve_redirect(target, reply.headers.get("Location", ""), self._redact_url(target))
        raise CannotFetch(f"{self._redact_url(httpx2.URL(url))}: redirects more than {_MOST_REDIRECTS} times; {_ADMIN}")

    @contextlib.contextmanager
    def _send_request(self, target: httpx2.URL, conditions: Mapping[str, str]) -> Iterator[httpx2.Response]:
        headers = dict(conditions)
        if self.secret is not None and _parse_origin(target) == self.own_origin:
            account = f"{self.site.user or ''}:{self.secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(account).decode()
        request = self.client.build_request("GET", target, headers=headers)
        try:
            reply = self.client.send(request, stream=True, follow_redirects=False)
            try:
                yield reply
            finally:
                reply.close()
        except httpx2.TransportError as error:
            raise _make_transport_error(error, self._redact_url(target)) from error

    def _read_response(
        self, reply: httpx2.Response, size: int, deadline: float, *, conditional: bool
    ) -> responses.HttpResponse:
        shown_url, is_own_origin = self._redact_url(reply.url), _parse_origin(reply.url) == self.own_origin
        headers = {name.lower(): value for name, value in reply.headers.items()}
        response = responses.HttpResponse(status=reply.status_code, shown_url=shown_url, headers=headers)
        if response.status in responses.ABSENT or (response.status == httpx2.codes.NOT_MODIFIED and conditional):
            return response
        if response.status != httpx2.codes.OK:
            error = responses.make_error(
                response, is_own_origin=is_own_origin, user=self.site.user if self.secret else None
            )
            self.site.refusal = str(error) if isinstance(error, FetchRefused) else None
            raise error
        packed = _limit_chunks(reply.iter_raw(), shown_url, size, deadline)
        once = _limit_chunks(
            body_encoding.decode_body(packed, headers.get("content-encoding", "")), shown_url, size, deadline
        )
        return response.with_body(
            download.write_download(_limit_chunks(body_encoding.unwrap_layer(once), shown_url, size, deadline))
        )

    def _redact_url(self, address: httpx2.URL) -> str:
        """Return an address fit to be shown: a query may hold a secret, and so may a path on another server."""
        plain = address.copy_with(query=None, fragment=None)
        return str(plain if _parse_origin(address) == self.own_origin else plain.copy_with(path="/"))


def _log_retry(details: instrumentation.RetryDetails) -> None:
    """Log a retry, in place of stamina's own message, which would be written to standard output."""
    logs.info("request.repeated", attempt=details.retry_num, wait=details.wait_for, why=str(details.caused_by))


def _parse_origin(address: httpx2.URL) -> tuple[str, str, int | None]:
    return address.scheme, address.host, address.port or _PORTS.get(address.scheme)


def _resolve_redirect(target: httpx2.URL, location: str, shown_url: str) -> httpx2.URL:
    try:
        address = target.join(location)
    except httpx2.InvalidURL as error:
        raise CannotFetch(f"{shown_url}: redirects to what is no address; {_ADMIN}") from error
    if not location or address.scheme not in _PORTS or not address.host:
        raise CannotFetch(f"{shown_url}: redirects to something other than http and https, refused; {_ADMIN}")
    if target.scheme == "https" and address.scheme == "http":
        raise CannotFetch(f"{shown_url}: redirects from https to http, refused; {_ADMIN}")
    if address.userinfo:
        raise CannotFetch(f"{shown_url}: redirects to an address with a password in it, refused; {_ADMIN}")
    return address


def _limit_chunks(chunks: Iterable[bytes], shown_url: str, size: int, deadline: float) -> Iterator[bytes]:
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > size:
            raise TooLarge(f"{shown_url}: more than {size} bytes; refused as too large, whoever keeps the job")
        if time.monotonic() > deadline:
            raise CannotFetchNow(f"{shown_url}: not finished in time; covbot asks again")
        yield chunk


def _make_transport_error(error: httpx2.TransportError, shown_url: str) -> CannotFetch:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message
            return CannotFetch(
                f"{shown_url}: its certificate is not trusted ({reason}); {_ADMIN}, or ca_file in covbot.toml"
            )
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx2.TimeoutException():
            what = "no answer in time"
        case httpx2.ConnectError():
            what = "no connection"
        case _:
            what = "no whole answer"
    return CannotFetchNow(f"{shown_url}: {what} ({type(error).__name__}); covbot asks again, {_ADMIN} if it lasts")
