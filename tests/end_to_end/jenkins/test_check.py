"""`covbot check` against each failure of a Jenkins server: whether it works or fails, and the words."""

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


def make_faults(ending: str, *faults: wires.Fault) -> Callable[[Double, state.Job], None]:
    """Return a function that adds a build and faults of the requests for it."""

    def prepare(double: Double, job: state.Job) -> None:
        pulls.archive_build(job)
        double.script(ending, *faults)

    return prepare


def _disable_job(_: Double, job: state.Job) -> None:
    pulls.archive_build(job)
    job.disabled = True


def _add_no_build(_: Double, job: state.Job) -> None:
    assert not job.builds


def _start_build(_: Double, job: state.Job) -> None:
    pulls.archive_build(job).start()


def _abort_build(_: Double, job: state.Job) -> None:
    pulls.archive_build(job, result="ABORTED")


def _archive_stale_report(_: Double, job: state.Job) -> None:
    build = pulls.archive_build(job, result="UNSTABLE")
    build.files["coverage.xml"].modified_at -= timedelta(hours=1)


def _archive_other_file(_: Double, job: state.Job) -> None:
    build = pulls.archive_build(job)
    build.files = {"cov.xml": build.files["coverage.xml"]}


def _empty_artifact_list(_: Double, job: state.Job) -> None:
    job.add_build().list_broken = True  # by the double's own clock, which stands still


def _archive_several_reports(_: Double, job: state.Job) -> None:
    build = pulls.archive_build(job)
    build.files["unit/coverage.xml"] = build.files["coverage.xml"]


def _truncate_report(_: Double, job: state.Job) -> None:
    file = pulls.archive_build(job).files["coverage.xml"]
    file.content = file.content[:200]


def _forbid_account(double: Double, job: state.Job) -> None:
    pulls.archive_build(job)
    double.without_rights = {"reader"}


def _hide_job(_: Double, job: state.Job) -> None:
    job.hidden = True


def _change_token(double: Double, job: state.Job) -> None:
    pulls.archive_build(job)
    double.users["reader"] = "an0ther"


def _restart_server(double: Double, _: state.Job) -> None:
    double.starting = True


def _compress_report_twice(_: Double, job: state.Job) -> None:
    file = pulls.archive_build(job).files["coverage.xml"]
    file.content = gzip.compress(file.content)


def _rotate_build(_: Double, job: state.Job) -> None:
    build = job.add_build()
    build.files, build.timestamp = (
        {},
        state.FIRST_TIMESTAMP - 3 * 86_400_000,
    )  # by the double's own clock, which stands still


def _create_job_again(_: Double, job: state.Job) -> None:
    for _build in range(3):
        pulls.archive_build(job)
    job.create_again()
    pulls.archive_build(job)


def _finish_younger_build(_: Double, job: state.Job) -> None:
    pulls.archive_build(job).start()
    pulls.archive_build(job)


def _build_commit_twice(_: Double, job: state.Job) -> None:
    for _build in range(2):
        pulls.archive_build(job).actions = [state.make_git_record("a" * 40)]


def _rename_report(_: Double, job: state.Job) -> None:
    file = pulls.archive_build(job).files.pop("coverage.xml")
    job.builds[1].files = {"50% #1/ä;b.xml": file}


CUT_ANSWERS = [wires.cut_body] * 3
PROXY_ERRORS = [wires.answer_with(pages.show_error(502, "Bad Gateway", "Bad Gateway", "/"))] * 3
WRONG_ENCODINGS = [wires.replace_body(("Content-Encoding", "gzip"), pictures.make_xml(pulls.FILES))] * 3

CASES = [
    pytest.param(_disable_job, {}, True, "the job is disabled in Jenkins: no new builds will come", id="1 disabled"),
    pytest.param(
        _add_no_build, {}, True, "the job was never built: covbot waits for its first build", id="2 never built",
    ),
    pytest.param(
        _start_build, {}, True, "0 finished builds on offer; no build of the job is finished yet", id="3 building",
    ),
    pytest.param(
        _abort_build, {}, True, "0 finished builds on offer; no build of the job is finished yet", id="4 aborted",
    ),
    pytest.param(
        _archive_stale_report, {"accept": '["UNSTABLE"]'}, False,
        "UTC, before the build began: it is that of an earlier one", id="5 stale",
    ),
    pytest.param(
        _archive_other_file, {}, False,
        "build 1 (SUCCESS): its report coverage.xml is missing; no coverage.xml in build 1; there is cov.xml",
        id="6 not archived",
    ),
    pytest.param(
        _empty_artifact_list, {}, False,
        "SUCCESS, yet it shows no file at all: its job does not archive the coverage file",
        id="7 empty list",
    ),
    pytest.param(
        _archive_several_reports, {"reports": '["**/coverage.xml"]'}, True,
        "build 1 (SUCCESS): coverage.xml, unit/coverage.xml;", id="8 several matches",
    ),
    pytest.param(
        _truncate_report, {}, False, "build 1 (SUCCESS): its report cannot be read: coverage.xml", id="9 truncated",
    ),
    pytest.param(make_faults(REPORT_PATH, *CUT_ANSWERS), {}, False, "no whole answer", id="10 cut"),
    pytest.param(
        make_faults(REPORT_PATH, wires.answer_with(LOGIN_PAGE)), {}, False,
        "a web page instead of what was asked for (a login page", id="11 page",
    ),
    pytest.param(
        _change_token, {}, False, "401, the token of user 'reader' is not accepted; covbot asks no more",
        id="12 bad token",
    ),
    pytest.param(
        _forbid_account, {}, False, "403, covbot is seen as 'reader' and lacks hudson.model.Hudson.Read",
        id="13 no right",
    ),
    pytest.param(_hide_job, {}, False, "404, there is no such job, or covbot's account may not see it", id="13 hidden"),
    pytest.param(_restart_server, {}, False, "503, it is starting, busy or behind a proxy", id="14 starting"),
    pytest.param(
        make_faults(LISTING_PATH, *PROXY_ERRORS), {}, False, "502, it is starting, busy or behind a proxy",
        id="15 proxy",
    ),
    pytest.param(make_faults(LISTING_PATH, wires.close_silently), {}, True, MEASURES, id="16 idle connection"),
    pytest.param(
        make_faults(REPORT_PATH, *[wires.redirect_to("coverage.xml")] * 6), {}, False, "redirects more than 5 times",
        id="18 loop",
    ),
    pytest.param(
        make_faults(REPORT_PATH, wires.redirect_to("ftp://h/coverage.xml")), {}, False,
        "something other than http and https", id="18 scheme",
    ),
    pytest.param(make_faults("nowhere"), {}, True, MEASURES, id="19 root URL"),
    pytest.param(_compress_report_twice, {}, True, MEASURES, id="20 packed twice"),
    pytest.param(
        make_faults(REPORT_PATH, *WRONG_ENCODINGS), {}, False, "says that it is packed, and does not unpack",
        id="20 not packed",
    ),
    pytest.param(_rotate_build, {}, False, "Jenkins keeps no file of this build any more", id="21 rotated"),
    pytest.param(_create_job_again, {}, True, "1 finished builds on offer; build 1 (SUCCESS)", id="22 created again"),
    pytest.param(_finish_younger_build, {}, True, "1 finished builds on offer; build 2 (SUCCESS)", id="23 overtaken"),
    pytest.param(_build_commit_twice, {}, True, f"build 2 (SUCCESS) {MEASURES}", id="24 replay"),
    pytest.param(_rename_report, {"reports": '["50% #1/ä;b.xml"]'}, True, MEASURES, id="25 encoded names"),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "keys", "works", "words"), CASES)
def test_check_reports_each_failure_with_its_cause_and_each_oddity_as_working(
    double: Double, tmp_path: Path, prepare: Callable[[Double, state.Job], None], keys: dict[str, str], works: bool,
    words: str,
) -> None:  # fmt: skip
    prepare(double, double.job())
    result = pulls.create_folder(tmp_path, double, **keys).invoke("check")
    (line,) = [line for line in result.out.splitlines() if "source of widget: " in line]
    assert line.startswith("works  " if works else "fails  ")
    assert words in line
    assert double.root not in line
    assert result.code == (0 if works else 1)
    assert len(result.err.splitlines()) == (0 if works else 1)


def test_case_17_an_object_store_is_read_and_its_expired_address_is_reported(
    double: Double, store: Double, tmp_path: Path
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    pulls.archive_build(double.job())
    store.jobs = double.jobs
    redirect = wires.redirect_to(f"{store.url}job/widget-cover/1/artifact/coverage.xml?X-Amz-Signature=s1gn3d")
    double.script(REPORT_PATH, redirect)
    assert MEASURES in folder.invoke("check").out
    double.script(REPORT_PATH, redirect, redirect, redirect)
    store.script(REPORT_PATH, *[wires.answer_with(pages.show_error(403, "Forbidden", "Request has expired", "/"))] * 3)
    output = folder.invoke("check").out
    assert "403 where the server redirects to, and covbot shows its token to the configured url alone" in output
    assert "s1gn3d" not in output


def test_case_18_a_login_behind_a_redirect_is_reported_as_a_page(double: Double, store: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    double.script(LISTING_PATH, wires.redirect_to(f"{store.url}login?from=%2Fjob"))
    store.script("/login", wires.answer_with(LOGIN_PAGE))
    assert "a login page, or a folder?" in pulls.create_folder(tmp_path, double).invoke("check").out


def test_a_refused_token_is_tried_once(double: Double, tmp_path: Path) -> None:
    _change_token(double, double.job())
    pulls.create_folder(tmp_path, double).invoke("check")
    assert len(double.seen) == 1


def test_check_prints_one_line_for_each_part_and_creates_no_store(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    result = pulls.create_folder(tmp_path, double).invoke("check")
    subjects = [line.partition(": ")[0] for line in result.out.splitlines()]
    assert subjects == [
        "works  settings",
        "works  templates",
        "works  store",
        "works  source of widget",
        "works  names of widget",
        "works  tracker of widget",
    ]
    assert not (tmp_path / "covbot.db").exists()


def test_an_undefined_variable_in_a_template_is_reported_before_a_bug_needs_it(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "gone.txt").write_text("{{ nonsense }}")
    result = pulls.create_folder(tmp_path, double).invoke("check")
    assert "fails  templates: template gone.txt, line 1: 'nonsense' is undefined" in result.out
    assert "works  source of widget" in result.out
    assert (result.code, len(result.err.splitlines())) == (1, 1)


def test_a_store_of_something_else_fails_and_hides_nothing(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    (tmp_path / "covbot.db").write_bytes(b"no database" * 100)
    result = pulls.create_folder(tmp_path, double).invoke("check")
    assert "fails  store: " in result.out
    assert "works  source of widget" in result.out
