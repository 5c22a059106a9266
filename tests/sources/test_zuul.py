"""Builds of a Zuul job: those of merged changes, with the coverage files among their logs."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.errors import BuildGone, CannotFetch, CannotFetchNow
from covbot.sources.http.client import Site
from covbot.sources.http.session import Limits
from covbot.sources.zuul import Zuul
from doubles.jenkins.state import COVERAGE_XML

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

SHA = "0b2af38b23ccbbfb60ae55d6aafec7c7fa6d4346"
API = "/api/tenant/openstack/builds"
REF = {"project": "openstack/nova", "branch": "master", "change": None, "ref": "refs/heads/master", "newrev": SHA}


def make_row(number: int, **fields: object) -> dict[str, object]:
    """Return a build as Zuul lists it."""
    plain: dict[str, object] = {
        "_id": number,
        "uuid": f"{number:032x}",
        "job_name": "nova-coverage",
        "result": "SUCCESS",
        "start_time": f"2026-11-{number:02}T04:00:05",
        "log_url": f"https://logs.example/{number}/",
        "final": True,
        "ref": REF,
        "pipeline": "periodic-weekly",
    }
    return {**plain, **fields}


@pytest.fixture
def zuul(httpserver: HTTPServer) -> Zuul:
    site = Site(url=httpserver.url_for("/"), user="reader", token="t0ken", limits=Limits(wait=0))  # noqa: S106 -- no real one
    names = {"project": "openstack/nova", "job": "nova-coverage", "pipeline": "periodic-weekly"}
    return Zuul(site=site, tenant="openstack", files=("cover/coverage.xml",), branch="master", **names)


def test_finished_builds_are_asked_for_by_one_request_and_come_oldest_first(zuul: Zuul, httpserver: HTTPServer) -> None:
    wanted = {
        "project": "openstack/nova", "job_name": "nova-coverage", "pipeline": "periodic-weekly", "branch": "master",
        "complete": "true", "limit": "30",
    }  # fmt: skip
    httpserver.expect_ordered_request(API, query_string=wanted).respond_with_json(
        [make_row(9), make_row(8, result="FAILURE")]
    )
    old, new = zuul.builds(30)
    assert (old.number, old.result, new.number, new.result) == (8, "FAILURE", 9, "SUCCESS")
    assert (new.job, new.revision, new.url) == ("nova-coverage", SHA, "https://logs.example/9/")
    assert new.started_at == datetime(2026, 11, 9, 4, 0, 5, tzinfo=UTC)


def test_builds_without_an_end_or_logs_or_that_were_retried_are_skipped(zuul: Zuul, httpserver: HTTPServer) -> None:
    rows = [
        make_row(1, result=None), make_row(2, final=False), make_row(3, log_url=None), make_row(4, start_time=None),
        make_row(5), make_row(6, start_time="soon"), make_row(7, log_url="file:///etc/"),
    ]  # fmt: skip
    httpserver.expect_request(API).respond_with_json(rows)
    assert [build.number for build in zuul.builds()] == [5]


def test_an_older_zuul_without_an_object_for_the_ref_or_a_number_is_understood(
    zuul: Zuul, httpserver: HTTPServer
) -> None:
    flat = {**make_row(1), **REF, "newrev": None}
    del flat["_id"]
    httpserver.expect_request("/api/builds").respond_with_json([flat])
    build = attrs.evolve(zuul, tenant=None, branch=None).builds()[0]
    assert (build.number, build.revision) == (int(build.started_at.timestamp()), None)


@pytest.mark.parametrize(
    "ref", [{"change": 12345, "ref": "refs/changes/45/12345/2"}, {"ref": "refs/changes/45/12345/2"}]
)
def test_builds_of_proposed_changes_are_refused_with_the_reason(
    zuul: Zuul, httpserver: HTTPServer, ref: dict[str, object]
) -> None:
    httpserver.expect_ordered_request(API).respond_with_json([make_row(1, ref={**REF, **ref})])
    httpserver.expect_ordered_request(API).respond_with_json([make_row(1, ref={**REF, **ref}), make_row(2)])
    with pytest.raises(
        CannotFetch, match="pipeline periodic-weekly of Zuul job nova-coverage tests proposed changes, and"
    ):
        zuul.check()
    assert [build.number for build in zuul.builds()] == [2]


def test_reports_come_from_the_logs_without_credentials_and_unpacked(zuul: Zuul, httpserver: HTTPServer) -> None:
    logs = httpserver.url_for("/logs/1/").replace("localhost", "127.0.0.1")
    elsewhere = attrs.evolve(
        zuul, site=attrs.evolve(zuul.site, url=httpserver.url_for("/")), files=("cover/ü.xml", "b")
    )
    httpserver.expect_request(API).respond_with_json([make_row(1, log_url=logs)])
    headers = {"Content-Encoding": "deflate", "Last-Modified": "Sun, 22 Nov 2026 06:06:52 GMT"}
    httpserver.expect_request("/logs/1/cover/ü.xml").respond_with_data(zlib.compress(COVERAGE_XML), headers=headers)
    httpserver.expect_request("/logs/1/b").respond_with_data("", status=404)
    delivery = elsewhere.reports(elsewhere.builds()[0])
    assert delivery.missing == ("b",)
    (attachment,) = delivery.attachments
    with attachment.open() as file:
        assert (attachment.name, file.read()) == ("cover/ü.xml", COVERAGE_XML)
    assert attachment.modified_at == datetime(2026, 11, 22, 6, 6, 52, tzinfo=UTC)
    authorized = ["Authorization" in request.headers for request, _response in httpserver.log]
    assert authorized == [True, False, False]


def test_expired_logs_are_gone(zuul: Zuul, httpserver: HTTPServer) -> None:
    httpserver.expect_request(API).respond_with_json([make_row(1, log_url=httpserver.url_for("/logs/1"))])
    httpserver.expect_request("/logs/1/cover/coverage.xml").respond_with_data("", status=404)
    with pytest.raises(
        BuildGone, match=r"/logs/1/: no cover/coverage\.xml \(404\): the logs ran out, or job nova-coverage"
    ):
        zuul.reports(zuul.builds()[0])


def test_a_page_among_the_logs_is_no_report(zuul: Zuul, httpserver: HTTPServer) -> None:
    httpserver.expect_request(API).respond_with_json([make_row(1, log_url=httpserver.url_for("/logs/1/"))])
    httpserver.expect_request("/logs/1/cover/coverage.xml").respond_with_data(
        "<!DOCTYPE html>", content_type="text/html"
    )
    with pytest.raises(CannotFetch, match="a web page instead of what was asked for"):
        zuul.reports(zuul.builds()[0])


@pytest.mark.parametrize("name", ["cover/*.xml", "../x.xml", "/x.xml"])
def test_only_exact_paths_below_the_logs_are_asked_for(zuul: Zuul, httpserver: HTTPServer, name: str) -> None:
    with pytest.raises(CannotFetch, match="is no exact path below a Zuul build's logs; whoever keeps"):
        attrs.evolve(zuul, files=(name,)).check()
    assert httpserver.log == []


def test_a_server_that_is_no_zuul_is_reported_as_none(zuul: Zuul, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request(API).respond_with_data("", status=404)
    httpserver.expect_ordered_request(API).respond_with_json({"builds": []})
    httpserver.expect_ordered_request(API).respond_with_json([1])
    with pytest.raises(CannotFetch, match="404, no such tenant, or no Zuul at this url"):
        zuul.check()
    for _response in range(2):
        with pytest.raises(CannotFetch, match="JSON, but not a list of Zuul builds"):
            zuul.check()


def test_a_zuul_that_does_not_respond_is_no_failure_yet(zuul: Zuul, httpserver: HTTPServer) -> None:
    httpserver.expect_request(API).respond_with_data("", status=503)
    with pytest.raises(CannotFetchNow):
        zuul.check()


def test_a_check_names_the_newest_build_or_that_there_is_none(zuul: Zuul, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request(API).respond_with_json([])
    httpserver.expect_ordered_request(API).respond_with_json([make_row(9)])
    assert zuul.check()[1] == "there is none with logs yet: covbot waits for the first"
    assert zuul.check()[1] == "the newest began 2026-11-09 04:00 UTC (SUCCESS)"
