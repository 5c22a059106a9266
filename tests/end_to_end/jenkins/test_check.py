"""`covbot check` against each of the ways in which a Jenkins server fails: works or fails, and in which words."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from doubles.jenkins import pages, pulls, state, wires
from doubles.jenkins.sources import LISTING_PATH, LOGIN_PAGE, REPORT_PATH
from support import pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.jenkins.server import Double

MEASURES = "measures 2 files, 6 statements, 2 of them missing"


def fault(ending: str, *faults: wires.Fault) -> Callable[[Double, state.Job], None]:
    """A build, and what befalls the requests for it."""

    def play(double: Double, job: state.Job) -> None:
        pulls.archive_build(job)
        double.script(ending, *faults)

    return play


def _disable(_: Double, job: state.Job) -> None:
    pulls.archive_build(job)
    job.disabled = True


def _nothing(_: Double, job: state.Job) -> None:
    assert not job.builds


def _start(_: Double, job: state.Job) -> None:
    pulls.archive_build(job).start()


def _abort(_: Double, job: state.Job) -> None:
    pulls.archive_build(job, result="ABORTED")


def _keep_stale(_: Double, job: state.Job) -> None:
    build = pulls.archive_build(job, result="UNSTABLE")
    build.files["coverage.xml"].modified_at -= timedelta(hours=1)


def _archive_another(_: Double, job: state.Job) -> None:
    build = pulls.archive_build(job)
    build.files = {"cov.xml": build.files["coverage.xml"]}


def _lose_the_list(_: Double, job: state.Job) -> None:
    job.build().list_broken = True  # by the double's own clock, which stands still


def _archive_many(_: Double, job: state.Job) -> None:
    build = pulls.archive_build(job)
    build.files["unit/coverage.xml"] = build.files["coverage.xml"]


def _truncate(_: Double, job: state.Job) -> None:
    file = pulls.archive_build(job).files["coverage.xml"]
    file.content = file.content[:200]


def _forbid(double: Double, job: state.Job) -> None:
    pulls.archive_build(job)
    double.without_rights = {"reader"}


def _hide(_: Double, job: state.Job) -> None:
    job.hidden = True


def _change_the_token(double: Double, job: state.Job) -> None:
    pulls.archive_build(job)
    double.users["reader"] = "an0ther"


def _restart(double: Double, _: state.Job) -> None:
    double.starting = True


def _pack_twice(_: Double, job: state.Job) -> None:
    file = pulls.archive_build(job).files["coverage.xml"]
    file.content = gzip.compress(file.content)


def _rotate(_: Double, job: state.Job) -> None:
    build = job.build()
    build.files, build.timestamp = (
        {},
        state.FIRST_TIMESTAMP - 3 * 86_400_000,
    )  # by the double's own clock, which stands still


def _create_again(_: Double, job: state.Job) -> None:
    for _build in range(3):
        pulls.archive_build(job)
    job.create_again()
    pulls.archive_build(job)


def _overtake(_: Double, job: state.Job) -> None:
    pulls.archive_build(job).start()
    pulls.archive_build(job)


def _replay(_: Double, job: state.Job) -> None:
    for _build in range(2):
        pulls.archive_build(job).actions = [state.make_git_record("a" * 40)]


def _rename(_: Double, job: state.Job) -> None:
    file = pulls.archive_build(job).files.pop("coverage.xml")
    job.builds[1].files = {"50% #1/ä;b.xml": file}


CUT = [wires.cut_body] * 3
DOWN = [wires.answer_with(pages.show_error(502, "Bad Gateway", "Bad Gateway", "/"))] * 3
LIES = [wires.replace_body(("Content-Encoding", "gzip"), pictures.make_xml(pulls.FILES))] * 3

CASES = [
    pytest.param(_disable, {}, True, "the job is disabled in Jenkins: no new builds will come", id="1 disabled"),
    pytest.param(_nothing, {}, True, "the job was never built: covbot waits for its first build", id="2 never built"),
    pytest.param(_start, {}, True, "0 finished builds on offer; no build of the job is finished yet", id="3 building"),
    pytest.param(_abort, {}, True, "0 finished builds on offer; no build of the job is finished yet", id="4 aborted"),
    pytest.param(
        _keep_stale, {"accept": '["UNSTABLE"]'}, False, "UTC, before the build began: it is that of an earlier one",
        id="5 stale",
    ),
    pytest.param(
        _archive_another, {}, False,
        "build 1 (SUCCESS): its report coverage.xml is missing; no coverage.xml in build 1; there is cov.xml",
        id="6 not archived",
    ),
    pytest.param(
        _lose_the_list, {}, False, "SUCCESS, yet it shows no file at all: its storage may be in trouble",
        id="7 empty list",
    ),
    pytest.param(
        _archive_many, {"reports": '["**/coverage.xml"]'}, True, "build 1 (SUCCESS): coverage.xml, unit/coverage.xml;",
        id="8 several matches",
    ),
    pytest.param(_truncate, {}, False, "build 1 (SUCCESS): its report cannot be read: coverage.xml", id="9 truncated"),
    pytest.param(fault(REPORT_PATH, *CUT), {}, False, "no whole answer", id="10 cut"),
    pytest.param(
        fault(REPORT_PATH, wires.answer_with(LOGIN_PAGE)), {}, False, "a web page instead of what was asked for (a login page",
        id="11 page",
    ),
    pytest.param(
        _change_the_token, {}, False, "401, the token of user 'reader' is not accepted; covbot asks no more",
        id="12 bad token",
    ),
    pytest.param(
        _forbid, {}, False, "403, covbot is seen as 'reader' and lacks hudson.model.Hudson.Read", id="13 no right"
    ),
    pytest.param(_hide, {}, False, "404, there is no such job, or covbot's account may not see it", id="13 hidden"),
    pytest.param(_restart, {}, False, "503, it is starting, busy or behind a proxy", id="14 starting"),
    pytest.param(fault(LISTING_PATH, *DOWN), {}, False, "502, it is starting, busy or behind a proxy", id="15 proxy"),
    pytest.param(fault(LISTING_PATH, wires.close_silently), {}, True, MEASURES, id="16 idle connection"),
    pytest.param(
        fault(REPORT_PATH, *[wires.redirect_to("coverage.xml")] * 6), {}, False, "redirects more than 5 times", id="18 loop"
    ),
    pytest.param(
        fault(REPORT_PATH, wires.redirect_to("ftp://h/coverage.xml")), {}, False, "something other than http and https",
        id="18 scheme",
    ),
    pytest.param(fault("nowhere"), {}, True, MEASURES, id="19 root URL"),
    pytest.param(_pack_twice, {}, True, MEASURES, id="20 packed twice"),
    pytest.param(fault(REPORT_PATH, *LIES), {}, False, "says that it is packed, and does not unpack", id="20 not packed"),
    pytest.param(_rotate, {}, False, "Jenkins keeps no file of this build any more", id="21 rotated"),
    pytest.param(_create_again, {}, True, "1 finished builds on offer; build 1 (SUCCESS)", id="22 created again"),
    pytest.param(_overtake, {}, True, "1 finished builds on offer; build 2 (SUCCESS)", id="23 overtaken"),
    pytest.param(_replay, {}, True, f"build 2 (SUCCESS) {MEASURES}", id="24 replay"),
    pytest.param(_rename, {"reports": '["50% #1/ä;b.xml"]'}, True, MEASURES, id="25 encoded names"),
]  # fmt: skip


@pytest.mark.parametrize(("play", "keys", "works", "words"), CASES)
def test_check_reports_each_failure_with_its_cause_and_each_oddity_as_working(
    double: Double, tmp_path: Path, play: Callable[[Double, state.Job], None], keys: dict[str, str], works: bool,
    words: str,
) -> None:  # fmt: skip
    play(double, double.job())
    said = pulls.create_folder(tmp_path, double, **keys).invoke("check")
    (line,) = [line for line in said.out.splitlines() if "source of widget: " in line]
    assert line.startswith("works  " if works else "fails  ")
    assert words in line
    assert double.root not in line
    assert said.code == (0 if works else 1)
    assert len(said.err.splitlines()) == (0 if works else 1)


def test_case_17_an_object_store_is_read_and_its_expired_address_is_reported(
    double: Double, store: Double, tmp_path: Path
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    pulls.archive_build(double.job())
    store.jobs = double.jobs
    there = wires.redirect_to(f"{store.url}job/widget-cover/1/artifact/coverage.xml?X-Amz-Signature=s1gn3d")
    double.script(REPORT_PATH, there)
    assert MEASURES in folder.invoke("check").out
    double.script(REPORT_PATH, there, there, there)
    store.script(REPORT_PATH, *[wires.answer_with(pages.show_error(403, "Forbidden", "Request has expired", "/"))] * 3)
    said = folder.invoke("check").out
    assert "403 where the server redirects to, and covbot shows its token to the configured url alone" in said
    assert "s1gn3d" not in said


def test_case_18_a_login_behind_a_redirect_is_reported_as_a_page(double: Double, store: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    double.script(LISTING_PATH, wires.redirect_to(f"{store.url}login?from=%2Fjob"))
    store.script("/login", wires.answer_with(LOGIN_PAGE))
    assert "a login page, or a folder?" in pulls.create_folder(tmp_path, double).invoke("check").out


def test_a_refused_token_is_tried_once(double: Double, tmp_path: Path) -> None:
    _change_the_token(double, double.job())
    pulls.create_folder(tmp_path, double).invoke("check")
    assert len(double.seen) == 1


def test_check_prints_one_line_for_each_part_and_creates_no_store(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    said = pulls.create_folder(tmp_path, double).invoke("check")
    heads = [line.partition(": ")[0] for line in said.out.splitlines()]
    assert heads == [
        "works  settings",
        "works  templates",
        "works  store",
        "works  source of widget",
        "works  tracker of widget",
    ]
    assert not (tmp_path / "covbot.db").exists()


def test_an_undefined_variable_in_a_template_is_reported_before_a_bug_needs_it(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "gone.txt").write_text("{{ nonsense }}")
    said = pulls.create_folder(tmp_path, double).invoke("check")
    assert "fails  templates: template gone.txt, line 1: 'nonsense' is undefined" in said.out
    assert "works  source of widget" in said.out
    assert (said.code, len(said.err.splitlines())) == (1, 1)


def test_a_store_of_something_else_fails_and_hides_nothing(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    (tmp_path / "covbot.db").write_bytes(b"no database" * 100)
    said = pulls.create_folder(tmp_path, double).invoke("check")
    assert "fails  store: " in said.out
    assert "works  source of widget" in said.out


@pytest.mark.parametrize(
    ("mode", "content", "words"),
    [
        (0o644, "s3cr3t-t0ken", "everybody on this machine can read the token; chmod o-rwx makes it covbot's alone"),
        (0o600, "", "holds no token, which is one line and nothing else; whoever keeps covbot.toml (token_file)"),
        (0o600, "s3cr3t-t0ken\nand more", "holds no token, which is one line and nothing else"),
        (0o600, "s3cr3t-t0ken" * 999, "holds no token, which is one line and nothing else"),
        (None, "", "the token cannot be read: No such file or directory"),
    ],
)
def test_a_token_that_is_none_or_that_everybody_can_read_is_not_used(
    double: Double, tmp_path: Path, mode: int | None, content: str, words: str
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    (tmp_path / "token").write_text(content)
    if mode is None:
        (tmp_path / "token").unlink()
    else:
        (tmp_path / "token").chmod(mode)
    said = folder.invoke("check")
    assert words in said.out
    assert "s3cr3t" not in said.out + said.err
    assert double.seen == []


def test_a_token_comes_from_the_environment_where_no_file_is_named(
    double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulls.archive_build(double.job())
    folder = pulls.create_folder(tmp_path, double)
    settings = (tmp_path / "covbot.toml").read_text().replace('token_file = "token"\n', "")
    (tmp_path / "covbot.toml").write_text(settings)
    assert "user 'reader' has no token: whoever keeps covbot.toml names its file" in folder.invoke("check").out
    monkeypatch.setenv("COVBOT_JENKINS_TOKEN", " s3cr3t-t0ken\n")
    assert MEASURES in folder.invoke("check").out
