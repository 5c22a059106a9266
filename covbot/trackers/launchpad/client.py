"""The wire to Launchpad: the real launchpadlib over a transport that never re-sends; the only file that sees `Any`."""

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
from lazr.restfulclient import errors as lazr  # type: ignore[import-untyped]  # nor does what it stands on

from covbot import errors
from covbot.trackers.launchpad import entries, responses
from covbot.trackers.launchpad.access import CONSUMER, VERSION, Access
from covbot.trackers.launchpad.responses import Response, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from covbot.trackers.launchpad.entries import Entry

_ATTEMPTS = 3
_T = TypeVar("_T")

_TROUBLE = (
    lazr.RestfulError,
    httplib2.HttpLib2Error,
    http.client.HTTPException,
    OSError,
    LookupError,
    TypeError,
    ValueError,
    SyntaxError,
)
"""What launchpadlib raises when a server is away, cut off, or answers something else than Launchpad would.

A missing project is a KeyError, a page of HTML a ValueError, a broken WADL a SyntaxError.
"""


@frozen(kw_only=True)
class Held:
    """An entry as it was read, with the handle by which it can be changed or followed."""

    entry: Entry
    handle: Any


class _Away(http.client.HTTPException):
    """502, 503 or a page of HTML: raised inside the transport, so that restfulclient's loop cannot send it again."""


class _Transport(launchpad.LaunchpadOAuthAwareHttp):  # type: ignore[misc]  # its base has no types
    """httplib2 with three rules: only a desk that may write sends more than GET; a write goes once; it is noted."""

    def __init__(self, desk: Transport, *args: Any) -> None:  # noqa: ANN401 - handed through to launchpadlib
        super().__init__(*args)
        self.desk = desk
        weakref.finalize(self, _hang_up, self.connections)

    def _conn_request(
        self,
        conn: http.client.HTTPConnection,
        request_uri: str,
        method: str,
        body: bytes | str | None,
        headers: dict[str, str],
    ) -> tuple[httplib2.Response, bytes]:
        send = self._ask if method == "GET" else self._send_once
        response, content = send(conn, request_uri, method, body, headers)
        away = response.status in (http.HTTPStatus.BAD_GATEWAY, http.HTTPStatus.SERVICE_UNAVAILABLE)
        if away or response.get("content-type", "").startswith("text/html"):
            raise _Away
        return response, content

    def _ask(self, *args: Any) -> tuple[httplib2.Response, bytes]:  # noqa: ANN401 - handed through to httplib2
        self.desk.read = Response()
        response, content = super()._conn_request(*args)
        self.desk.read = self.desk.note(response.status, response.items(), content)
        return response, content

    def _send_once(
        self,
        conn: http.client.HTTPConnection,
        request_uri: str,
        method: str,
        body: bytes | str | None,
        headers: dict[str, str],
    ) -> tuple[httplib2.Response, bytes]:
        """Send a write on a fresh connection, so that all that fails before it is sent is known to be undone."""
        if not self.desk.writable:
            raise errors.WriteRefused(f"{method} {request_uri}: this connection only reads, until mode is live")
        conn.close()
        conn.connect()
        self.desk.write = Response(sent=True)
        conn.request(method, request_uri, body, headers | {"accept-encoding": "identity"})
        reply = conn.getresponse()
        self.desk.write = self.desk.note(reply.status, reply.getheaders(), b"")
        content = reply.read()
        self.desk.write = self.desk.note(reply.status, reply.getheaders(), content)
        return httplib2.Response(reply), content


class _Service(launchpad.Launchpad):  # type: ignore[misc]  # its base has no types
    """launchpadlib's root object over covbot's transport."""

    def __init__(self, desk: Transport, *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed through to launchpadlib
        self.desk = desk
        super().__init__(*args, **options)

    def httpFactory(self, *args: Any) -> _Transport:  # noqa: ANN401, N802 - the name is launchpadlib's
        return _Transport(self.desk, self, None, *args)


class Client:
    """One Launchpad object with a cache directory of its own: for one thread (launchpadlib is not thread-safe)."""

    def __init__(self, access: Access) -> None:
        """Connect: two reads, of the service's description and its root; CannotUseTracker if that fails."""
        credentials = _load(access.credentials)
        token = credentials.access_token
        self.root = service_root(access.service_root) + VERSION + "/"
        cache = tempfile.mkdtemp(prefix="covbot-launchpad-")
        weakref.finalize(self, shutil.rmtree, cache, ignore_errors=True)
        self.desk = Transport(writable=not access.read_only, secrets=tuple(filter(None, (token.secret, token.key))))
        patience = access.patience
        self._again = stamina.RetryingCaller(
            attempts=_ATTEMPTS, timeout=None, wait_initial=patience, wait_max=8 * patience, wait_jitter=patience
        ).on(_passes)
        self._service = self._read(
            "connecting",
            lambda: _Service(
                self.desk,
                credentials,
                None,
                None,
                service_root=service_root(access.service_root),
                cache=cache,
                timeout=access.timeout,
                version=VERSION,
            ),
        )

    def me(self) -> tuple[str, str | None]:
        """The link of the account's person, and what the server's clock says if it says so: one read."""

        def ask() -> httplib2.Response:
            browser = self._service._browser  # noqa: SLF001 - launchpadlib has no way to stop at a redirect
            browser._connection.follow_redirects = False  # noqa: SLF001 - as above
            try:
                response: httplib2.Response = browser.get(self.root + "people/+me", return_response=True)[0]
            finally:
                browser._connection.follow_redirects = True  # noqa: SLF001 - as above
            return response

        response = self._read("reading the account", ask)
        return entries.read_text(response, "location"), response.get("date")

    def load(self, path: str, wish: str) -> Held:
        """The entry at a path below the root, fresh: one read; BugUnreadable if it is gone or not ours to see."""
        return self._read(wish, lambda: _held(self._service.load(self.root + path)))

    def follow(self, held: Held, collection: str) -> list[Held]:
        """All entries of a collection that an entry links to: one read per page."""
        wish = f"reading {collection} of {held.entry.get('self_link')}"
        return self._read(wish, lambda: [_held(each) for each in getattr(held.handle, collection)])

    def search(self, project: str | None, criteria: Mapping[str, object]) -> tuple[list[Entry], bool]:
        """The tasks found on a project, or everywhere, and whether one page held them all: one read per page."""

        def ask() -> tuple[list[Entry], bool]:
            target = self._service.bugs if project is None else self._service.projects(project)
            found = target.searchTasks(**criteria)
            first = found._wadl_resource.representation  # noqa: SLF001 - launchpadlib has no way to ask for a page's links
            return [_held(task).entry for task in found], "next_collection_link" not in first

        try:
            return self._read(f"searching the bugs of {project or 'the account'}", ask)
        except errors.BugUnreadable as closed:
            raise errors.CannotUseTracker(str(closed)) from None

    def count(self, query: str) -> int:
        """The number that a query below the root answers with: one read."""
        browser = self._service._browser  # noqa: SLF001 - launchpadlib has no way to ask for a number alone
        return self._read("counting the bugs", lambda: int(browser.get(self.root + query)))

    def create(self, project: str, fields: Mapping[str, object]) -> int:
        """File a bug: one write; its number."""
        wish = f"filing a bug on {project}"
        letter = self._write(wish, lambda: self._service.bugs.createBug(target=self.root + project, **fields))
        number = letter.headers.get("location", "").rpartition("/")[2]
        if not number.isdigit():
            raise errors.WriteDoubtful(f"{wish}: Launchpad said {letter.said} but not which number the bug has")
        return int(number)

    def comment(self, held: Held, text: str, wish: str) -> None:
        """Add a comment to a bug: one write."""
        self._write(wish, lambda: held.handle.newMessage(content=text))

    def patch(self, held: Held, fields: Mapping[str, object], wish: str) -> None:
        """Change fields of an entry, provided that none of its writable fields changed since it was read: one write."""

        def save() -> None:
            for name, value in fields.items():
                setattr(held.handle, name, value)
            held.handle.lp_save()

        self._write(wish, save)

    def _read(self, wish: str, call: Callable[[], _T]) -> _T:
        try:
            return self._again(call)
        except _TROUBLE:
            raise responses.read_error(self.desk.read, wish) from None

    def _write(self, wish: str, call: Callable[[], object]) -> Response:
        self.desk.write = Response()
        try:
            call()
        except errors.CovbotError:
            raise
        except _TROUBLE:
            # What was noted of the write itself decides: launchpadlib reads after some writes, and may fail there.
            pass
        trouble = responses.write_error(self.desk.write, wish)
        if trouble is not None:
            raise trouble
        return self.desk.write


def service_root(name: str) -> str:
    """The root of the API for `production`, `staging`, `qastaging` or a URL, with its slash; CannotUseTracker else."""
    try:
        root = str(uris.lookup_service_root(name))
    except ValueError:
        raise errors.CannotUseTracker(f"service_root {name!r}: give a URL, production, staging or qastaging") from None
    return root.rstrip("/") + "/"


def ask_for_access(root: str) -> tuple[str, Callable[[], bytes | None]]:
    """A URL where a person can let covbot in, and a call that gives the credentials file's bytes once they did.

    The call gives None as long as nobody decided, and raises CannotUseTracker if they said no.
    """
    web_root = uris.web_root_for_service_root(service_root(root))
    credentials = keys.Credentials(CONSUMER)
    try:
        url = credentials.get_request_token(web_root=web_root) + "&allow_permission=WRITE_PUBLIC"
    except _TROUBLE:
        raise errors.CannotUseTracker(f"{web_root} gave no request token: is it Launchpad, and in reach?") from None

    def take() -> bytes | None:
        try:
            credentials.exchange_request_token_for_access_token(web_root)
        except lazr.HTTPError as error:
            if error.response.status == http.HTTPStatus.UNAUTHORIZED:
                return None
            raise errors.CannotUseTracker(f"{web_root}: access was declined, or the request is too old") from None
        except _TROUBLE:
            raise errors.CannotUseTracker(f"{web_root} cannot be reached to ask for access") from None
        return bytes(credentials.serialize())

    return url, take


def _hang_up(connections: dict[str, http.client.HTTPConnection]) -> None:
    """Close what launchpadlib leaves open for good."""
    for connection in connections.values():
        connection.close()


def _load(path: Path) -> Any:  # noqa: ANN401 - launchpadlib carries no types
    try:
        # As load_from_path does, which leaves a broken file open.
        credentials = keys.Credentials.from_string(path.read_text(encoding="utf-8"))
    except (OSError, lazr.RestfulError, configparser.Error, UnicodeError):
        raise errors.CannotUseTracker(f"{path}: no readable credentials file; `covbot login` writes one") from None
    credentials.consumer.application_name = CONSUMER
    return credentials


def _passes(error: Exception) -> bool:
    """Whether a read may succeed if it is sent again."""
    if isinstance(error, lazr.HTTPError):
        return int(error.response.status) >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, httplib2.HttpLib2Error | http.client.HTTPException | OSError)


def _held(resource: Any) -> Held:  # noqa: ANN401 - launchpadlib carries no types
    served = resource._wadl_resource.representation  # noqa: SLF001 - an attribute costs a search of the WADL
    return Held(entry=served, handle=resource)
