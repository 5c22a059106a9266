"""Send the answers of the double, whole or with a fault that a test planned."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from doubles.jenkins import pages

if TYPE_CHECKING:
    import threading

    from doubles.jenkins.pages import Reply


@dataclass
class Wire:
    """A connection, and the event that ends a wait on it."""

    connection: socket.socket
    released: threading.Event

    def send(self, data: bytes) -> None:
        """Send data, as much as the client still receives."""
        with contextlib.suppress(OSError):
            self.connection.sendall(data)

    def send_head(self, reply: Reply) -> None:
        lines = [
            f"HTTP/1.1 {reply.status} {reply.reason}",
            *(f"{name}: {value}" for name, value in reply.list_headers()),
        ]
        self.send("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def send_whole(self, reply: Reply) -> bool:
        """Send an answer; return whether the connection stays open."""
        self.send_head(reply)
        if reply.chunked:
            self.send_chunks(reply.body)
            self.send(b"0\r\n\r\n")
        else:
            self.send(reply.body)
        return True

    def send_chunks(self, body: bytes) -> None:
        for at in range(0, len(body), 8192):
            chunk = body[at : at + 8192]
            self.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))


Fault: TypeAlias = Callable[[Wire, "Reply"], bool]
Pack: TypeAlias = Callable[[bytes], bytes]


def answer_with(reply: Reply) -> Fault:
    """Return a fault that sends another answer instead."""
    return lambda wire, _reply: wire.send_whole(reply)


def redirect_to(location: str) -> Fault:
    """Return a fault that redirects to any URL by 302."""
    return answer_with(pages.show_redirect(location))


def replace_body(header: tuple[str, str], body: bytes) -> Fault:
    """Return a fault that sends another body, with a header that replaces the one of its name."""

    def send_replacement(wire: Wire, reply: Reply) -> bool:
        kept = [pair for pair in reply.headers if pair[0] not in {header[0], "Content-Encoding"}]
        return wire.send_whole(replace(reply, headers=[header, *kept], body=body, chunked=False))

    return send_replacement


def cut_body(wire: Wire, reply: Reply) -> bool:
    """Send half of the announced length, and close the connection."""
    plain = replace(reply, chunked=False)
    wire.send_head(plain)
    wire.send(reply.body[: len(reply.body) // 2])
    return False


def cut_chunks(wire: Wire, reply: Reply) -> bool:
    """Send the chunks without the last one, and close the connection."""
    wire.send_head(replace(reply, chunked=True))
    wire.send_chunks(reply.body)
    return False


def cut_gzip(wire: Wire, reply: Reply) -> bool:
    """Send a gzip stream that was cut before its length was computed, so that the lengths agree."""
    headers = [pair for pair in reply.headers if pair[0] != "Content-Encoding"]
    body = reply.body if len(headers) < len(reply.headers) else gzip.compress(reply.body)
    cut = replace(reply, headers=[("Content-Encoding", "gzip"), *headers], body=body[: len(body) // 2], chunked=False)
    return wire.send_whole(cut)


def close_silently(_wire: Wire, _reply: Reply) -> bool:
    """Close the connection without an answer, as one that was idle for too long."""
    return False


def reset_connection(wire: Wire, _reply: Reply) -> bool:
    """Reset the connection instead of an answer."""
    wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.connection.close()
    return False


def stall_after_head(wire: Wire, reply: Reply) -> bool:
    """Send the head, and then nothing until the double ends."""
    wire.send_head(reply)
    wire.released.wait()
    return False
