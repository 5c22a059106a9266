"""Requests to Launchpad by the real launchpadlib, over a transport that never re-sends."""

from __future__ import annotations

import configparser
import contextlib
import http.client
import json
import ssl
import stat
import tempfile
import weakref
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

import httplib2
import stamina
from attrs import frozen
from launchpadlib import credentials as keys  # type: ignore[import-untyped]  # launchpadlib carries no types
from lazr.restfulclient import errors as lazr  # type: ignore[import-untyped]  # nor does its foundation

from covbot import errors
from covbot.core import byte_marks
from covbot.trackers.launchpad import certificates, entries, responses, transport
from covbot.trackers.launchpad.access import API_VERSION, CONSUMER_NAME, Access, find_service_root
from covbot.trackers.launchpad.responses import Response, TransportState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from covbot.trackers.launchpad.entries import LaunchpadEntry

_ATTEMPTS = 3
_PUBLIC = {"information_type": "Public"}
"""The argument without which a project may make a new bug private, so that covbot could not read it back."""

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


class Client:
    """One Launchpad object with a cache directory of its own: for one thread (launchpadlib is not thread-safe)."""

    def __init__(self, access: Access) -> None:
        """Connect: two reads, of the service's description and its root; raise CannotUseTracker if that fails.

        Both are kept in the cache of `access` for a day.
        """
        credentials = _load_credentials(access.credentials)
        token = credentials.access_token
        service_root = find_service_root(access.service_root)
        self.root = service_root + API_VERSION + "/"
        closing = contextlib.ExitStack()
        weakref.finalize(self, closing.close)
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="covbot-launchpad-"))
        self.state = TransportState(
            writable=not access.read_only,
            secrets=tuple(filter(None, (token.secret, token.key))),
            root=self.root,
            longest=access.longest,
            certificates=closing.enter_context(certificates.find_bundle(service_root, access.ca_file)),
        )
        retry_wait = access.retry_wait
        self._longest_wait = 8 * retry_wait
        self._retry = stamina.RetryingCaller(
            attempts=_ATTEMPTS, timeout=None, wait_initial=retry_wait, wait_max=8 * retry_wait, wait_jitter=retry_wait
        ).on(self._is_transient)
        options = {"service_root": service_root, "timeout": access.timeout, "version": API_VERSION}
        cache = transport.make_cache(access.cache, folder, self.root)
        try:
            self._service = self._retry_read(
                "connecting",
                lambda: transport.Service(self.state, credentials, None, None, cache=cache, **options),
            )
        except errors.CovbotError as error:
            cache.clear()  # what is kept may be broken
            raise errors.CannotUseTracker(str(error)) from None

    @property
    def is_cold(self) -> bool:
        """Whether connecting took requests, since the service's description was not in the cache."""
        return self.state.connected

    def me(self) -> tuple[str, str | None]:
        """Return the link of the account's person, and the time of the server's clock if it sends one: one read."""

        def send() -> httplib2.Response:
            browser = self._service._browser  # noqa: SLF001 - launchpadlib has no way to stop at a redirect
            response: httplib2.Response = browser.get(self.root + transport.ME, return_response=True)[0]
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

    def search(self, project: str | None, criteria: Mapping[str, object]) -> tuple[list[LaunchpadEntry], int | None]:
        """Return the tasks found on a project, or everywhere: one read per page.

        Also return how many more were counted than shown, None if they are on several pages.
        """

        def send() -> tuple[list[LaunchpadEntry], int | None]:
            target = self._service.bugs if project is None else self._service.projects(project)
            found = target.searchTasks(**criteria)
            first = found._wadl_resource.representation  # noqa: SLF001 - launchpadlib has no way to ask for a page's links
            shown = [_wrap_resource(task).entry for task in found]
            return shown, None if "next_collection_link" in first else int(first["total_size"]) - len(shown)

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
        response = self._post(
            request, self.root + "bugs", "createBug", {"target": self.root + project} | _PUBLIC, fields
        )
        number = response.headers.get("location", "").rpartition("/")[2]
        if not number.isdigit():
            raise errors.WriteDoubtful(f"{request}: Launchpad said {response.summary} but not which number the bug has")
        return int(number)

    def comment(self, loaded: LoadedEntry, text: str, request: str) -> datetime | None:
        """Add a comment to a bug: one write; return the time of the response, if it has one."""
        return self._post(request, str(loaded.entry["self_link"]), "newMessage", {}, {"content": text}).date

    def patch(self, loaded: LoadedEntry, fields: Mapping[str, object], request: str) -> LoadedEntry:
        """Change fields of an entry, provided that none of its writable fields changed since it was read: one write.

        Return the entry as the response shows it.
        """

        def save_fields() -> None:
            for name, value in fields.items():
                setattr(loaded.handle, name, value)
            loaded.handle.lp_save()

        self._write_once(request, save_fields)
        return _wrap_resource(loaded.handle)

    def _post(
        self, request: str, url: str, operation: str, plain: Mapping[str, str], fields: Mapping[str, object]
    ) -> Response:
        """Send a named operation: one write. launchpadlib's own method for it reads what was made once more.

        `plain` are arguments that are links or choices, which alone are not sent as JSON.
        """
        encoded = {name: json.dumps(value) for name, value in fields.items()}
        browser = self._service._browser  # noqa: SLF001 - as above
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"ws.op": operation, **plain, **encoded})
        return self._write_once(request, lambda: browser._request(url, body, "POST", extra_headers=headers))  # noqa: SLF001 - `post` sends no content type

    def _retry_read(self, request: str, call: Callable[[], _T]) -> _T:
        self.state.read = Response()
        try:
            return self._retry(call)
        except _FAILURES as error:
            untrusted = certificates.explain_distrust(error, self.root)
            if untrusted is not None:
                raise errors.CannotUseTracker(untrusted) from None
            raise responses.make_read_error(self.state.read, request) from None

    def _is_transient(self, error: Exception) -> bool:
        """Whether a read may succeed if it is sent again soon; not if the server says that it takes longer."""
        wait = self.state.read.retry_after
        if isinstance(error, ssl.SSLError) or (wait is not None and wait > self._longest_wait):
            return False
        if isinstance(error, lazr.HTTPError):
            return int(error.response.status) >= http.HTTPStatus.INTERNAL_SERVER_ERROR
        return isinstance(error, httplib2.HttpLib2Error | http.client.HTTPException | OSError)

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


def _load_credentials(path: Path) -> Any:  # noqa: ANN401 - launchpadlib carries no types
    try:
        if path.stat().st_mode & stat.S_IROTH:
            message = (
                f"{path}: everybody on this machine can read the credentials; chmod o-rwx makes them covbot's alone"
            )
            raise errors.CannotUseTracker(message)
        # As load_from_path does, which leaves a broken file open.
        credentials = keys.Credentials.from_string(byte_marks.decode_text(path.read_bytes()))
    except (OSError, lazr.RestfulError, configparser.Error, UnicodeError):
        raise errors.CannotUseTracker(f"{path}: no readable credentials file; `covbot login` writes one") from None
    credentials.consumer.application_name = CONSUMER_NAME
    return credentials


def _wrap_resource(resource: Any) -> LoadedEntry:  # noqa: ANN401 - launchpadlib carries no types
    # an attribute costs a search of the WADL
    return LoadedEntry(entry=resource._wadl_resource.representation, handle=resource)  # noqa: SLF001 - the only way to it
