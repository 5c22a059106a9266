"""One fixed URL: its content is a build, and unchanged content is not fetched twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from covbot.errors import BuildGone, CannotFetch
from covbot.sources.http.client import Site
from covbot.sources.http.session import Limits
from covbot.sources.url import UrlFile
from doubles.jenkins import pages, wires
from doubles.jenkins.state import COVERAGE_XML

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

    from doubles.jenkins.server import Double

PATH = "/nova/coverage.xml"
WRITTEN, LATER = "Sun, 22 Nov 2026 06:06:52 GMT", "Mon, 23 Nov 2026 06:06:52 GMT"
WRITTEN_AT = datetime(2026, 11, 22, 6, 6, 52, tzinfo=UTC)


@pytest.fixture
def source(httpserver: HTTPServer) -> UrlFile:
    return UrlFile(site=Site(url=httpserver.url_for(PATH) + "?key=s1gn3d", limits=Limits(wait=0)), job="nova")


def _serve_file(httpserver: HTTPServer, content: bytes = COVERAGE_XML, **headers: str) -> None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    httpserver.expect_ordered_request(PATH, query_string={"key": "s1gn3d"}).respond_with_data(content, headers=sent)


def test_a_file_is_a_build_of_the_time_when_it_was_written(source: UrlFile, httpserver: HTTPServer) -> None:
    _serve_file(httpserver, Last_Modified=WRITTEN)
    (build,) = source.builds()
    assert (build.number, build.started_at, build.result) == (int(WRITTEN_AT.timestamp()), WRITTEN_AT, "SUCCESS")
    assert (build.job, build.url) == ("nova", httpserver.url_for(PATH))
    (attachment,) = source.reports(build).attachments
    with attachment.open() as file:
        assert (attachment.name, attachment.modified_at, file.read()) == ("coverage.xml", WRITTEN_AT, COVERAGE_XML)
    assert len(httpserver.log) == 1


def test_a_file_that_did_not_change_is_not_sent_again(source: UrlFile, httpserver: HTTPServer) -> None:
    _serve_file(httpserver, Last_Modified=WRITTEN, ETag='"1"')
    wanted = {"If-None-Match": '"1"', "If-Modified-Since": WRITTEN}
    httpserver.expect_ordered_request(PATH, headers=wanted).respond_with_data("", status=304)
    assert source.builds() == source.builds()


def test_an_etag_that_cannot_be_sent_back_is_not(source: UrlFile, httpserver: HTTPServer) -> None:
    for _time in range(2):
        _serve_file(httpserver, Last_Modified=WRITTEN, ETag='"\xe9"')
    assert source.builds() == source.builds()


def test_the_same_content_under_another_date_is_the_same_build(source: UrlFile, httpserver: HTTPServer) -> None:
    _serve_file(httpserver, Last_Modified=WRITTEN)
    _serve_file(httpserver, Last_Modified=LATER)
    assert source.builds() == source.builds()


def test_another_content_is_another_build_and_the_one_before_is_gone(source: UrlFile, httpserver: HTTPServer) -> None:
    _serve_file(httpserver, Last_Modified=WRITTEN)
    _serve_file(httpserver, COVERAGE_XML + b"<!-- -->", Last_Modified=LATER)
    (before,) = source.builds()
    (after,) = source.builds()
    assert before.number < after.number
    with pytest.raises(BuildGone, match=r"coverage\.xml: holds another report by now"):
        source.reports(before)


def test_a_build_known_from_before_is_fetched_again(source: UrlFile, httpserver: HTTPServer) -> None:
    _serve_file(httpserver, Last_Modified=WRITTEN)
    _serve_file(httpserver, Last_Modified=WRITTEN)
    (build,) = source.builds()
    other = UrlFile(site=source.site, job="nova")
    assert len(other.reports(build).attachments) == 1


def test_a_file_without_a_date_is_dated_by_the_servers_clock(store: Double) -> None:
    store.script("/coverage.xml", wires.answer_with(pages.Reply(200, "OK", [("Date", WRITTEN)], COVERAGE_XML)))
    source = UrlFile(site=Site(url=f"{store.url}coverage.xml"), job="nova")
    assert source.builds()[0].started_at == WRITTEN_AT


def test_a_file_that_is_not_there_and_a_page_in_its_place_are_refused(source: UrlFile, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request(PATH).respond_with_data("", status=404)
    _serve_file(httpserver, b"<html>", Last_Modified=WRITTEN)
    with pytest.raises(CannotFetch, match=r"coverage\.xml: 404, no file there") as caught:
        source.check()
    assert "s1gn3d" not in str(caught.value) + repr(source)
    with pytest.raises(CannotFetch, match="a web page instead"):
        source.check()


def test_a_check_names_the_files_date(source: UrlFile, httpserver: HTTPServer) -> None:
    _serve_file(httpserver, Last_Modified=WRITTEN)
    assert source.check() == [f"{httpserver.url_for(PATH)}: a file written 2026-11-22 06:06 UTC"]
