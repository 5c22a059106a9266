"""GET requests: bounded, redirected by our rules, with credentials for one origin alone and without cookies."""

from __future__ import annotations

import base64
import contextlib
import http.cookiejar
import os
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx2
import socksio
import stamina
from attrs import define, field, frozen

from covbot.errors import CannotFetch, CannotFetchNow, FetchRefused, TooLarge
from covbot.sources.http import body_encoding, download, origins, proxies, responses
from covbot.sources.http.origins import ADMIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from covbot.sources.http.client import Site
    from covbot.sources.http.proxies import ProxyAddress

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_GATEWAY_FAILURES = ("502", "503", "504")


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
    refusal: float = 3600.0


@define(kw_only=True, eq=False)
class HttpSession:
    """Requests to one site over connections that are kept between them; a context manager, which closes them.

    Each address is requested by the proxy that the environment names for it, or directly.
    """

    site: Site
    own_origin: origins.Origin
    secret: str | None = field(repr=False)
    trust: ssl.SSLContext = field(repr=False)
    _clients: dict[ProxyAddress | None, httpx2.Client] = field(init=False, factory=dict, repr=False)
    _sockets: list[socket.socket] = field(init=False, factory=list, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            client.close()
        for made in self._sockets:  # httpcore leaves that to a SOCKS proxy open which does not answer as one
            made.close()

    def get(
        self, url: str, *, seconds: float, size: int, conditions: Mapping[str, str] | None = None
    ) -> responses.HttpResponse:
        """Request one address, waiting `seconds` in all and reading at most `size` bytes.

        `conditions` are headers that make the request conditional. The response's status is 200, 304, 404 or 410.
        Anything else raises CannotFetch: CannotFetchNow after all attempts for what is transient, FetchRefused for a
        401.
        """
        self.site.check_refusal(self.secret)
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
            with self._send_request(target, conditions, deadline) as reply:
                if reply.status_code not in _REDIRECTS:
                    return self._read_response(reply, size, deadline, conditional=bool(conditions))
                target = origins.resolve_redirect(target, reply.headers.get("Location", ""), self._redact_url(target))
        raise CannotFetch(f"{self._redact_url(httpx2.URL(url))}: redirects more than {_MOST_REDIRECTS} times; {ADMIN}")

    @contextlib.contextmanager
    def _send_request(
        self, target: httpx2.URL, conditions: Mapping[str, str], deadline: float
    ) -> Iterator[httpx2.Response]:
        headers = dict(conditions)
        if self.secret is not None and origins.parse_origin(target) == self.own_origin:
            account = f"{self.site.user or ''}:{self.secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(account).decode()
        proxy = proxies.find_proxy(target, os.environ)
        client = self._get_client(proxy)
        request = client.build_request("GET", target, headers=headers, extensions={"trace": self._keep_socket})
        try:
            with self._limit_time(deadline):
                reply = client.send(request, stream=True, follow_redirects=False)
                try:
                    yield reply
                finally:
                    reply.close()
        except (httpx2.TransportError, socksio.SOCKSError) as error:
            shown_url = self._redact_url(target)
            if time.monotonic() >= deadline:
                raise _make_deadline_error(shown_url) from error
            raise _make_transport_error(error, shown_url, proxy, target.host) from error

    def _get_client(self, proxy: ProxyAddress | None) -> httpx2.Client:
        if proxy not in self._clients:
            limits = self.site.limits
            self._clients[proxy] = httpx2.Client(
                verify=self.trust,
                timeout=httpx2.Timeout(limits.read, connect=limits.connect),
                cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=())),
                headers={"User-Agent": "covbot", "Accept": "*/*", "Accept-Encoding": "gzip"},
                trust_env=False,
                proxy=httpx2.Proxy(proxy.url, ssl_context=_select_context(proxy, self.trust)) if proxy else None,
            )
        return self._clients[proxy]

    def _keep_socket(self, _event: str, details: Mapping[str, Any]) -> None:
        """Keep the socket of a connection that was made, so that a request can be ended at its deadline."""
        made = details.get("return_value")
        if made is not None and hasattr(made, "get_extra_info"):
            self._sockets.append(made.get_extra_info("socket"))

    @contextlib.contextmanager
    def _limit_time(self, deadline: float) -> Iterator[None]:
        """End the request in the block at the deadline, however slowly the server sends."""
        timer = threading.Timer(max(deadline - time.monotonic(), 0), self._shut_down)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _shut_down(self) -> None:
        for made in self._sockets:
            with contextlib.suppress(OSError):
                made.shutdown(socket.SHUT_RDWR)

    def _read_response(
        self, reply: httpx2.Response, size: int, deadline: float, *, conditional: bool
    ) -> responses.HttpResponse:
        shown_url, is_own_origin = self._redact_url(reply.url), origins.parse_origin(reply.url) == self.own_origin
        headers = {name.lower(): value for name, value in reply.headers.items()}
        response = responses.HttpResponse(status=reply.status_code, shown_url=shown_url, headers=headers)
        if response.status in responses.ABSENT or (response.status == httpx2.codes.NOT_MODIFIED and conditional):
            return response
        proxy = proxies.find_proxy(reply.url, os.environ)
        if response.status == httpx2.codes.PROXY_AUTHENTICATION_REQUIRED and proxy is not None:
            raise _make_proxy_error(proxy, shown_url, reply.url.host, "407, it wants a user and a password")
        if response.status != httpx2.codes.OK:
            error = responses.make_error(
                response, is_own_origin=is_own_origin, user=self.site.user if self.secret else None
            )
            if isinstance(error, FetchRefused):
                self.site.refuse(self.secret, str(error))
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
        return str(plain if origins.parse_origin(address) == self.own_origin else plain.copy_with(path="/"))


def _limit_chunks(chunks: Iterable[bytes], shown_url: str, size: int, deadline: float) -> Iterator[bytes]:
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > size:
            raise TooLarge(f"{shown_url}: more than {size} bytes; refused as too large, whoever keeps the job")
        if time.monotonic() > deadline:
            raise _make_deadline_error(shown_url)
        yield chunk


def _select_context(proxy: ProxyAddress, trust: ssl.SSLContext) -> ssl.SSLContext | None:
    """Return the certificates for the connection to the proxy itself, None if that is not encrypted."""
    return trust if proxy.url.scheme == "https" else None


def _make_proxy_error(proxy: ProxyAddress, shown_url: str, host: str, reason: str) -> CannotFetch:
    return CannotFetch(f"{shown_url}: no connection by the proxy of {proxy!r}: {reason}; {proxy.describe_remedy(host)}")


def _make_deadline_error(shown_url: str) -> CannotFetchNow:
    return CannotFetchNow(f"{shown_url}: not finished in time; covbot asks again")


def _make_transport_error(error: Exception, shown_url: str, proxy: ProxyAddress | None, host: str) -> CannotFetch:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message
            return CannotFetch(
                f"{shown_url}: its certificate is not trusted ({reason}); {ADMIN}, or ca_file in covbot.toml"
            )
        cause = cause.__cause__ or cause.__context__
    if proxy is not None and isinstance(error, _PROXY_FAILURES) and not _is_behind_proxy(error):
        return _make_proxy_error(proxy, shown_url, host, responses.sanitize_text(str(error)) or type(error).__name__)
    match error:
        case httpx2.TimeoutException():
            what = "no answer in time"
        case httpx2.ConnectError():
            what = "no connection"
        case _:
            what = "no whole answer"
    return CannotFetchNow(f"{shown_url}: {what} ({type(error).__name__}); covbot asks again, {ADMIN} if it lasts")


_PROXY_FAILURES = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError, socksio.SOCKSError)
"""The exceptions of a connection that a proxy should have made."""


def _is_behind_proxy(error: Exception) -> bool:
    """Whether the proxy works, and reports that it does not reach the server."""
    return isinstance(error, httpx2.ProxyError) and str(error).startswith(_GATEWAY_FAILURES)
