"""How untrusted responses are read: bodies, JSON, names and statuses."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.errors import CannotFetch, CannotFetchNow
from covbot.sources import patterns
from covbot.sources.http import body_encoding, responses
from covbot.sources.jenkins import api
from doubles.jenkins import pages, state, trees, wires
from doubles.jenkins.sources import LISTING_PATH, make_source

if TYPE_CHECKING:
    from doubles.jenkins.server import Double

PACKS: dict[str, wires.Pack] = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes, "": bytes}
BODIES = st.binary(max_size=300_000) | st.binary(min_size=1, max_size=3).map(lambda some: some * 100_000)
ARTIFACTS_PATH = "/1/api/json"


def _split_body(body: bytes, size: int) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


@given(body=BODIES, encoding=st.sampled_from(sorted(PACKS)), size=st.integers(1, 70_000).map(lambda n: max(n, 7)))
def test_a_body_is_unpacked_to_what_it_was_in_small_blocks(body: bytes, encoding: str, size: int) -> None:
    blocks = list(body_encoding.decode_body(_split_body(PACKS[encoding](body), size), encoding))
    assert b"".join(blocks) == body
    assert max(map(len, blocks), default=0) <= max(body_encoding.BLOCK_BYTES, size)


@given(body=BODIES.filter(bool), share=st.floats(0, 0.999), encoding=st.sampled_from(["gzip", "deflate", "gzip, gzip"]))
def test_a_packed_body_that_was_cut_anywhere_is_noticed(body: bytes, share: float, encoding: str) -> None:
    packed = zlib.compress(body) if encoding == "deflate" else gzip.compress(body)
    packed = gzip.compress(packed) if "," in encoding else packed
    with pytest.raises(CannotFetchNow):
        list(body_encoding.decode_body(_split_body(packed[: int(len(packed) * share)], 1000), encoding))


def test_a_gzip_file_of_several_parts_and_padding_is_read_whole() -> None:
    packed = gzip.compress(b"one") + gzip.compress(b"two") + b"\0" * 100
    for size in (1, 20, 1000):
        assert b"".join(body_encoding.decode_body(_split_body(packed, size), "gzip")) == b"onetwo"
        assert b"".join(body_encoding.unwrap_layer(_split_body(packed, size))) == b"onetwo"


@given(body=st.binary(max_size=100))
def test_bytes_without_a_magic_number_of_a_packing_stay_as_they_are(body: bytes) -> None:
    plain = b"<" + body
    assert b"".join(body_encoding.unwrap_layer(_split_body(plain, 1))) == plain
    assert b"".join(body_encoding.unwrap_layer([])) == b""


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip, gzip", "zstd"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(CannotFetch, match="packed in a way that covbot did not ask for"):
        body_encoding.decode_body([b""], encoding)


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        ("a.xml", ["a.xml"]),
        ("*.xml", ["a.xml", "b.xml"]),
        ("?.xml", ["a.xml", "b.xml"]),
        ("**/*.xml", ["a.xml", "b.xml", "d/a.xml", "d/e/a.xml"]),
        ("d/**", ["d/a.xml", "d/e/a.xml"]),
        ("d/*", ["d/a.xml"]),
        ("**/a.xml", ["a.xml", "d/a.xml", "d/e/a.xml"]),
        ("[ab].xml", []),
    ],
)
def test_a_pattern_chooses_by_whole_parts_of_a_path(pattern: str, chosen: list[str]) -> None:
    names = ["b.xml", "a.xml", "d/a.xml", "d/e/a.xml", "axml", "a.xml"]
    assert patterns.match_paths([pattern], names) == (tuple(chosen), () if chosen else (pattern,))


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"null", b"1", b'"x"', b"{}", b'{"builds": {}}', b'{"builds": [1]}', b'{"builds": [{}]}',
        b'{"builds": [{"number": "1", "timestamp": 1, "building": false}]}',
        b'{"builds": [{"number": 1, "timestamp": 99999999999999999, "building": false}]}',
        b'{"builds": [{"number": 1, "timestamp": -1, "building": false}]}',
        b'{"builds": [{"number": 99999999999, "timestamp": 1, "building": false}]}',
        b'{"builds": [{"number": 1, "timestamp": 1}]}',
        b'{"builds": [{"number": 1.5, "timestamp": 1, "building": false}]}',
        b'{"builds": ', b"\xff\xfe", b"[" * 100_000, b'{"builds": [' + b"9" * 5000 + b"]}",
    ],
)  # fmt: skip
def test_data_that_jenkins_does_not_write_is_one_clear_line(double: Double, body: bytes) -> None:
    double.job()
    double.script(LISTING_PATH, *[wires.replace_body(("Content-Type", "application/json"), body)] * 3)
    with pytest.raises(CannotFetch, match="whoever") as caught:
        make_source(double).builds()
    assert "\n" not in str(caught.value)


NAMES = ["builds", "allBuilds", "number", "timestamp", "building", "artifacts", "relativePath", "actions", "_class"]
NAMES += ["lastBuiltRevision", "SHA1", "remoteUrls", "result", "inProgress", "disabled"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("a" * 40)
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=40,
)


@given(data=DATA | st.fixed_dictionaries({"builds": st.lists(DATA, max_size=3)}))
def test_whatever_is_in_the_data_is_read_or_refused(data: object) -> None:
    url = "https://jenkins.example/job/nova/"
    address = api.JobAddress(job="nova", url=url, shown_url=url, repository="https://git.example/nova")
    with contextlib.suppress(CannotFetch):
        assert all(row.build.job == "nova" for row in api.read_job(data, address).rows)
    with contextlib.suppress(CannotFetch):
        assert all(".." not in path.split("/") for path in api.read_artifacts(data, address).paths)


def test_odd_parts_of_good_data_are_skipped(double: Double) -> None:
    build = double.job().add_build()
    build.actions = [
        {"lastBuiltRevision": None, "remoteUrls": []}, {"lastBuiltRevision": {"SHA1": "x"}, "remoteUrls": ["y"]},
        {"lastBuiltRevision": {"SHA1": "a" * 40}, "remoteUrls": None},
    ]  # fmt: skip
    build.files = {"../../../secret": state.Artifact(), "coverage.xml": state.Artifact(), "a//b": state.Artifact()}
    source = make_source(double, "**")
    seen = source.builds()[0]
    assert seen.revision is None
    assert [attachment.name for attachment in source.reports(seen).attachments] == ["coverage.xml"]
    odd = {"number": 1, "timestamp": build.timestamp, "building": False, "artifacts": None, "actions": 1, "result": 7}
    double.script(ARTIFACTS_PATH, wires.replace_body(("Content-Type", "application/json"), trees.write_json(odd)))
    double.script(
        LISTING_PATH, wires.replace_body(("Content-Type", "application/json"), trees.write_json({"builds": [odd]}))
    )
    seen = source.builds()[0]
    assert (seen.result, source.reports(seen).missing) == (None, ("**",))


def test_what_is_no_json_is_refused_by_its_type(double: Double) -> None:
    double.job()
    double.script(LISTING_PATH, wires.replace_body(("Content-Type", "text/x-\x1b[31mpython"), b"{}"))
    with pytest.raises(CannotFetch, match=r"no JSON \(text/x-\?\[31mpython\); is this the right url"):
        make_source(double).builds()


@pytest.mark.parametrize("status", [202, 206, 304, 400, 418, 500, 501])
def test_a_status_that_nobody_expects_is_a_failure(double: Double, status: int) -> None:
    double.job()
    double.script(LISTING_PATH, wires.answer_with(pages.Reply(status, "Odd")))
    with pytest.raises(CannotFetch, match=f"the server answers {status}; whoever runs it") as caught:
        make_source(double).builds()
    assert not isinstance(caught.value, CannotFetchNow)


@given(text=st.text())
def test_untrusted_text_is_shown_on_one_line_and_not_too_long(text: str) -> None:
    shown = responses.sanitize_text(text)
    assert shown.isprintable()
    assert len(shown) <= 201
    assert text in {shown, text} if len(text) > 200 or not text.isprintable() else shown == text


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example/acme/widget.git", "http://GIT.example:8080/acme/widget", "git@git.example:acme/widget.git",
        "ssh://git@git.example:29418/acme/widget/", "https://user:pass@git.example/acme/widget",
        "git.example/acme/widget",
    ],
)  # fmt: skip
def test_one_repository_is_known_by_all_its_addresses(url: str) -> None:
    assert api.normalize_url(url) == "git.example/acme/widget"


def test_repositories_of_other_hosts_or_paths_differ() -> None:
    others = ["https://git.example/acme/widgets", "https://other.example/acme/widget", "/srv/git/widget", "widget"]
    assert "git.example/acme/widget" not in map(api.normalize_url, others)


def test_a_date_without_a_zone_is_utc() -> None:
    dated = responses.HttpResponse(
        status=200, shown_url="", headers={"last-modified": "Sun, 22 Nov 2026 06:06:52 -0000"}
    )
    zoned = attrs.evolve(dated, headers={"last-modified": "Sun, 22 Nov 2026 07:06:52 +0100"})
    assert dated.modified_at == zoned.modified_at
    assert attrs.evolve(dated, headers={"last-modified": "yesterday"}).modified_at is None
