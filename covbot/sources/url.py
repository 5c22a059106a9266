"""One fixed address, under which the newest coverage file of a branch is always to be found."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from covbot.core.builds.build import Build
from covbot.errors import BuildGone, CannotFetch
from covbot.ports import Attachment, Delivery
from covbot.sources.http import body_encoding, responses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from covbot.sources.http.client import Site
    from covbot.sources.http.download import Download
    from covbot.sources.http.responses import HttpResponse


@frozen(kw_only=True)
class _Held:
    build: Build
    body: Download
    digest: bytes
    known: Mapping[str, str]


@define(kw_only=True)
class UrlFile:
    """A file at the site's own url: what it holds is one build, begun when the server says that it was last written.

    That it was published is taken for success. A server that does not date its files makes a build of every new
    content, dated by the server's clock. `job` is what the builds are called.
    """

    site: Site
    job: str
    _held: _Held | None = field(default=None, init=False, repr=False)

    def builds(self, depth: int = 1) -> Sequence[Build]:
        """The build that is there now, by one request, conditional from the second on; `depth` cannot reach further.

        Raises CannotFetch: CannotFetchNow while the server is away, FetchRefused if it does not accept the account.
        """
        limits = self.site.limits
        known = self._held.known if self._held else {}
        with self.site.session() as session:
            answer = session.get(self.site.url, seconds=limits.download, size=limits.report, known=known)
        self._held = self._hold(answer)
        return [self._held.build][:depth]

    def reports(self, build: Build) -> Delivery:
        """The file, as it was when `builds` saw it; BuildGone once another one has taken its place."""
        if self._held is None:
            self.builds()
        if self._held is None or self._held.build != build:
            raise BuildGone(f"{build.url}: holds another report by now")
        name = build.url.rpartition("/")[2]
        return Delivery(attachments=(Attachment(name=name, open=self._held.body.open, modified_at=build.started_at),))

    def check(self) -> Sequence[str]:
        """What an operator should know of the file now; CannotFetch if the server does not answer."""
        return [f"{build.url}: a file written {build.started_at:%Y-%m-%d %H:%M} UTC" for build in self.builds()]

    def _hold(self, answer: HttpResponse) -> _Held:
        if answer.body is None:
            if self._held and answer.status not in responses.ABSENT:
                return self._held
            raise CannotFetch(f"{answer.place}: {answer.status}, no file there; whoever keeps covbot.toml (url)")
        responses.make_page_error(answer)
        digest = _digest(answer.body)
        known = _conditions(answer)
        if self._held and self._held.digest == digest:
            return _Held(build=self._held.build, body=self._held.body, digest=digest, known=known)
        written_at = answer.modified_at or answer.answered_at or datetime.now(UTC)
        label = self.site.url.partition("?")[0]
        number = int(written_at.timestamp())
        build = Build(job=self.job, number=number, started_at=written_at, result="SUCCESS", url=label)
        return _Held(build=build, body=answer.body, digest=digest, known=known)


def _digest(body: Download) -> bytes:
    digest = hashlib.sha256()
    with body.open() as file:
        while block := file.read(body_encoding.BLOCK):
            digest.update(block)
    return digest.digest()


def _conditions(answer: HttpResponse) -> dict[str, str]:
    pairs = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    given = {condition: answer.headers.get(name, "") for condition, name in pairs.items()}
    return {condition: value for condition, value in given.items() if value and value.isascii()}
