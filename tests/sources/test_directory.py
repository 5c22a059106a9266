"""A directory of builds: complete ones are offered, and broken ones are logged and hide nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot import logs
from covbot.core.builds.build import Build
from covbot.errors import CannotFetch, CannotFetchNow
from covbot.sources.directory import Directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENT = {"number": 3, "started_at": "2026-08-21T21:01:48Z"}


def _write_build(root: Path, folder: str, **document: object) -> Path:
    path = root / folder
    path.mkdir()
    (path / "build.json").write_text(json.dumps(DOCUMENT | document), encoding="utf-8")
    return path


def _make_source(path: Path, *names: str) -> Directory:
    return Directory(path=path, job="cover", names=names or ("coverage.xml",))


@pytest.fixture(name="log")
def _capture_log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream=stream, as_json=True)
    yield stream
    logs.configure(stream=io.StringIO(), as_json=True)


def test_a_build_has_the_values_of_its_build_file(tmp_path: Path) -> None:
    _write_build(
        tmp_path, "x", revision="8f3c1d2", result="SUCCESS", url="https://ci/3", started_at="2026-08-21T23:01:48+02:00"
    )
    assert _make_source(tmp_path).builds() == [
        Build(
            job="cover",
            number=3,
            started_at=datetime(2026, 8, 21, 21, 1, 48, tzinfo=UTC),
            revision="8f3c1d2",
            result="SUCCESS",
            url="https://ci/3",
        )
    ]


def test_a_value_that_a_build_file_leaves_out_or_empty_is_unknown(tmp_path: Path) -> None:
    _write_build(tmp_path, "x", revision="", result=None)
    (build,) = _make_source(tmp_path).builds()
    assert (build.revision, build.result, build.url) == (None, None, "")


def test_builds_come_by_number_and_then_by_start(tmp_path: Path) -> None:
    _write_build(tmp_path, "a", number=10)
    _write_build(tmp_path, "b", number=9, started_at="2026-08-23T00:00:00Z")
    _write_build(tmp_path, "c", number=9, started_at="2026-08-22T00:00:00Z")
    offered = [(build.number, build.started_at.day) for build in _make_source(tmp_path).builds()]
    assert offered == [(9, 22), (9, 23), (10, 21)]


def test_a_folder_without_a_build_file_is_incomplete_and_skipped(tmp_path: Path, log: io.StringIO) -> None:
    (tmp_path / "4").mkdir()
    (tmp_path / "README").write_text("builds", encoding="utf-8")
    assert _make_source(tmp_path).builds() == []
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"{", "line 1 column 2"),
        (b"", "line 1 column 1"),
        (b"\xff\xfe\xfd", "codec can't decode"),
        (b"[]", "must be an object"),
        (b"[" * 60_000, "nested too deeply"),
        (b" " * 70_000, "longer than 65536 bytes"),
        (b'{"number": %s}' % (b"9" * 5000), "digits"),
    ],
    ids=range(7),
)
def test_a_build_file_that_is_no_object_is_refused(tmp_path: Path, document: bytes, why: str) -> None:
    folder = _write_build(tmp_path, "x")
    (folder / "build.json").write_bytes(document)
    with pytest.raises(CannotFetch, match=r"x/build\.json: ") as caught:
        _make_source(tmp_path).builds()
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("number", value) for value in (None, 0, -1, 2**63, 1.5, "3", True)],
        *[("started_at", value) for value in (None, "", 3, "yesterday", "2026-08-21T21:01:48")],
        ("started_at", "0001-01-01T00:00:00+14:00"),
        *[("revision", value) for value in (3, "a\nb", "\ud800", "x" * 1001, ["a"])],
        *[("result", value) for value in (False, "\u202e")],
        *[("url", value) for value in (0, "javascript:alert(1)", "ci/3")],
    ],
)
def test_a_build_file_with_a_wrong_value_is_refused_by_its_key(tmp_path: Path, key: str, value: object) -> None:
    _write_build(tmp_path, "x", **{key: value})
    with pytest.raises(CannotFetch, match=rf"x/build\.json: {key} must ") as caught:
        _make_source(tmp_path).builds()
    assert str(caught.value).isprintable()


def test_a_broken_build_is_logged_and_does_not_hide_the_others(tmp_path: Path, log: io.StringIO) -> None:
    _write_build(tmp_path, "x", number=0)
    _write_build(tmp_path, "y", number=7)
    (build,) = _make_source(tmp_path).builds()
    assert build.number == 7
    record = json.loads(log.getvalue())
    assert record["event"] == "build.skipped"
    assert record["why"].startswith(f"{tmp_path}/x/build.json: number must be")


def test_two_folders_of_one_build_are_logged(tmp_path: Path, log: io.StringIO) -> None:
    _write_build(tmp_path, "x", revision="a")
    _write_build(tmp_path, "y", revision="b")
    (build,) = _make_source(tmp_path).builds()
    assert build.revision == "a"
    assert f"has the number and start of {tmp_path}/x/build.json" in json.loads(log.getvalue())["why"]


def test_a_link_to_a_build_is_the_same_build(tmp_path: Path, log: io.StringIO) -> None:
    _write_build(tmp_path, "3")
    (tmp_path / "latest").symlink_to("3")
    assert len(_make_source(tmp_path).builds()) == 1
    assert log.getvalue() == ""


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    folder = _write_build(tmp_path, "x")
    (folder / "build.json").unlink()
    (folder / "build.json").symlink_to("build.json")
    with pytest.raises(CannotFetch, match=r"x/build\.json: Too many levels"):
        _make_source(tmp_path).builds()


def test_a_build_file_that_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x" / "build.json").mkdir(parents=True)
    (tmp_path / "y").mkdir()
    os.mkfifo(tmp_path / "y" / "build.json")
    with pytest.raises(CannotFetch, match=r"x/build\.json: is not a file; .*y/build\.json: is not a file"):
        _make_source(tmp_path).builds()


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotFetch, match="none: the directory of builds cannot be listed: No such file"):
        _make_source(tmp_path / "none").builds()


def test_reports_are_delivered_as_they_are_stored(tmp_path: Path) -> None:
    folder = _write_build(tmp_path, "x")
    packed = gzip.compress(b"<coverage/>")
    (folder / "cover").mkdir()
    (folder / "cover" / "a.xml.gz").write_bytes(packed)
    (folder / "b.xml").write_bytes(b"plain")
    (folder / "b.xml.xz").write_bytes(b"packed")
    source = _make_source(tmp_path, "cover/a.xml", "b.xml", "c.xml")
    delivery = source.reports(source.builds()[0])
    assert [attachment.name for attachment in delivery.attachments] == ["x/cover/a.xml.gz", "x/b.xml"]
    contents = []
    for attachment in delivery.attachments:
        with attachment.open() as stream:
            contents.append(stream.read())
    assert contents == [packed, b"plain"]
    assert [attachment.modified_at for attachment in delivery.attachments] == [None, None]
    assert delivery.missing == ("c.xml",)


@pytest.mark.parametrize(
    "name", ["../secret", "../x2/coverage.xml", "link", "folder", "/etc/passwd", "none/coverage.xml"]
)
def test_nothing_outside_the_folder_of_the_build_is_read(tmp_path: Path, name: str) -> None:
    folder = _write_build(tmp_path, "x")
    (tmp_path / "secret").touch()
    (tmp_path / "x2").mkdir()
    (tmp_path / "x2" / "coverage.xml").touch()
    (folder / "link").symlink_to("../secret")
    (folder / "folder").mkdir()
    source = _make_source(tmp_path, name)
    assert source.reports(source.builds()[0]).missing == (name,)


def test_reports_of_a_build_are_found_without_listing_first(tmp_path: Path) -> None:
    _write_build(tmp_path, "x")
    (build,) = _make_source(tmp_path).builds()
    assert _make_source(tmp_path).reports(build).missing == ("coverage.xml",)


def test_a_build_whose_folder_is_gone_cannot_be_fetched(tmp_path: Path) -> None:
    folder = _write_build(tmp_path, "x")
    source = _make_source(tmp_path)
    (build,) = source.builds()
    (folder / "build.json").unlink()
    folder.rmdir()
    for each in (source, _make_source(tmp_path)):
        with pytest.raises(CannotFetch, match="build 3 is not there any more"):
            each.reports(build)


def test_a_report_that_is_gone_when_it_is_opened_cannot_be_fetched(tmp_path: Path) -> None:
    folder = _write_build(tmp_path, "x")
    (folder / "coverage.xml").touch()
    source = _make_source(tmp_path)
    (attachment,) = source.reports(source.builds()[0]).attachments
    (folder / "coverage.xml").unlink()
    with pytest.raises(CannotFetch, match=r"x/coverage\.xml: cannot be read: No such file"):
        attachment.open()


@given(
    document=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["number", "started_at", "url"]) | st.text(), inner)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_a_build_file_holds_is_a_build_or_refused(
    tmp_path_factory: pytest.TempPathFactory, document: bytes
) -> None:
    root = tmp_path_factory.mktemp("builds")
    folder = _write_build(root, "x")
    (folder / "build.json").write_bytes(document)
    with pytest.raises(CannotFetch):
        _make_source(root).builds()


def test_a_check_counts_the_builds_and_names_what_the_newest_lacks(tmp_path: Path) -> None:
    source = _make_source(tmp_path)
    assert source.check() == [f"{tmp_path}: 0 builds", "covbot waits for the first"]
    (_write_build(tmp_path, "a", number=9) / "coverage.xml").write_bytes(b"")
    assert source.check() == [f"{tmp_path}: 1 builds"]
    _write_build(tmp_path, "b", number=2, started_at="2026-08-22T00:00:00Z")
    assert source.check() == [f"{tmp_path}: 2 builds", "build 2 has no coverage.xml"]


def test_a_folder_that_is_not_there_for_the_moment_is_asked_for_again(tmp_path: Path) -> None:
    _write_build(tmp_path, "a")
    source = _make_source(tmp_path)
    (build,) = source.builds()
    (tmp_path / "a").rename(tmp_path.parent / "elsewhere")
    with pytest.raises(CannotFetchNow, match="build 3 is not there any more"):
        source.reports(build)
