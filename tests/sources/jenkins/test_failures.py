"""Failure cases 10-20 and 25 of a Jenkins server: failures of a response in transit."""

from __future__ import annotations

import gzip
import ssl
import zlib
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot.errors import CannotFetch, CannotFetchNow, FetchRefused
from covbot.sources.http.client import Site
from covbot.sources.http.session import Limits
from doubles.jenkins import pages, recordings, state, wires
from doubles.jenkins.server import Double
from doubles.jenkins.sources import LISTING_PATH, LOGIN_PAGE, QUICK_LIMITS, REPORT_PATH, TOKEN, make_site, make_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.sources.jenkins.source import Jenkins


def read_first(source: Jenkins) -> bytes:
    """Return the first report of the first build."""
    with source.reports(source.builds()[0]).attachments[0].open() as file:
        return file.read()


@pytest.mark.parametrize("fault", [wires.cut_body, wires.cut_chunks, wires.cut_gzip, wires.reset_connection])
def test_case_10_a_cut_transfer_is_repeated_twice_and_then_left_to_a_later_pass(
    double: Double, fault: wires.Fault
) -> None:
    double.job().add_build().files["coverage.xml"] = state.Artifact(state.COVERAGE_XML * 500)
    double.script(REPORT_PATH, fault, fault)
    assert read_first(make_source(double)) == state.COVERAGE_XML * 500
    double.script(REPORT_PATH, fault, fault, fault)
    with pytest.raises(CannotFetchNow, match="covbot asks again"):
        read_first(make_source(double))
    assert len(double.downloads) == 6


@pytest.mark.parametrize("ending", [LISTING_PATH, "/1/api/json", REPORT_PATH])
def test_case_11_a_page_instead_of_data_is_reported_as_a_page(double: Double, ending: str) -> None:
    double.job().add_build()
    double.script(ending, wires.answer_with(LOGIN_PAGE))
    with pytest.raises(CannotFetch, match=r"a web page instead of what was asked for \(a login page, or a folder\?\)"):
        read_first(make_source(double))


def test_case_11_a_report_that_is_called_a_page_by_its_server_is_still_read(double: Double) -> None:
    double.job().add_build()
    double.script(REPORT_PATH, wires.replace_body(("Content-Type", "text/html"), state.COVERAGE_XML))
    assert read_first(make_source(double)) == state.COVERAGE_XML


def test_case_12_a_wrong_token_is_tried_once_and_never_again(double: Double) -> None:
    double.job().add_build()
    source = make_source(double, site=make_site(double, token="0ld-t0ken"))  # noqa: S106 -- one that the double does not know
    for _time in range(3):
        with pytest.raises(FetchRefused, match="401, the token of user 'reader' is not accepted; covbot asks no more"):
            source.check()
    assert len(double.seen) == 1


def test_case_12_without_a_token_a_401_asks_for_one(double: Double) -> None:
    double.job()
    double.script(LISTING_PATH, wires.answer_with(pages.show_unauthorized("Unauthorized", "/")))
    with pytest.raises(FetchRefused, match="401, it wants a user and a token; covbot asks no more"):
        make_source(double, site=Site(url=double.url, limits=QUICK_LIMITS)).check()


def test_case_13_a_missing_right_is_named(double: Double) -> None:
    double.job()
    double.without_rights = {"reader"}
    with pytest.raises(CannotFetch, match=r"403, covbot is seen as 'reader' and lacks hudson\.model\.Hudson\.Read"):
        make_source(double).check()
    double.without_rights, double.discoverers = set(), {"reader"}
    with pytest.raises(
        CannotFetch, match="403, covbot's account may not see this; whoever runs the server can grant it"
    ):
        make_source(double).check()
    double.jobs["widget-cover"].hidden = True
    with pytest.raises(
        CannotFetch, match="404, there is no such job, or covbot's account may not see it, or url lacks"
    ):
        make_source(double).check()


def test_case_13_without_a_token_jenkins_names_the_anonymous_user(double: Double) -> None:
    double.job()
    source = make_source(double, site=Site(url=double.url, limits=QUICK_LIMITS))
    with pytest.raises(CannotFetch, match="403, covbot is seen as 'anonymous' and lacks"):
        source.check()


def test_case_14_a_jenkins_that_starts_is_asked_again_and_is_no_failure_yet(double: Double) -> None:
    double.job().add_build()
    double.starting = True
    source = make_source(double)
    with pytest.raises(CannotFetchNow, match="503, it is starting, busy or behind a proxy that cannot reach it"):
        source.check()
    double.starting = False
    assert len(source.builds()) == 1


@pytest.mark.parametrize("status", [502, 504])
def test_case_15_a_proxy_without_jenkins_is_asked_again(double: Double, status: int) -> None:
    double.job().add_build()
    down = wires.answer_with(pages.show_error(status, "Bad Gateway", "Bad Gateway", "/"))
    double.script(LISTING_PATH, down, down)
    assert len(make_source(double).builds()) == 1
    double.script(LISTING_PATH, down, down, down)
    with pytest.raises(CannotFetchNow, match=f"{status}, it is starting, busy or behind a proxy"):
        make_source(double).check()


def test_case_15_a_refused_connection_is_asked_again() -> None:
    with Double() as double:
        source = make_source(double)
    with pytest.raises(CannotFetchNow, match=r"no connection \(ConnectError\); covbot asks again"):
        source.check()


def test_case_15_a_server_that_does_not_go_on_is_not_waited_for_for_ever(double: Double) -> None:
    double.job()
    double.script(LISTING_PATH, *[wires.stall_after_head] * 3)
    source = make_source(double, site=make_site(double, limits=Limits(read=0.05, wait=0)))
    with pytest.raises(CannotFetchNow, match=r"no answer in time \(ReadTimeout\)"):
        source.check()


def test_case_16_an_idle_connection_that_was_closed_is_opened_again(double: Double) -> None:
    double.job().add_build()
    double.script(LISTING_PATH, wires.close_silently)
    double.script(REPORT_PATH, wires.close_silently)
    assert read_first(make_source(double)) == state.COVERAGE_XML


def test_case_17_an_object_store_is_asked_without_credentials(double: Double, store: Double) -> None:
    double.job().add_build()
    store.job().add_build()
    double.script(
        REPORT_PATH, wires.redirect_to(f"{store.url}job/widget-cover/1/artifact/coverage.xml?X-Amz-Signature=s1gn3d")
    )
    assert read_first(make_source(double)) == state.COVERAGE_XML
    assert [seen.headers.get("Authorization") for seen in store.seen] == [None]


def test_case_17_an_expired_address_in_the_store_is_requested_again_from_jenkins(double: Double, store: Double) -> None:
    double.job().add_build()
    store.job().add_build()
    there = wires.redirect_to(f"{store.url}job/widget-cover/1/artifact/coverage.xml?X-Amz-Signature=s1gn3d")
    expired = wires.answer_with(pages.show_error(403, "Forbidden", "Request has expired", "/"))
    double.script(REPORT_PATH, there, there)
    store.script(REPORT_PATH, expired)
    assert read_first(make_source(double)) == state.COVERAGE_XML
    double.script(REPORT_PATH, there, there, there)
    store.script(REPORT_PATH, expired, expired, expired)
    with pytest.raises(
        CannotFetchNow, match="403 where the server redirects to, and covbot shows its token to the"
    ) as caught:
        read_first(make_source(double))
    assert "s1gn3d" not in str(caught.value)


@pytest.mark.parametrize("hops", [5, 6])
def test_case_18_more_than_five_redirects_are_not_followed(double: Double, hops: int) -> None:
    double.job().add_build()
    double.script(REPORT_PATH, *[wires.redirect_to("coverage.xml")] * hops)
    if hops == 5:
        assert read_first(make_source(double)) == state.COVERAGE_XML
    else:
        with pytest.raises(CannotFetch, match="redirects more than 5 times; whoever runs the server"):
            read_first(make_source(double))
        assert len(double.downloads) == 6


def test_case_18_a_redirect_to_a_login_ends_at_its_page(double: Double, store: Double) -> None:
    double.job().add_build()
    double.script(LISTING_PATH, wires.redirect_to(f"{store.url}login?from=%2Fjob"))
    store.script("/login", wires.answer_with(LOGIN_PAGE))
    with pytest.raises(CannotFetch, match=r"a web page instead of what was asked for \(a login page"):
        make_source(double).check()


@pytest.fixture
def secure() -> Iterator[tuple[Double, Site]]:
    """A Jenkins with a certificate of a private authority, and a site that trusts it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(recordings.DATA_FOLDER / "server.pem")
    with Double(tls=context, users={"reader": TOKEN}) as double:
        double.job().add_build()
        yield double, attrs.evolve(make_site(double), ca_file=str(recordings.DATA_FOLDER / "authority.pem"))


def test_case_18_https_does_not_lead_to_http(secure: tuple[Double, Site], store: Double) -> None:
    double, site = secure
    double.script(REPORT_PATH, wires.redirect_to(store.url))
    with pytest.raises(CannotFetch, match="redirects from https to http, refused"):
        read_first(make_source(double, site=site))
    assert store.seen == []


def test_a_private_authority_is_believed_only_when_named(secure: tuple[Double, Site]) -> None:
    double, site = secure
    assert read_first(make_source(double, site=site)) == state.COVERAGE_XML
    with pytest.raises(CannotFetch, match=r"its certificate is not trusted \(.*ca_file in covbot\.toml") as caught:
        make_source(double).check()
    assert not isinstance(caught.value, CannotFetchNow)


@pytest.mark.parametrize("fault", [wires.cut_body, wires.close_silently, wires.reset_connection])
def test_a_cut_encrypted_transfer_is_repeated_as_any_other(secure: tuple[Double, Site], fault: wires.Fault) -> None:
    double, site = secure
    double.script(REPORT_PATH, fault, fault)
    assert read_first(make_source(double, site=site)) == state.COVERAGE_XML
    double.script(REPORT_PATH, fault, fault, fault)
    with pytest.raises(CannotFetchNow):
        read_first(make_source(double, site=site))


def test_case_19_an_address_in_the_data_is_never_used(double: Double) -> None:
    double.job().add_build()
    build = make_source(double).builds()[0]
    assert build.url == f"{double.url}job/widget-cover/1/"
    assert read_first(make_source(double)) == state.COVERAGE_XML


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda plain: plain])
@pytest.mark.parametrize("size", [1, 1000])
def test_case_20_a_report_is_unpacked_as_often_as_it_was_packed(double: Double, pack: wires.Pack, size: int) -> None:
    double.job().add_build().files["coverage.xml"] = state.Artifact(pack(state.COVERAGE_XML * size))
    assert read_first(make_source(double)) == state.COVERAGE_XML * size


def test_case_20_a_body_that_is_declared_packed_and_is_not_is_refused(double: Double) -> None:
    double.job().add_build()
    mislabelled = wires.replace_body(("Content-Encoding", "gzip"), state.COVERAGE_XML)
    double.script(REPORT_PATH, mislabelled, mislabelled, mislabelled)
    with pytest.raises(CannotFetchNow, match="says that it is packed, and does not unpack"):
        read_first(make_source(double))
    double.script(REPORT_PATH, wires.replace_body(("Content-Encoding", "br"), state.COVERAGE_XML))
    with pytest.raises(CannotFetch, match="packed in a way that covbot did not ask for"):
        read_first(make_source(double))


@pytest.mark.parametrize("name", ["a;b.xml", "100 %/a b#c?.xml", "Prüfung/ü.xml", "a+b&c=d.xml", "[x]{y}.xml"])
def test_case_25_names_with_special_characters_reach_jenkins_as_they_are(double: Double, name: str) -> None:
    double.job("Ordner ü/50% #1").add_build().files = {name: state.Artifact()}
    assert read_first(make_source(double, name.replace("?", "*"), job="Ordner ü/50% #1")) == state.COVERAGE_XML


@pytest.mark.parametrize(
    ("branch", "item", "path"),
    [
        ("feature/x", "feature%2Fx", "feature%252Fx"),
        ("main", "main", "main"),
        ("50%#[?]\\", "50%25%23%5B%3F%5D%5C", "50%2525%2523%255B%253F%255D%255C"),
        ("..", "%2E.", "%252E."),
        ("é", "é", "%C3%A9"),
    ],
)
def test_case_25_a_branch_is_escaped_once_for_its_name_and_once_for_its_address(
    double: Double, branch: str, item: str, path: str
) -> None:
    double.job(f"mb/{item}").add_build()
    source = attrs.evolve(make_source(double, job="mb"), branch=branch)
    assert [build.job for build in source.builds()] == [f"mb/{branch}"]
    assert double.seen[0].path == f"/jenkins/job/mb/job/{path}/api/json"


def test_a_folder_is_no_job(double: Double) -> None:
    double.job("openstack/nova")
    with pytest.raises(
        CannotFetch, match=r"this is a folder or a view, not a job with builds; whoever keeps covbot\.toml"
    ):
        make_source(double, job="openstack").check()
