"""GET requests of our own: bounded, redirected by our rules, with credentials for one origin alone and no cookies."""

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
_TALKERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)


@frozen(kw_only=True)
class Limits:
    """How long a server is waited for, in seconds, and how much is taken from it, in bytes after unpacking."""

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
    """One server: its address, and the account that only its own origin (scheme, host, port) is ever shown.

    A user's token is given, or lies in `token_file`. `ca_file` names certificates of authorities trusted beside the
    system's. After a 401 it is not asked again. Its representation leaves the address out, for a query may hold a
    secret.
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
        """The address's scheme, host and port; CannotFetch for an address that covbot does not ask."""
        try:
            address = httpx2.URL(self.url)
        except httpx2.InvalidURL as error:
            raise CannotFetch("the source's url is no address; whoever keeps covbot.toml") from error
        if address.scheme not in _PORTS or not address.host:
            raise CannotFetch("the source's url must begin with https:// or http://; whoever keeps covbot.toml")
        if address.userinfo:
            raise CannotFetch("the source's url holds a user or a password: user and token have settings of their own")
        return _origin(address)

    @functools.cached_property
    def trust(self) -> ssl.SSLContext:
        """Whose certificates are believed; CannotFetch if `ca_file` cannot be read."""
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
        """The user's token, None for a site that anybody may read; CannotFetch if it cannot be had."""
        if self.token is None and self.token_file is not None:
            return tokens.read_token(self.token_file)
        if self.token is None and self.user is not None:
            raise CannotFetch(
                f"user {self.user!r} has no token: whoever keeps covbot.toml names its file (token_file),"
                " or the environment holds it (COVBOT_JENKINS_TOKEN)"
            )
        return self.token

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Connections to the server, for one errand."""
        for name in _TALKERS:
            # They write whole addresses and headers, and a redirect's address may be a secret.
            logging.getLogger(name).disabled = True
        instrumentation.set_on_retry_hooks([_log_retry])
        own = self.origin
        secret = self.secret
        with httpx2.Client(
            verify=self.trust,
            timeout=httpx2.Timeout(self.limits.read, connect=self.limits.connect),
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": "covbot", "Accept": "*/*", "Accept-Encoding": "gzip"},
        ) as client:
            yield Session(site=self, client=client, own=own, secret=secret)


@define(kw_only=True)
class Session:
    """Requests to one site over connections that are kept between them."""

    site: Site
    client: httpx2.Client
    own: tuple[str, str, int | None]
    secret: str | None = field(repr=False)

    def get(
        self, url: str, *, seconds: float, size: int, known: Mapping[str, str] | None = None
    ) -> responses.HttpResponse:
        """Ask for one address, waiting `seconds` in all and taking at most `size` bytes.

        `known` are headers that make the request conditional. The answer's status is 200, 304, 404 or 410; anything
        else is a CannotFetch: CannotFetchNow after all attempts for what passes, FetchRefused for a 401.
        """
        if self.site.refusal:
            raise FetchRefused(self.site.refusal)
        limits = self.site.limits
        until = time.monotonic() + seconds
        retrying = stamina.RetryingCaller(
            attempts=limits.attempts,
            timeout=seconds,
            wait_initial=limits.wait,
            wait_max=limits.wait * 8,
            wait_jitter=limits.wait,
        )
        return retrying(CannotFetchNow, lambda: self._follow(url, size, until, known or {}))

    def _follow(self, url: str, size: int, until: float, known: Mapping[str, str]) -> responses.HttpResponse:
        target = httpx2.URL(url)
        for _hop in range(_MOST_REDIRECTS + 1):
            with self._send(target, known) as response:
                if response.status_code not in _REDIRECTS:
                    return self._read(response, size, until, known=bool(known))
                target = _next(target, response.headers.get("Location", ""), self._show(target))
        raise CannotFetch(f"{self._show(httpx2.URL(url))}: redirects more than {_MOST_REDIRECTS} times; {_ADMIN}")

    @contextlib.contextmanager
    def _send(self, target: httpx2.URL, known: Mapping[str, str]) -> Iterator[httpx2.Response]:
        headers = dict(known)
        if self.secret is not None and _origin(target) == self.own:
            account = f"{self.site.user or ''}:{self.secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(account).decode()
        request = self.client.build_request("GET", target, headers=headers)
        try:
            response = self.client.send(request, stream=True, follow_redirects=False)
            try:
                yield response
            finally:
                response.close()
        except httpx2.TransportError as error:
            raise _explain(error, self._show(target)) from error

    def _read(self, response: httpx2.Response, size: int, until: float, *, known: bool) -> responses.HttpResponse:
        place, own = self._show(response.url), _origin(response.url) == self.own
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = responses.HttpResponse(status=response.status_code, place=place, headers=headers)
        if answer.status in responses.ABSENT or (answer.status == httpx2.codes.NOT_MODIFIED and known):
            return answer
        if answer.status != httpx2.codes.OK:
            error = responses.make_error(answer, own=own, user=self.site.user if self.secret else None)
            self.site.refusal = str(error) if isinstance(error, FetchRefused) else None
            raise error
        packed = _bound(response.iter_raw(), place, size, until)
        once = _bound(body_encoding.decode_body(packed, headers.get("content-encoding", "")), place, size, until)
        return answer.holding(download.write_download(_bound(body_encoding.unwrap_layer(once), place, size, until)))

    def _show(self, address: httpx2.URL) -> str:
        """An address as anybody may see it: a query may hold a secret, and so may a path on another server."""
        plain = address.copy_with(query=None, fragment=None)
        return str(plain if _origin(address) == self.own else plain.copy_with(path="/"))


def _log_retry(details: instrumentation.RetryDetails) -> None:
    """In the place of stamina's own words, which would end up on standard output."""
    logs.info("request.repeated", attempt=details.retry_num, wait=details.wait_for, why=str(details.caused_by))


def _origin(address: httpx2.URL) -> tuple[str, str, int | None]:
    return address.scheme, address.host, address.port or _PORTS.get(address.scheme)


def _next(target: httpx2.URL, location: str, place: str) -> httpx2.URL:
    try:
        address = target.join(location)
    except httpx2.InvalidURL as error:
        raise CannotFetch(f"{place}: redirects to what is no address; {_ADMIN}") from error
    if not location or address.scheme not in _PORTS or not address.host:
        raise CannotFetch(f"{place}: redirects to something other than http and https, refused; {_ADMIN}")
    if target.scheme == "https" and address.scheme == "http":
        raise CannotFetch(f"{place}: redirects from https to http, refused; {_ADMIN}")
    if address.userinfo:
        raise CannotFetch(f"{place}: redirects to an address with a password in it, refused; {_ADMIN}")
    return address


def _bound(chunks: Iterable[bytes], place: str, size: int, until: float) -> Iterator[bytes]:
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        if taken > size:
            raise TooLarge(f"{place}: more than {size} bytes; refused as too large, whoever keeps the job")
        if time.monotonic() > until:
            raise CannotFetchNow(f"{place}: not finished in time; covbot asks again")
        yield chunk


def _explain(error: httpx2.TransportError, place: str) -> CannotFetch:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message
            return CannotFetch(
                f"{place}: its certificate is not trusted ({reason}); {_ADMIN}, or ca_file in covbot.toml"
            )
        cause = cause.__cause__ or cause.__context__
    match error:
        case httpx2.TimeoutException():
            what = "no answer in time"
        case httpx2.ConnectError():
            what = "no connection"
        case _:
            what = "no whole answer"
    return CannotFetchNow(f"{place}: {what} ({type(error).__name__}); covbot asks again, {_ADMIN} if it lasts")
