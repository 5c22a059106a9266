"""How many requests a pass makes, how much memory it uses, and what limits it."""

from __future__ import annotations

import gzip
import io
import tempfile
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from covbot.errors import CannotFetch, CannotFetchNow
from covbot.sources.http.session import Limits
from doubles.jenkins import state
from doubles.jenkins.sources import make_site, make_source

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double

MEGABYTE = 1024 * 1024


def _add_builds(double: Double, count: int) -> state.Job:
    job = double.job()
    for _build in range(count):
        job.add_build()
    return job


def test_a_pass_with_nothing_new_is_one_request_and_forty_new_builds_are_forty_downloads(double: Double) -> None:
    _add_builds(double, 300)
    source = make_source(double)
    builds = source.builds()
    assert ([build.number for build in builds], len(double.seen)) == (list(range(201, 301)), 1)
    for build in builds[-40:]:
        source.reports(build)
    assert double.downloads == [
        f"/jenkins/job/widget-cover/{number}/artifact/coverage.xml" for number in range(261, 301)
    ]
    assert len(double.seen) == 1 + 40 + 40
    assert {seen.headers["Accept-Encoding"] for seen in double.seen} == {"gzip"}


def test_a_back_fill_reaches_beyond_the_newest_hundred_by_one_request(double: Double) -> None:
    _add_builds(double, 300)
    builds = make_source(double).builds(250)
    assert [build.number for build in builds] == list(range(51, 301))
    assert [("allBuilds" in seen.query, "0%2C250" in seen.query) for seen in double.seen] == [(True, True)]


@pytest.fixture
def big(double: Double) -> Double:
    """A Jenkins with a report of 48 megabytes, which is packed to a thousandth of that."""
    double.job().add_build().files["coverage.xml"] = state.Artifact(b" " * (48 * MEGABYTE))
    return double


@pytest.mark.parametrize("twice", [False, True])
def test_a_large_report_is_not_held_in_memory(big: Double, twice: bool) -> None:
    artifact = big.jobs["widget-cover"].builds[1].files["coverage.xml"]
    artifact.content = gzip.compress(artifact.content) if twice else artifact.content
    source = make_source(big)
    build = source.builds()[0]
    tracemalloc.start()
    delivery = source.reports(build)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with delivery.attachments[0].open() as file:
        assert file.seek(0, io.SEEK_END) == 48 * MEGABYTE
    assert peak < 8 * MEGABYTE


@pytest.mark.parametrize("twice", [False, True])
def test_a_report_that_unpacks_to_more_than_the_cap_is_refused(big: Double, twice: bool) -> None:
    artifact = big.jobs["widget-cover"].builds[1].files["coverage.xml"]
    artifact.content = gzip.compress(artifact.content) if twice else artifact.content
    source = make_source(big, site=make_site(big, limits=Limits(wait=0, report=32 * MEGABYTE)))
    with pytest.raises(CannotFetch, match="more than 33554432 bytes; refused as too large, whoever keeps the job"):
        source.reports(source.builds()[0])
    assert len(big.downloads) == 1


def test_a_download_has_a_deadline_as_a_whole(double: Double) -> None:
    double.job().add_build()
    source = make_source(double, site=make_site(double, limits=Limits(wait=0, download=1e-9)))
    with pytest.raises(CannotFetchNow, match=r"coverage\.xml: not finished in time; covbot asks again"):
        source.reports(source.builds()[0])


def test_a_report_exists_for_as_long_as_it_is_referenced_and_may_be_read_again(double: Double) -> None:
    double.job().add_build()
    source = make_source(double)
    attachment = source.reports(source.builds()[0]).attachments[0]
    for _time in range(2):
        with attachment.open() as file:
            assert file.read() == state.COVERAGE_XML


def test_a_disk_that_takes_no_file_is_named(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    double.job()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(CannotFetch, match=r"a download cannot be kept in .*nowhere: No such file or directory"):
        make_source(double).builds()
