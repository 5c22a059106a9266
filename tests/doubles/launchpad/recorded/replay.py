"""Send recorded requests to the double, and compare its answers with those of Launchpad."""

from __future__ import annotations

import http.client
import json
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, unquote, urlsplit

from attrs import Factory, define, evolve

from doubles.launchpad.recorded.recordings import RECORDED_ROOT

if TYPE_CHECKING:
    from doubles.launchpad.recorded.recordings import Exchange
    from doubles.launchpad.server import Double
    from doubles.launchpad.world import Record

_HOST = urlsplit(RECORDED_ROOT).netloc

ANONYMOUS = ""
"""The sender of a request without a token."""

COMPARED_HEADERS = ("content-type", "location", "allow", "retry-after", "cache-control", "vary")
"""The headers whose values are compared. Of `etag` and `x-lazr-oopsid` only the presence is compared."""

_PRESENT_HEADERS = ("etag", "x-lazr-oopsid")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d(?::|%3A)[\d.]+(?:\+|%2B)00(?::|%3A)00")
_ETAG = re.compile(r"([0-9a-f]{40}-[0-9a-f]{40})")


@define(kw_only=True)
class Replay:
    """One run of recordings against a double: the tokens of senders, and its ETags and times by the recorded ones."""

    double: Double
    tokens: dict[tuple[str, str], str] = Factory(dict)
    etags: dict[str, str] = Factory(dict)
    times: dict[str, str] = Factory(dict)

    def compare_exchange(self, exchange: Exchange, sender: str = "filer", level: str = "WRITE_PRIVATE") -> list[str]:
        """Return the differences of the answer of the double from the recorded one, in words; empty if it is the same.

        The state that the request needs is created before: the bug, with the fields of the recorded answer that the
        request does not set.
        """
        authorisation = self._make_authorisation(sender, level)
        self._arrange_world(exchange)
        self._map_condition_etags(exchange, authorisation)
        status, headers, body = self._send_request(exchange, authorisation)
        self._learn_etags(exchange, headers, body)
        found = [] if status == exchange.status else [f"status {status}, not {exchange.status}: {body[:200]}"]
        if found:
            return found
        for name in COMPARED_HEADERS:
            ours, theirs = self._restore_root(headers.get(name)), exchange.headers.get(name)
            found += [] if ours == theirs else [f"{name}: {ours!r}, not {theirs!r}"]
        for name in _PRESENT_HEADERS:
            found += [] if (name in headers) == (name in exchange.headers) else [f"{name}: {headers.get(name)!r}"]
        return found + ([] if exchange.body is None else self._compare_bodies(exchange, body))

    def _arrange_world(self, exchange: Exchange) -> None:
        world = self.double.world
        filed = re.search(r"/bugs/(\d+)$", exchange.headers.get("location", ""))
        if filed:
            world.bugs.pop(int(filed[1]), None)
            world.next_number = int(filed[1])
        found = re.match(r"/devel/(?:bugs|(\w+)/[+]bug)/(\d+)", exchange.path)
        if found is None or exchange.status == http.HTTPStatus.NOT_FOUND:
            return
        number = int(found[2])
        if number not in world.bugs:
            world.next_number = number
            self.double.people.file("filer", "role test", "x", target=found[1] or "nova")
        self._prepare_bug(world.bugs[number], exchange)

    def _prepare_bug(self, bug: Record, exchange: Exchange) -> None:
        """Give a bug the recorded fields that the request did not set, and the comments before that of the request."""
        entry = exchange.parse_body()
        values = json.loads(exchange.sent) if exchange.method == "PATCH" and entry else {}
        if str(entry.get("resource_type_link")).endswith("#bug"):
            for name in {"title", "description", "tags", "information_type"} - values.keys() & entry.keys():
                setattr(bug, name, entry[name])
        placed = re.search(r"/comments/(\d+)$", exchange.headers.get("location", ""))
        for _ in range(int(placed[1]) - len(bug.messages) if placed else 0):
            self.double.people.comment("plain", bug.number, "…")

    def _map_condition_etags(self, exchange: Exchange, authorisation: dict[str, str]) -> None:
        """Map the ETag of a read that was not recorded to the present one, if the recorded request passed."""
        for name, passed in (("if-match", 209), ("if-none-match", 304)):
            for etag in _ETAG.findall(exchange.sent_headers.get(name, "")):
                if exchange.status == passed and etag not in self.etags:
                    read = evolve(exchange, method="GET", sent="", sent_headers={"accept": "application/json"})
                    self.etags[etag] = self._send_request(read, authorisation)[1]["etag"].strip('"')

    def _send_request(self, exchange: Exchange, authorisation: dict[str, str]) -> tuple[int, dict[str, str], str]:
        headers = {
            name: self._translate_header(value)
            for name, value in exchange.sent_headers.items()
            if name not in ("content-length", "accept-encoding")
        }
        connection = http.client.HTTPConnection(urlsplit(self.double.base).netloc, timeout=10)
        body = self._translate_text(exchange.sent).encode()
        connection.request(exchange.method, self._translate_text(exchange.path), body or None, headers | authorisation)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, text

    def _make_authorisation(self, sender: str, level: str) -> dict[str, str]:
        if sender == ANONYMOUS:
            return {}
        if (sender, level) not in self.tokens:
            known = sender in self.double.world.persons
            self.tokens[sender, level] = self.double.token(sender, level=level) if known else sender
        key = self.tokens[sender, level]
        token = self.double.service.tokens.get(key)
        signature = quote(f"&{token.secret}" if token else "&", safe="")
        return {"Authorization": f'OAuth realm="", oauth_token="{key}", oauth_signature="{signature}"'}

    def _translate_header(self, value: str) -> str:
        return _ETAG.sub(lambda found: self.etags.get(found[1], found[1]), self._translate_text(value))

    def _learn_etags(self, exchange: Exchange, headers: dict[str, str], body: str) -> None:
        """Map the recorded ETags and times to those of the double in the same places."""
        theirs = [
            *_ETAG.findall(exchange.headers.get("etag", "")),
            *_ETAG.findall((exchange.body or "").replace("\\", "")),
        ]
        ours = [*_ETAG.findall(headers.get("etag", "")), *_ETAG.findall(body.replace("\\", ""))]
        self.etags.update(zip(theirs, ours, strict=False))
        times = _TIME.findall(exchange.body or ""), _TIME.findall(body)
        if len(times[0]) == len(times[1]):
            self.times.update(zip(*times, strict=True))

    def _translate_text(self, text: str) -> str:
        both = text.replace(RECORDED_ROOT, self.double.base).replace(_HOST, urlsplit(self.double.base).netloc)
        both = both.replace(quote(RECORDED_ROOT, safe=""), quote(self.double.base, safe=""))
        return _TIME.sub(
            lambda found: quote(
                self.times.get(unquote(found[0]), unquote(found[0])), safe="" if "%" in found[0] else ":+"
            ),
            both,
        )

    def _restore_root(self, text: str | None) -> str | None:
        return None if text is None else text.replace(self.double.base, RECORDED_ROOT)

    def _compare_bodies(self, exchange: Exchange, body: str) -> list[str]:
        ours = self._restore_root(body) or ""
        theirs = exchange.body or ""
        if exchange.headers.get("content-type") != "application/json":
            html = exchange.headers.get("content-type", "").startswith("text/html")
            same = html or _ADDRESS.sub("0x", ours) == _ADDRESS.sub("0x", theirs)
            return [] if same else [f"body {ours[:300]!r}, not {theirs[:300]!r}"]
        return _compare_values(json.loads(ours), json.loads(theirs), "")


def _compare_values(ours: object, theirs: object, where: str) -> list[str]:
    """Return the fields that differ. Of times only the presence is compared, and ETags are ignored."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = sorted(ours.keys() | theirs.keys())
        absent = [f"{where}.{name} is in one only" for name in names if (name in ours) != (name in theirs)]
        both = [name for name in names if name in ours and name in theirs and name != "http_etag"]
        return absent + [each for name in both for each in _compare_values(ours[name], theirs[name], f"{where}.{name}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = zip(cast("list[object]", ours), cast("list[object]", theirs), strict=True)
        return [each for place, pair in enumerate(pairs) for each in _compare_values(*pair, f"{where}[{place}]")]
    if _mask_time(ours) == _mask_time(theirs):
        return []
    return [f"{where}: {ours!r}, not {theirs!r}"[:400]]


def _mask_time(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", value):
        return "a time"
    return value
