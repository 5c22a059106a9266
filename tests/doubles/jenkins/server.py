"""A double of a Jenkins server on loopback, which serves jobs as the real one does and records all requests."""

from __future__ import annotations

import base64
import binascii
import http.server
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from doubles.jenkins import pages, state, trees
from doubles.jenkins.wires import Fault, Wire

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from doubles.jenkins.pages import Reply


@dataclass
class SeenRequest:
    """A received request."""

    path: str
    query: str
    headers: Mapping[str, str]

    @property
    def is_download(self) -> bool:
        return "/artifact/" in self.path


@dataclass
class Double:
    """A server with jobs, users (name -> password or token) and planned faults; `root` is its configured URL."""

    root: str = "https://ci.example.test/jenkins/"
    prefix: str = ""
    session: str = "21ea99cc"
    jobs: dict[str, state.Job] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    without_rights: set[str] = field(default_factory=set)
    discoverers: set[str] = field(default_factory=set)
    starting: bool = False
    tls: ssl.SSLContext | None = None
    seen: list[SeenRequest] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _make_handler(self))
        self._server.daemon_threads = False
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"{self.origin}{self.prefix}/"

    @property
    def downloads(self) -> list[str]:
        return [seen.path for seen in self.seen if seen.is_download]

    def job(self, name: str = "widget-cover", kind: str = "hudson.model.FreeStyleProject") -> state.Job:
        """Add a job, and return it."""
        self.jobs[name] = state.Job(name=name, kind=kind)
        return self.jobs[name]

    def script(self, ending: str, *faults: Fault) -> None:
        """Plan faults for the next requests for paths with this ending, one after the other."""
        self.faults.setdefault(ending, []).extend(faults)

    def fault(self, path: str) -> Fault | None:
        for ending, waiting in self.faults.items():
            if path.endswith(ending) and waiting:
                return waiting.pop(0)
        return None

    def reply(self, path: str, query: str, headers: Mapping[str, str]) -> Reply:
        """Return the answer to a GET."""
        if self.starting:
            return pages.show_starting()
        user, refusal = self._authenticate(headers, path)
        if refusal:
            return refusal
        if ";" in path:
            return pages.show_error(400, "Bad Request", "Semicolons are not allowed in the request URI", path)
        if not path.startswith(self.prefix + "/"):
            return _show_missing(path)
        parts = path.removeprefix(self.prefix).split("/")[1:]
        if user in self.without_rights:
            return pages.show_forbidden(user, self.session, permission="hudson.model.Hudson.Read")
        job, rest = self._find_job(parts)
        if job is None or job.hidden:
            return self._serve_folder(parts, query, path)
        if user in self.discoverers:
            return pages.show_forbidden(user, self.session, permission=None)
        return self._serve_job(job, rest, path=path, query=query, headers=headers)

    def _authenticate(self, headers: Mapping[str, str], path: str) -> tuple[str, Reply | None]:
        scheme, _blank, value = headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return "anonymous", pages.show_forbidden_anonymous(path, self.session) if self.users else None
        try:
            user, _colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", pages.show_unauthorized("Malformed HTTP basic Authorization header", path)
        if self.users.get(user) != secret:
            return "", pages.show_unauthorized(f"Invalid password/token for user: {user}", path)
        return user, None

    def _find_job(self, parts: list[str]) -> tuple[state.Job | None, list[str]]:
        names: list[str] = []
        while len(parts) > 1 and parts[0] == "job":
            # A name is decoded once; the names of branches are encoded once more, or not.
            names.append(unquote(parts[1]))
            parts = parts[2:]
        full_name = "/".join(names)
        known = {name.replace("%2F", "/"): job for name, job in self.jobs.items()}
        is_short = names and full_name not in self.jobs and "/" in names[-1]
        return (known.get(full_name) if is_short else self.jobs.get(full_name)), parts

    def _serve_folder(self, parts: list[str], query: str, path: str) -> Reply:
        names = "/".join(unquote(part) for part in parts[1:-2:2])
        if parts[-2:] == ["api", "json"] and any(name.startswith(f"{names}/") for name in self.jobs):
            bean = {
                "_class": "com.cloudbees.hudson.plugins.folder.Folder",
                "fullName": names,
                "name": names,
                "jobs": [],
            }
            return self._show_bean(bean, query)
        return _show_missing(path)

    def _serve_job(
        self, job: state.Job, rest: list[str], *, path: str, query: str, headers: Mapping[str, str]
    ) -> Reply:
        match rest:
            case []:
                return pages.show_redirect(f"{self.origin}{path}/")
            case ["api", "json"]:
                return self._show_bean(state.show_job(job, self.root), query)
            case [number, *inner] if build := self._find_build(job, number):
                return self._serve_build(job, build, inner, path=path, query=query, headers=headers)
            case _:
                return _show_missing(path)

    def _find_build(self, job: state.Job, number: str) -> state.Build | None:
        if number.isdecimal():
            return job.builds.get(int(number))
        pointer = state.show_job(job, self.root).get(number)
        return job.builds[pointer["number"]] if isinstance(pointer, dict) and "number" in pointer else None

    def _serve_build(
        self, job: state.Job, build: state.Build, inner: list[str], *, path: str, query: str, headers: Mapping[str, str]
    ) -> Reply:
        match inner:
            case ["api", "json"]:
                return self._show_bean(state.show_build(job, build, self.root), query)
            case ["artifact", *segments]:
                return self._serve_file(build, [unquote(segment) for segment in segments], path, headers)
            case _:
                return _show_missing(path)

    def _serve_file(self, build: state.Build, segments: list[str], path: str, headers: Mapping[str, str]) -> Reply:
        wanted = "/".join(segments)
        for name, artifact in build.files.items():
            if wanted == name or wanted.startswith(f"{name}/"):
                return pages.show_file(
                    artifact,
                    accepts_gzip="gzip" in headers.get("Accept-Encoding", ""),
                    since=headers.get("If-Modified-Since"),
                    wanted=headers.get("Range"),
                )
            if name.startswith(f"{wanted}/"):
                return pages.show_redirect(f"{self.origin}{path}/")
        is_folder = any(name.startswith(wanted) for name in build.files) and wanted.endswith("/")
        return pages.show_page("Artifacts", self.session) if is_folder or "*" in wanted else _show_missing(path)

    def _show_bean(self, bean: dict[str, Any], query: str) -> Reply:
        tree = parse_qs(query).get("tree")
        try:
            wanted = trees.parse_tree(tree[0]) if tree else {"*": trees.Node()}
        except trees.MalformedTreeError as error:
            message = f"javax.servlet.ServletException: Malformed tree expression: {error}"
            return pages.show_fault(message, self.session)
        return pages.show_json(trees.write_json(trees.prune_bean(bean, wanted)), self.session)


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_arguments: object) -> None:
        """Log nothing: in some tests the client closes the connection."""


def _show_missing(path: str) -> Reply:
    return pages.show_error(404, "Not Found", "Not Found", path)


def _make_handler(double: Double) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self) -> None:
            self._send_reply(with_body=True)

        def do_HEAD(self) -> None:
            self._send_reply(with_body=False)

        def _send_reply(self, *, with_body: bool) -> None:
            address = urlsplit(self.path)
            double.seen.append(SeenRequest(address.path, address.query, dict(self.headers)))
            reply = double.reply(address.path, address.query, dict(self.headers))
            fault = double.fault(address.path) or Wire.send_whole
            self.close_connection = not fault(
                Wire(self.connection, double.released), reply if with_body else reply.without_body()
            )

        def log_message(self, *_arguments: object) -> None:
            """Log nothing: the double records its requests."""

    return Handler
