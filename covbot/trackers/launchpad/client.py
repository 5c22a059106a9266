"""Requests to Launchpad by the real launchpadlib, over a transport that never re-sends; the only file with `Any`."""

from __future__ import annotations

import configparser
import http.client
import shutil
import tempfile
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

import httplib2
import stamina
from attrs import frozen
from launchpadlib import credentials as keys  # type: ignore[import-untyped]  # launchpadlib carries no types
from launchpadlib import launchpad, uris
from lazr.restfulclient import errors as lazr  # type: ignore[import-untyped]  # nor does its foundation

from covbot import errors
from covbot.core import byte_marks
from covbot.trackers.launchpad import entries, responses
from covbot.trackers.launchpad.access import API_VERSION, CONSUMER_NAME, Access
from covbot.trackers.launchpad.responses import Response, TransportState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from covbot.trackers.launchpad.entries import LaunchpadEntry

_ATTEMPTS = 3
_T = TypeVar("_T")
_FAILURES = (
    lazr.RestfulError,
    httplib2.HttpLib2Error,
    http.client.HTTPException,
    OSError,
    LookupError,
    TypeError,
    ValueError,
    SyntaxError,
)
"""The exceptions of launchpadlib for a server that is unavailable, cut off, or responds in another way than Launchpad.

A missing project is a KeyError, a page of HTML a ValueError, a broken WADL a SyntaxError.
"""


@frozen(kw_only=True)
class LoadedEntry:
    """An entry as it was read, with the handle by which it can be changed or followed."""

    entry: LaunchpadEntry
    handle: Any


class _Unavailable(http.client.HTTPException):
    """502, 503 or a page of HTML: raised inside the transport, so that restfulclient's loop cannot send it again."""


class _Transport(launchpad.LaunchpadOAuthAwareHttp):  # type: ignore[misc]  # its base has no types
    """httplib2 with three rules: only a writable state sends more than GET; a write is sent once; it is recorded."""

    def __init__(self, state: TransportState, *args: Any) -> None:  # noqa: ANN401 - passed on to launchpadlib
        super().__init__(*args)
        self.state = state
        weakref.finalize(self, _close_connections, self.connections)

    def _conn_request(
        self,
        conn: http.client.HTTPConnection,
        request_uri: str,
        method: str,
        body: bytes | str | None,
        headers: dict[str, str],
    ) -> tuple[httplib2.Response, bytes]:
        send = self._send_read if method == "GET" else self._send_write
        response, content = send(conn, request_uri, method, body, headers)
        unavailable = response.status in (http.HTTPStatus.BAD_GATEWAY, http.HTTPStatus.SERVICE_UNAVAILABLE)
        if unavailable or response.get("content-type", "").startswith("text/html"):
            raise _Unavailable
        return response, content

    def _send_read(self, *args: Any) -> tuple[httplib2.Response, bytes]:  # noqa: ANN401 - passed on to httplib2
        self.state.read = Response()
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


class _Service(launchpad.Launchpad):  # type: ignore[misc]  # its base has no types
    """launchpadlib's root object over covbot's transport."""

    def __init__(self, state: TransportState, *args: Any, **options: Any) -> None:  # noqa: ANN401 - passed on to launchpadlib
        self.state = state
        super().__init__(*args, **options)

    def httpFactory(self, *args: Any) -> _Transport:  # noqa: ANN401, N802 - the name is launchpadlib's
        return _Transport(self.state, self, None, *args)


class Client:
    """One Launchpad object with a cache directory of its own: for one thread (launchpadlib is not thread-safe)."""

    def __init__(self, access: Access) -> None:
        """Connect: two reads, of the service's description and its root; raise CannotUseTracker if that fails."""
        credentials = _load_credentials(access.credentials)
        token = credentials.access_token
        self.root = find_service_root(access.service_root) + API_VERSION + "/"
        cache = tempfile.mkdtemp(prefix="covbot-launchpad-")
        weakref.finalize(self, shutil.rmtree, cache, ignore_errors=True)
        self.state = TransportState(
            writable=not access.read_only, secrets=tuple(filter(None, (token.secret, token.key)))
        )
        retry_wait = access.retry_wait
        self._retry = stamina.RetryingCaller(
            attempts=_ATTEMPTS, timeout=None, wait_initial=retry_wait, wait_max=8 * retry_wait, wait_jitter=retry_wait
        ).on(_is_transient)
        self._service = self._retry_read(
            "connecting",
            lambda: _Service(
                self.state,
                credentials,
                None,
                None,
                service_root=find_service_root(access.service_root),
                cache=cache,
                timeout=access.timeout,
                version=API_VERSION,
            ),
        )

    def me(self) -> tuple[str, str | None]:
        """Return the link of the account's person, and the time of the server's clock if it sends one: one read."""

        def send() -> httplib2.Response:
            browser = self._service._browser  # noqa: SLF001 - launchpadlib has no way to stop at a redirect
            browser._connection.follow_redirects = False  # noqa: SLF001 - as above
            try:
                response: httplib2.Response = browser.get(self.root + "people/+me", return_response=True)[0]
            finally:
                browser._connection.follow_redirects = True  # noqa: SLF001 - as above
            return response

        response = self._retry_read("reading the account", send)
        return entries.read_text(response, "location"), response.get("date")

    def load(self, path: str, request: str) -> LoadedEntry:
        """Return the entry at a path below the root, fresh: one read; BugUnreadable if it is gone or not visible."""
        return self._retry_read(request, lambda: _wrap_resource(self._service.load(self.root + path)))

    def follow(self, loaded: LoadedEntry, collection: str) -> list[LoadedEntry]:
        """Return all entries of a collection that an entry links to: one read per page."""
        request = f"reading {collection} of {loaded.entry.get('self_link')}"
        return self._retry_read(request, lambda: [_wrap_resource(item) for item in getattr(loaded.handle, collection)])

    def search(self, project: str | None, criteria: Mapping[str, object]) -> tuple[list[LaunchpadEntry], bool]:
        """Return the tasks found on a project, or everywhere, and whether one page held them all: one read per page."""

        def send() -> tuple[list[LaunchpadEntry], bool]:
            target = self._service.bugs if project is None else self._service.projects(project)
            found = target.searchTasks(**criteria)
            first = found._wadl_resource.representation  # noqa: SLF001 - launchpadlib has no way to ask for a page's links
            return [_wrap_resource(task).entry for task in found], "next_collection_link" not in first

        try:
            return self._retry_read(f"searching the bugs of {project or 'the account'}", send)
        except errors.BugUnreadable as error:
            raise errors.CannotUseTracker(str(error)) from None

    def count(self, query: str) -> int:
        """Return the number that a query below the root responds with: one read."""
        browser = self._service._browser  # noqa: SLF001 - launchpadlib has no way to ask for a number alone
        return self._retry_read("counting the bugs", lambda: int(browser.get(self.root + query)))

    def create(self, project: str, fields: Mapping[str, object]) -> int:
        """File a bug: one write; return its number."""
        request = f"filing a bug on {project}"
        response = self._write_once(request, lambda: self._service.bugs.createBug(target=self.root + project, **fields))
        number = response.headers.get("location", "").rpartition("/")[2]
        if not number.isdigit():
            raise errors.WriteDoubtful(f"{request}: Launchpad said {response.summary} but not which number the bug has")
        return int(number)

    def comment(self, loaded: LoadedEntry, text: str, request: str) -> None:
        """Add a comment to a bug: one write."""
        self._write_once(request, lambda: loaded.handle.newMessage(content=text))

    def patch(self, loaded: LoadedEntry, fields: Mapping[str, object], request: str) -> None:
        """Change fields of an entry, provided that none of its writable fields changed since it was read: one write."""

        def save_fields() -> None:
            for name, value in fields.items():
                setattr(loaded.handle, name, value)
            loaded.handle.lp_save()

        self._write_once(request, save_fields)

    def _retry_read(self, request: str, call: Callable[[], _T]) -> _T:
        try:
            return self._retry(call)
        except _FAILURES:
            raise responses.make_read_error(self.state.read, request) from None

    def _write_once(self, request: str, call: Callable[[], object]) -> Response:
        self.state.write = Response()
        try:
            call()
        except errors.CovbotError:
            raise
        except _FAILURES:
            # The response to the write itself decides: launchpadlib reads after some writes, and may fail there.
            pass
        error = responses.make_write_error(self.state.write, request)
        if error is not None:
            raise error
        return self.state.write


def find_service_root(name: str) -> str:
    """Return the root of the API for `production`, `staging`, `qastaging` or a URL; raise CannotUseTracker else."""
    try:
        root = str(uris.lookup_service_root(name))
    except ValueError:
        raise errors.CannotUseTracker(f"service_root {name!r}: give a URL, production, staging or qastaging") from None
    return root.rstrip("/") + "/"


def request_access(root: str) -> tuple[str, Callable[[], bytes | None]]:
    """Return a URL where a person can authorise covbot, and a call that polls for the credentials file's bytes.

    The call returns None as long as nobody decided, and raises CannotUseTracker if the person declined.
    """
    web_root = uris.web_root_for_service_root(find_service_root(root))
    credentials = keys.Credentials(CONSUMER_NAME)
    try:
        url = credentials.get_request_token(web_root=web_root) + "&allow_permission=WRITE_PUBLIC"
    except _FAILURES:
        raise errors.CannotUseTracker(f"{web_root} gave no request token: is it Launchpad, and in reach?") from None

    def poll_credentials() -> bytes | None:
        try:
            credentials.exchange_request_token_for_access_token(web_root)
        except lazr.HTTPError as error:
            if error.response.status == http.HTTPStatus.UNAUTHORIZED:
                return None
            raise errors.CannotUseTracker(f"{web_root}: access was declined, or the request is too old") from None
        except _FAILURES:
            raise errors.CannotUseTracker(f"{web_root} cannot be reached to ask for access") from None
        return bytes(credentials.serialize())

    return url, poll_credentials


def _close_connections(connections: dict[str, http.client.HTTPConnection]) -> None:
    """Close the connections that launchpadlib leaves open."""
    for connection in connections.values():
        connection.close()


def _load_credentials(path: Path) -> Any:  # noqa: ANN401 - launchpadlib carries no types
    try:
        # As load_from_path does, which leaves a broken file open.
        credentials = keys.Credentials.from_string(byte_marks.decode_text(path.read_bytes()))
    except (OSError, lazr.RestfulError, configparser.Error, UnicodeError):
        raise errors.CannotUseTracker(f"{path}: no readable credentials file; `covbot login` writes one") from None
    credentials.consumer.application_name = CONSUMER_NAME
    return credentials


def _is_transient(error: Exception) -> bool:
    """Whether a read may succeed if it is sent again."""
    if isinstance(error, lazr.HTTPError):
        return int(error.response.status) >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, httplib2.HttpLib2Error | http.client.HTTPException | OSError)


def _wrap_resource(resource: Any) -> LoadedEntry:  # noqa: ANN401 - launchpadlib carries no types
    # an attribute costs a search of the WADL
    return LoadedEntry(entry=resource._wadl_resource.representation, handle=resource)  # noqa: SLF001
