"""Credentials are sent to one origin, and neither they nor signed addresses are shown anywhere."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import pytest
import structlog

from covbot.errors import CannotFetch, FetchRefused
from covbot.sources.http.client import Site
from doubles.jenkins import pages, wires
from doubles.jenkins.server import Double
from doubles.jenkins.sources import LISTING_PATH, REPORT_PATH, TOKEN, make_site, make_source

if TYPE_CHECKING:
    from pathlib import Path

BASIC = "Basic cmVhZGVyOnMzY3IzdC10MGtlbg=="
SECRETS = (TOKEN, BASIC.removeprefix("Basic "), "s1gn3d", "p4th-s3cret", "node0secretcookie")


def test_every_request_to_jenkins_carries_credentials_from_the_first_on(double: Double) -> None:
    double.job().add_build()
    source = make_source(double)
    source.reports(source.builds()[0])
    assert [seen.headers["Authorization"] for seen in double.seen] == [BASIC] * 3


@pytest.mark.parametrize("ending", [LISTING_PATH, "/1/api/json", REPORT_PATH])
def test_no_authorization_reaches_a_second_server_and_it_is_shown_again_on_the_way_back(
    double: Double, store: Double, ending: str
) -> None:
    double.job().add_build()
    store.job().add_build()
    double.script(ending, wires.redirect_to(f"{store.url}static-files/p4th-s3cret"))
    store.script("p4th-s3cret", wires.redirect_to(f"{double.url}job/widget-cover{_make_path(ending)}"))
    source = make_source(double)
    source.reports(source.builds()[0])
    assert [seen.path for seen in store.seen] == ["/static-files/p4th-s3cret"]
    assert all("Authorization" not in seen.headers for seen in store.seen)
    assert all(seen.headers["Authorization"] == BASIC for seen in double.seen)


def _make_path(ending: str) -> str:
    tree = "?tree=builds[number,building,timestamp],number,building,timestamp,artifacts[relativePath]"
    return {LISTING_PATH: f"/api/json{tree}", "/1/api/json": f"/1/api/json{tree}"}.get(
        ending, "/1/artifact/coverage.xml"
    )


def test_no_cookie_is_kept_even_on_one_connection(double: Double) -> None:
    double.job().add_build()
    redirect = pages.show_redirect("coverage.xml")
    redirect.headers.insert(0, ("Set-Cookie", "JSESSIONID=node0secretcookie; Path=/"))
    double.script(REPORT_PATH, wires.answer_with(redirect))
    source = make_source(double)
    source.reports(source.builds()[0])
    assert len(double.downloads) == 2
    assert all("Cookie" not in seen.headers for seen in double.seen)


def test_a_second_server_that_wants_a_password_does_not_stop_the_first(double: Double, store: Double) -> None:
    double.job().add_build()
    double.script(REPORT_PATH, *[wires.redirect_to(f"{store.url}x")] * 3)
    store.script("/x", *[wires.answer_with(pages.show_unauthorized("Unauthorized", "/x"))] * 3)
    source = make_source(double)
    with pytest.raises(CannotFetch, match="401 where the server redirects to") as caught:
        source.reports(source.builds()[0])
    assert not isinstance(caught.value, FetchRefused)
    assert len(source.builds()) == 1


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "something other than http and https, refused"),
        ("ftp://127.0.0.1/coverage.xml", "something other than http and https, refused"),
        ("gopher://127.0.0.1/", "something other than http and https, refused"),
        ("data:text/xml,<coverage/>", "something other than http and https, refused"),
        ("https:///coverage.xml", "something other than http and https, refused"),
        ("", "something other than http and https, refused"),
        ("http://user:p4th-s3cret@127.0.0.1/", "an address with a password in it, refused"),
        ("http://[::1", "what is no address"),
    ],
)
def test_a_redirect_to_another_scheme_or_to_nowhere_is_refused(double: Double, location: str, reason: str) -> None:
    double.job().add_build()
    double.script(REPORT_PATH, wires.redirect_to(location))
    source = make_source(double)
    with pytest.raises(CannotFetch, match=f"/coverage.xml: redirects to {reason}; whoever runs the server") as caught:
        source.reports(source.builds()[0])
    assert "p4th-s3cret" not in str(caught.value)


def _collect_errors(double: Double, store: Double) -> list[CannotFetch]:
    """Return the error of every failure that can occur with a secret in use."""
    signed = f"{store.url}static-files/p4th-s3cret?X-Amz-Signature=s1gn3d"
    refused = pages.show_error(403, "Forbidden", "s1gn3d", "/")
    scripts: list[tuple[list[wires.Fault], list[wires.Fault]]] = [
        ([wires.redirect_to(signed)], []),
        ([wires.redirect_to(signed)] * 3, [wires.answer_with(refused)] * 3),
        ([wires.redirect_to(signed)] * 3, [wires.reset_connection] * 3),
        ([wires.redirect_to(signed)], [wires.redirect_to("ftp://h/s1gn3d")]),
        ([wires.redirect_to(signed)] * 3, [wires.cut_body] * 3),
        ([wires.answer_with(pages.show_forbidden_anonymous("/", "x"))], []),
        ([wires.answer_with(pages.show_starting())] * 3, []),
        ([wires.answer_with(pages.show_unauthorized("no", "/"))], []),
    ]
    errors = []
    for ours, theirs in scripts:
        double.script(REPORT_PATH, *ours)
        store.script("p4th-s3cret", *theirs)
        source = make_source(double)
        try:
            source.reports(source.builds()[0])
        except CannotFetch as error:
            errors.append(error)
    return errors


def test_no_secret_is_in_a_log_line_an_error_or_a_representation(
    double: Double, store: Double, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    double.job().add_build()
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2", "httpcore2.http11", "httpcore2.connection", "stamina"):
        caplog.set_level(logging.DEBUG, logger=name)
    with structlog.testing.capture_logs() as lines:
        errors = _collect_errors(double, store)
    assert len(errors) == 8
    printed = capsys.readouterr()
    output = [
        caplog.text,
        repr([vars(record) for record in caplog.records]),
        printed.out,
        printed.err,
        repr(lines),
        repr(make_source(double)),
        repr(make_site(double)),
    ]
    output += ["".join(traceback.format_exception(error)) + repr(error) for error in errors]
    assert [(secret, text) for secret in SECRETS for text in output if secret in text] == []
    assert all("\n" not in str(error) for error in errors)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://reader:s3cr3t-t0ken@jenkins.example.org/", "the source's url holds a user or a password"),
        ("ftp://jenkins.example.org/", "the source's url must begin with https:// or http://"),
        ("jenkins.example.org", "the source's url must begin with https:// or http://"),
        ("http://[::1", "the source's url is no address"),
    ],
)
def test_an_address_that_covbot_does_not_ask_is_refused_before_a_request(url: str, reason: str) -> None:
    with Double() as double, pytest.raises(CannotFetch, match=reason) as caught:
        make_source(double, site=Site(url=url)).check()
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with Double() as double, pytest.raises(CannotFetch, match=r"ca\.pem: .*; whoever keeps covbot\.toml \(ca_file\)"):
        make_source(double, site=Site(url=double.url, ca_file=str(path))).check()
