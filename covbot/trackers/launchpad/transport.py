"""The transport under launchpadlib: it never re-sends a write, and records each response."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httplib2
from launchpadlib import launchpad  # type: ignore[import-untyped]  # launchpadlib carries no types
from lazr.restfulclient import _browser  # type: ignore[import-untyped]  # nor does its foundation

from covbot import errors
from covbot.trackers.launchpad.responses import Response, TransportState

if TYPE_CHECKING:
    from collections.abc import Iterator

ME = "people/+me"
"""The path of the redirect to the account's person, the only one that is expected."""

LONGEST_CACHED = 86_400
"""The age in seconds up to which the service's description is taken from the cache."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


_SHUTDOWN_PAUSE = 0.1
"""The seconds between two attempts to end a request that took too long: httplib2 may have connected again."""


class _Unavailable(http.client.HTTPException):
    """502, 503 or a page of HTML: raised inside the transport, so that restfulclient's loop cannot send it again."""


class _Redirected(ValueError):
    """A read was redirected: it is not followed, since the credentials are for no other address."""


class RootCache(_browser.MultipleRepresentationCache):  # type: ignore[misc]  # its base has no types
    """A cache that keeps the service's description and its root, and nothing of any bug."""

    def __init__(self, folder: str, root: str) -> None:
        """Keep the folder, and the address below which nothing is kept."""
        super().__init__(folder)
        self._folder = folder
        self._root = root

    def set(self, key: str, value: bytes) -> None:
        """Keep what belongs to the root, if the folder can be written to."""
        if key == self._root:
            with contextlib.suppress(OSError):
                super().set(key, value)

    def clear(self) -> None:
        """Remove everything that is kept."""
        with contextlib.suppress(OSError):
            for path in Path(self._folder).iterdir():
                path.unlink()


def make_cache(folder: Path | None, fallback: str, root: str) -> RootCache:
    """Return the cache in a folder, which is created; in `fallback` if there is none or it cannot be created."""
    if folder is not None:
        with contextlib.suppress(OSError):
            return RootCache(str(folder), root)
    return RootCache(fallback, root)


class Transport(launchpad.LaunchpadOAuthAwareHttp):  # type: ignore[misc]  # its base has no types
    """httplib2 with three rules: only a writable state sends more than GET; a write is sent once; it is recorded."""

    def __init__(self, state: TransportState, *args: Any) -> None:  # noqa: ANN401 - passed on to launchpadlib
        """Keep the state, and close the connections with this object."""
        super().__init__(*args)
        self.state = state
        self.follow_redirects = False
        self.ca_certs = state.certificates
        weakref.finalize(self, _close_connections, self.connections)

    def request(self, uri: str, *args: Any, headers: dict[str, str], **options: Any) -> Any:  # noqa: ANN401 - as httplib2's
        """Send a request; the service's description is taken from the cache for a day."""
        if uri == self.state.root:
            headers = headers | {"cache-control": f"max-age={LONGEST_CACHED}"}
        return super().request(uri, *args, headers=headers, **options)

    def _conn_request(
        self,
        conn: http.client.HTTPConnection,
        request_uri: str,
        method: str,
        body: bytes | str | None,
        headers: dict[str, str],
    ) -> tuple[httplib2.Response, bytes]:
        send = self._send_read if method == "GET" else self._send_write
        with _limit_time(conn, self.state.longest):
            response, content = send(conn, request_uri, method, body, headers)
        unavailable = response.status in (http.HTTPStatus.BAD_GATEWAY, http.HTTPStatus.SERVICE_UNAVAILABLE)
        if method == "GET" and response.status in _REDIRECTS and not request_uri.endswith(ME):
            raise _Redirected
        if unavailable or response.get("content-type", "").startswith("text/html"):
            raise _Unavailable
        return response, content

    def _send_read(self, *args: Any) -> tuple[httplib2.Response, bytes]:  # noqa: ANN401 - passed on to httplib2
        self.state.read = Response()
        self.state.connected = self.state.connected or self.state.root.endswith(args[1])
        response, content = super()._conn_request(*args)
        self.state.read = self.state.make_response(response.status, response.items(), content)
        return response, content

    def _send_write(
        self,
        conn: http.client.HTTPConnection,
        request_uri: str,
        method: str,
        body: bytes | str | None,
        headers: dict[str, str],
    ) -> tuple[httplib2.Response, bytes]:
        """Send a write on a fresh connection, so that a failure before it is sent is known to have changed nothing."""
        if not self.state.writable:
            raise errors.WriteRefused(f"{method} {request_uri}: this connection only reads, until mode is live")
        conn.close()
        conn.connect()
        self.state.write = Response(sent=True)
        conn.request(method, request_uri, body, headers | {"accept-encoding": "identity"})
        reply = conn.getresponse()
        self.state.write = self.state.make_response(reply.status, reply.getheaders(), b"")
        content = reply.read()
        self.state.write = self.state.make_response(reply.status, reply.getheaders(), content)
        return httplib2.Response(reply), content


class Service(launchpad.Launchpad):  # type: ignore[misc]  # its base has no types
    """launchpadlib's root object over covbot's transport."""

    def __init__(self, state: TransportState, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on to launchpadlib
        """Keep the state, and connect."""
        self.state = state
        super().__init__(*args, **options)

    def httpFactory(self, *args: Any) -> Transport:  # noqa: ANN401, N802 - the name is launchpadlib's
        """Return the transport for launchpadlib's requests."""
        return Transport(self.state, self, None, *args)


@contextlib.contextmanager
def _limit_time(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """End the request in the block after some seconds, and whatever is tried in its place by then."""
    over = threading.Event()

    def shut_down() -> None:
        wait = seconds
        while not over.wait(wait):
            wait = _SHUTDOWN_PAUSE
            with contextlib.suppress(OSError, AttributeError):  # not connected now, or closed meanwhile
                connection.sock.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=shut_down, name="deadline", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _close_connections(connections: dict[str, http.client.HTTPConnection]) -> None:
    """Close the connections that launchpadlib leaves open."""
    for connection in connections.values():
        connection.close()
