"""The double of Jenkins responds as the recorded servers did, so that the other tests hold for real servers."""

from __future__ import annotations

import base64
import functools
import html
import http.client
import random
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from doubles.jenkins import recordings, server, state, trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from doubles.jenkins.recordings import Exchange

NEVER_ASKED = ("whoAmI", "-X POST", "/login", "*zip*", "*fingerprint*", "*plain*", "buildTimestamp", "buildNumber")
OWN = frozenset({"Date", "Server", "X-Jenkins-Session", "X-Instance-Identity", "Set-Cookie", "Vary"})
PAGES_FOR_PEOPLE = ("artifact/cover/", "artifact/**/", "-u nobody", "-u discover", "/job/x/", "Range: bytes=99999999-")
PACKED = "Accept-Encoding: gzip"
REAL = [
    (name, exchange)
    for name in ("auth", "loading", "real1")
    for title, exchange in recordings.read_exchanges(name).items()
    if not any(part in title for part in NEVER_ASKED)
]


@functools.cache
def _write_report() -> bytes:
    draw = random.Random(1)  # noqa: S311 -- bytes that do not pack too well, no secret
    prefix = recordings.read_exchanges("real1")["/job/widget-cover/2/artifact/coverage.xml"].body.partition("curl:")[0]
    size = 2868936
    lines = "".join(f'<line number="{at}" hits="{draw.randrange(2)}"/>\n' for at in range(42, 90_000))
    return (prefix.rpartition("\n")[0] + "\n" + lines)[:size].ljust(size).encode()


@pytest.fixture
def double() -> Iterator[server.Double]:
    """A server in the state in which it was recorded."""
    with server.Double(prefix="", root="http://127.0.0.1:18081/") as double:
        job = double.job()
        report = state.Artifact(_write_report(), datetime(2026, 11, 22, 6, 6, 52, tzinfo=UTC))
        times = [(1795327612370, 210, "SUCCESS"), (1795327622363, 41, "FAILURE"), (1795327632367, 25088, "SUCCESS")]
        for timestamp, duration, result in times:
            build = job.add_build(result)
            build.timestamp, build.duration = timestamp, duration
            build.files = dict.fromkeys(("cover/coverage.xml", "coverage.xml", "rep/a b#c/x y.xml"), report)
            cause = {"shortDescription": "Started by user anonymous", "userId": None, "userName": "anonymous"}
            causes = [{"_class": "hudson.model.Cause$UserIdCause", **cause}]
            build.actions = [{"_class": "hudson.model.CauseAction", "causes": causes}]
        double.job("never-built")
        double.job("disabled-job").disabled = True
        yield double


@pytest.fixture
def secured(double: server.Double, request: pytest.FixtureRequest) -> server.Double:
    """The same server with the recording's users and start-up state."""
    name, exchange = request.param
    users = {"reader": "TOKEN", "nobody": "TOKEN", "discover": "TOKEN"} if name == "auth" else {}
    if exchange.user == "reader:reader-pw":
        users["reader"] = "reader-pw"
    double.users, double.starting = users, name == "loading"
    double.without_rights, double.discoverers = {"nobody"}, {"discover"}
    double.root = "https://ci.example.test/jenkins/" if name == "auth" else "http://127.0.0.1:18081/"
    if exchange.path.endswith("builds[number,url]"):
        double.jobs["widget-cover"] = state.Job(name="widget-cover")
    return double


def _send_request(double: server.Double, exchange: Exchange) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection(double.origin.removeprefix("http://"), timeout=10)
    sent: dict[str, str] = dict(exchange.sent)
    if exchange.user:
        sent["Authorization"] = "Basic " + base64.b64encode(exchange.user.encode()).decode()
    path, mark, query = exchange.path.partition("?")
    connection.putrequest(
        "HEAD" if exchange.head else "GET", "/" + path + mark + quote(query, "=&"), skip_accept_encoding=True
    )
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    result = response.status, response.getheaders(), response.read()
    connection.close()
    return result


def _select_headers(pairs: Sequence[tuple[str, str]], double: server.Double, skip: set[str]) -> list[tuple[str, str]]:
    return [
        (name, value.replace(double.origin, "http://127.0.0.1:18081"))
        for name, value in pairs
        if name not in OWN | skip
    ]


@pytest.mark.parametrize(
    ("secured", "exchange"),
    [(pair, pair[1]) for pair in REAL],
    indirect=["secured"],
    ids=[f"{name}: {exchange.title}" for name, exchange in REAL],
)
def test_a_response_has_the_recorded_status_headers_and_body(secured: server.Double, exchange: Exchange) -> None:
    status, headers, body = _send_request(secured, exchange)
    assert status == exchange.status
    for_people = any(part in exchange.title for part in PAGES_FOR_PEOPLE)
    skip = {"Content-Length"} if for_people or PACKED in exchange.title or exchange.cut_length else set()
    recorded = _select_headers(exchange.headers, secured, skip)
    assert _select_headers(headers, secured, skip)[: len(recorded) if exchange.cut_head else None] == recorded
    if not for_people and PACKED not in exchange.title:
        assert body.decode().startswith(exchange.body.partition("curl:")[0].rstrip("\n "))


LAB = recordings.read_exchanges("stapler-2024-lab")


@pytest.mark.parametrize(
    "title",
    [
        "/job/many/api/json?tree=builds[number]",
        "/job/many/api/json?tree=allBuilds[number]{100,103}",
        "/job/mb/job/feature%252Fx/api/json?tree=name,url,fullName",
        "/job/mb/job/feature%2Fx/api/json?tree=name,url",
        "/job/mb/job/feature/x/api/json?tree=name,url",
        "/job/widget-cover/api/json?tree=builds[number",
        "/job/widget-cover/api/json?tree=builds[number]{0,x}",
    ],
)
def test_trees_ranges_and_branches_are_read_as_in_the_recording_of_a_newer_server(title: str) -> None:
    exchange = LAB[title]
    with server.Double(root="http://127.0.0.1:18080/") as double:
        for _build in range(150):
            double.job("many") if "many" not in double.jobs else None
            double.jobs["many"].add_build()
        double.job("mb/feature%2Fx")
        double.job()
        status, _headers, body = _send_request(double, exchange)
    assert status == exchange.status
    error = re.search(r"Malformed tree expression: (.*)</title>", exchange.body)
    if status == 200:
        assert exchange.body.strip().startswith(body.decode()[:1000])
    elif error:
        assert error.group(1) in html.unescape(body.decode())


ROTATED, RUNNING = recordings.read_texts("real2")["rotated"], recordings.read_texts("real3")
BUILD_FIELDS = "builds[number,building,result,artifacts[relativePath]]"
LASTS = "lastBuild[number],lastCompletedBuild[number],lastSuccessfulBuild[number]"


def _write_tree(job: state.Job, tree: str) -> str:
    return trees.write_json(trees.prune_bean(state.show_job(job, "http://jenkins/"), trees.parse_tree(tree))).decode()


def test_rotation_takes_builds_and_the_files_of_older_ones() -> None:
    job = state.Job(name="rot")
    for _build in range(6):
        job.add_build().files = dict.fromkeys(
            ("cover/coverage.xml", "coverage.xml", "rep/a b#c/x y.xml"), state.Artifact()
        )
    job.rotate(keep=4, keep_files=2)
    assert _write_tree(job, f"{BUILD_FIELDS},firstBuild[number],{LASTS},nextBuildNumber") == ROTATED.splitlines()[0]


def test_a_younger_build_may_be_done_first_and_no_pointer_goes_back_for_the_older_one() -> None:
    job, fields = state.Job(name="conc"), BUILD_FIELDS.replace("number,", "number,duration,timestamp,")
    first, second = job.add_build().start(), job.add_build()
    first.timestamp, second.timestamp, second.duration, first.files = 1795328385835, 1795328387862, 23, {}
    assert _write_tree(job, f"{fields},{LASTS},nextBuildNumber") == RUNNING["conc: #1 running, #2 done"].strip()
    first.finish().files = dict(second.files)
    third = job.add_build("ABORTED")
    third.timestamp, third.duration = 1795328392937, 4040
    assert _write_tree(job, f"{fields},{LASTS},nextBuildNumber") == RUNNING["after #1 done"].strip()


def test_a_job_that_is_created_again_counts_from_one() -> None:
    job = state.Job(name="again")
    job.add_build()
    job.create_again()
    assert (
        _write_tree(job, "builds[number],nextBuildNumber")
        == recordings.read_texts("real2")["tree"].strip().splitlines()[-1]
    )
