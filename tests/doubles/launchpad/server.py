"""The double as a local server, whose requests are recorded, can be watched at each boundary, and can fail."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import struct
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from doubles.launchpad import faults
from doubles.launchpad.content.people import People
from doubles.launchpad.doors import Doors
from doubles.launchpad.faults import Fault, FaultPlan
from doubles.launchpad.messages import Answer, Request, Token
from doubles.launchpad.service import Service
from doubles.launchpad.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType


def matches_any(request: Request) -> bool:
    """Whether a planned fault may hit the request, which is always so."""
    return bool(request.method)


def is_write(request: Request) -> bool:
    """Whether the request may change something."""
    return request.method != "GET"


class Double:
    """A double of Launchpad at `base`; use it in a `with` statement.

    `people` does what people do, and `requests` are all received requests. `watch` is called with `received`,
    `committed` or `replied` and the request, and may end the process that sent it. Without `sends_date` no answer has
    a date.
    """

    def __init__(self) -> None:
        """Create an empty world on a free port; the server starts with the `with` statement."""
        self.world = World()
        self.people = People(self.world)
        self.requests: list[Request] = []
        self.sends_date = True
        self.watch: Callable[[str, Request], object] = lambda _event, _request: None
        self._fault_plans: list[FaultPlan] = []
        self._lock = threading.RLock()
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.double = self
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.root = self.base + "/"
        self.service = Service(world=self.world, base=self.base)
        self.doors = Doors(service=self.service)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def token(self, person: str, *, level: str = "WRITE_PRIVATE") -> str:
        """Create a token of a person; return its key."""
        key = secrets.token_hex(10)
        self.service.tokens[key] = Token(person=person, secret=secrets.token_hex(20), level=level)
        return key

    def write_credentials(self, path: Path, person: str, *, level: str = "WRITE_PRIVATE") -> str:
        """Write a credentials file with a new token of a person; return its key."""
        key = self.token(person, level=level)
        secret = self.service.tokens[key].secret
        text = f"[1]\nconsumer_key = covbot\nconsumer_secret = \naccess_token = {key}\naccess_secret = {secret}\n"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return key

    def fail(self, fault: Fault, *, nth: int = 1, times: int = 1, of: Callable[[Request], bool] = matches_any) -> None:
        """Plan a fault for the nth request from now of those that `of` matches, and for the next, `times` in all."""
        with self._lock:
            self._fault_plans.append(FaultPlan(fault=fault, nth=nth, times=times, of=of))

    def mend(self) -> None:
        """Remove all planned faults, and release the requests that wait for an answer in vain."""
        with self._lock:
            self._fault_plans.clear()
            released, self._released = self._released, threading.Event()
        released.set()

    def wait(self) -> None:
        """Wait until the faults are removed or the double is closed."""
        self._released.wait()

    def take(self, request: Request) -> tuple[Fault | None, Answer]:
        """Record a request and handle it; return its fault, if one is planned, and its answer."""
        with self._lock:
            self.requests.append(request)
            self.watch("received", request)
            fault = self._next_fault(request)
            if fault in faults.BEFORE_WORK:
                return fault, faults.spoil_answer(fault, Answer(status=200, headers={}))
            answer = self.doors.answer(request)
            self.watch("committed", request)
            return fault, answer if fault is None else faults.spoil_answer(fault, answer)

    def _next_fault(self, request: Request) -> Fault | None:
        hit = None
        plans = []
        for plan in self._fault_plans:
            if hit is None and plan.of(request):
                if plan.nth == 1:
                    hit = plan.fault
                    plans += [] if plan.times == 1 else [_copy_plan(plan, nth=1, times=plan.times - 1)]
                else:
                    plans.append(_copy_plan(plan, nth=plan.nth - 1, times=plan.times))
            else:
                plans.append(plan)
        self._fault_plans = plans
        return hit


def _copy_plan(plan: FaultPlan, *, nth: int, times: int) -> FaultPlan:
    return FaultPlan(fault=plan.fault, nth=nth, times=times, of=plan.of)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    double: Double


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet: else each answer waits for an acknowledgement
    server: _Server

    def handle_one_request(self) -> None:
        """Handle one request; ignore a client that closed the connection."""
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Log nothing."""

    def _serve_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, path=self.path, headers=headers, body=body)
        fault, answer = self.server.double.take(request)
        if fault is Fault.SLOW:
            self.server.double.wait()
        if fault in faults.SILENT_FAULTS:
            self._drop_connection(fault is Fault.RESET)
            return
        self._send_answer(answer, cut=fault is Fault.TRUNCATED)
        self.wfile.flush()
        self.server.double.watch("replied", request)

    def _send_answer(self, answer: Answer, *, cut: bool) -> None:
        self.send_response_only(answer.status, "Content Returned" if answer.status == 209 else None)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.server.double.sends_date:
            self.send_header("Date", formatdate(self.server.double.world.now().timestamp(), usegmt=True))
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body) + (7 if cut else 0)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)
        self.close_connection = cut

    def _drop_connection(self, reset: bool) -> None:
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        else:
            with contextlib.suppress(OSError):  # the client may have left by now
                self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_OPTIONS = _serve_request  # noqa: N815 - the names are http.server's

    def do_HEAD(self) -> None:
        """Answer HEAD, which no entry supports."""
        self._serve_request()
