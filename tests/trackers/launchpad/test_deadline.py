"""A request to Launchpad takes a bounded time in all, however slowly the server sends."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from covbot import errors
from covbot.trackers.launchpad.tracker import Launchpad
from doubles.launchpad import pictures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from doubles.launchpad.server import Double

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n"


@contextlib.contextmanager
def serve_slowly(beginning: bytes) -> Iterator[int]:
    """Serve this at once and then single bytes, long before any of them is late, without an end; yield the port."""
    over = threading.Event()

    def answer(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.sendall(beginning)
            while not over.wait(0.02):
                connection.sendall(b"x")

    def accept(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=answer, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("beginning", [HEAD + b"X-Slow: ", HEAD + b"\r\n"])
def test_a_server_that_sends_without_an_end_is_given_up(double: Double, tmp_path: Path, beginning: bytes) -> None:
    with serve_slowly(beginning) as port:
        access = pictures.make_access(double, tmp_path, timeout=20)
        access = evolve(access, service_root=f"http://127.0.0.1:{port}/", longest=0.2, retry_wait=0)
        with pytest.raises(errors.CannotUseTracker, match=r"^connecting: "):
            Launchpad(access, "nova").listing()
