"""One fixed URL, at which the newest coverage file of a branch is always found."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from covbot.core.builds.build import Build
from covbot.errors import BuildGone, CannotFetch
from covbot.ports import Attachment, Delivery, PassedOver
from covbot.sources.http import body_encoding, responses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.sources.http.client import Site
    from covbot.sources.http.download import Download
    from covbot.sources.http.responses import HttpResponse


@frozen(kw_only=True)
class _CachedFile:
    build: Build
    body: Download
    digest: bytes
    conditions: Mapping[str, str]


@define(kw_only=True)
class UrlFile:
    """A file at the site's own url: its content is one build, begun when the server says that it was last written.

    Since it was published, it counts as a success. A server that does not date its files makes a build of every new
    content, dated by the server's clock. `job` is the name of the job of the builds.
    """

    site: Site
    job: str
    _cached: _CachedFile | None = field(default=None, init=False, repr=False)

    def builds(self, depth: int = 1) -> Sequence[Build]:
        """Return the current build, by one request, conditional from the second on; `depth` has no effect beyond it.

        Raise CannotFetch: CannotFetchNow while the server is unavailable, FetchRefused if it does not accept the
        account.
        """
        limits = self.site.limits
        conditions = self._cached.conditions if self._cached else {}
        with self.site.session() as session:
            response = session.get(self.site.url, seconds=limits.download, size=limits.report, conditions=conditions)
        self._cached = self._make_cached_file(response)
        return [self._cached.build][:depth]

    def reports(self, build: Build) -> Delivery:
        """Return the file as it was when `builds` read it; raise BuildGone once another file has replaced it."""
        if self._cached is None:
            self.builds()
        if self._cached is None or self._cached.build != build:
            raise BuildGone(f"{build.url}: holds another report by now")
        name = build.url.rpartition("/")[2]
        return Delivery(attachments=(Attachment(name=name, open=self._cached.body.open, modified_at=build.started_at),))

    def version(self, build: Build) -> str:
        """Return nothing: only a request would show whether the files of a build are other ones."""
        del build
        return ""

    def left_out(self) -> Sequence[str]:
        """Return nothing, since every listed build can be read."""
        return ()

    def passed_over(self) -> Sequence[PassedOver]:
        """Return nothing, since there is one file."""
        return ()

    def check(self) -> Sequence[str]:
        """Return what an operator should know of the file now; raise CannotFetch if the server does not respond."""
        return [f"{build.url}: a file written {build.started_at:%Y-%m-%d %H:%M} UTC" for build in self.builds()]

    def _make_cached_file(self, response: HttpResponse) -> _CachedFile:
        if response.body is None:
            if self._cached and response.status not in responses.ABSENT:
                return self._cached
            raise CannotFetch(
                f"{response.shown_url}: {response.status}, no file there; whoever keeps covbot.toml (url)"
            )
        responses.reject_web_page(response)
        digest = _hash_body(response.body)
        conditions = _make_conditions(response)
        if self._cached and self._cached.digest == digest:
            return _CachedFile(build=self._cached.build, body=self._cached.body, digest=digest, conditions=conditions)
        written_at = response.modified_at or response.responded_at or datetime.now(UTC)
        label = self.site.url.partition("?")[0]
        number = int(written_at.timestamp())
        build = Build(job=self.job, number=number, started_at=written_at, result="SUCCESS", url=label)
        return _CachedFile(build=build, body=response.body, digest=digest, conditions=conditions)


def _hash_body(body: Download) -> bytes:
    digest = hashlib.sha256()
    with body.open() as file:
        while block := file.read(body_encoding.BLOCK_BYTES):
            digest.update(block)
    return digest.digest()


def _make_conditions(response: HttpResponse) -> dict[str, str]:
    pairs = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    given = {condition: response.headers.get(name, "") for condition, name in pairs.items()}
    return {condition: value for condition, value in given.items() if value and value.isascii()}
