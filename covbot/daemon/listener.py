"""The HTTP server of the daemon: a bounded number of connections, each for a bounded time, and no log of requests."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from attrs import frozen
from uvicorn.protocols.http.h11_impl import H11Protocol

from covbot import errors

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from starlette.applications import Starlette

MOST_CONNECTIONS = 64
"""The most connections at a time: for one more, the oldest one is closed."""
CONNECTION_SECONDS = 10
"""The seconds from the beginning of a connection to its end, whatever was sent and read by then."""
SHUTDOWN_SECONDS = 3
"""The seconds that a client has to receive its response when the daemon shuts down."""

_BACKLOG = 128
"""The connections that are accepted at once, before one can be closed."""


class BoundedConnection(H11Protocol):
    """A connection that ends after CONNECTION_SECONDS, or when MOST_CONNECTIONS are younger."""

    opened_at = 0.0
    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in its base
        """Begin, and make room for this connection."""
        super().connection_made(transport)
        self.opened_at = self.loop.time()
        self._end = self.loop.call_later(CONNECTION_SECONDS, transport.abort)
        own = [connection for connection in self.connections if isinstance(connection, BoundedConnection)]
        if len(own) > MOST_CONNECTIONS:
            oldest = min(own, key=lambda connection: connection.opened_at)
            self.connections.discard(oldest)
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, and forget the time that was left."""
        if self._end is not None:
            self._end.cancel()
        super().connection_lost(exc)


@frozen(kw_only=True)
class Listener:
    """A socket that accepts connections, as the address of a server."""

    listening: socket.socket

    @property
    def port(self) -> int:
        """The port at which it listens."""
        return int(self.listening.getsockname()[1])

    @contextlib.contextmanager
    def answer(self, app: Starlette) -> Iterator[None]:
        """Answer requests, in a thread of its own, until the block ends."""
        server = uvicorn.Server(_configure_server(app))
        web = threading.Thread(target=server.run, args=([self.listening],), name="web")
        web.start()
        try:
            yield
        finally:
            server.should_exit = True
            web.join()


@contextlib.contextmanager
def open_listener(host: str, port: int) -> Iterator[Listener]:
    """Listen at an address, port 0 meaning any free one; raise CovbotError if it is not available."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        why, _, _ = str(error.strerror or error).partition(" (while ")  # the address, once more
        raise errors.CovbotError(f"cannot listen on {host} port {port}: {why}; choose another host or port") from error
    with made:
        yield Listener(listening=made)


def _configure_server(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BoundedConnection,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
