"""The token of a user is in no output, no log line of any level, and no file that covbot writes."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from doubles.jenkins import pages, pulls, wires
from doubles.jenkins.sources import LISTING_PATH, REPORT_PATH, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double

SECRETS = (TOKEN, "cmVhZGVyOnMzY3IzdC10MGtlbg", "s1gn3d", "p4th-s3cret", "node0secretcookie")
PROGRAM = """
import logging
from covbot import logs
from covbot.cli import main
logs.configure(verbose=True)
logging.getLogger().setLevel(logging.DEBUG)
for name in [*logging.root.manager.loggerDict, "httpx2", "httpcore2", "stamina", "sqlalchemy"]:
    logging.getLogger(name).setLevel(logging.DEBUG)
main.main()
"""


def add_failing_builds(double: Double, store: Double) -> None:
    """Add builds whose requests fail in several ways that involve a secret."""
    job = double.job()
    for _build in range(6):
        pulls.archive_build(job)
    store.jobs = double.jobs
    signed = f"{store.url}static-files/p4th-s3cret?X-Amz-Signature=s1gn3d"
    double.script("/1/artifact/coverage.xml", *[wires.redirect_to(signed)] * 3)
    double.script("/2/artifact/coverage.xml", wires.redirect_to("ftp://h/s1gn3d"))
    double.script("/3/artifact/coverage.xml", wires.cut_body)
    double.script("/4/artifact/coverage.xml", wires.answer_with(pages.show_forbidden_anonymous("/", "x")))
    double.script("/6/artifact/coverage.xml", wires.answer_with(pages.show_unauthorized(f"no {TOKEN}", "/")))
    store.script("p4th-s3cret", *[wires.answer_with(pages.show_error(403, "Forbidden", "s1gn3d", "/"))] * 3)


@pytest.mark.heavy
@pytest.mark.parametrize("kept_in", ["file", "environment"])
def test_no_secret_is_printed_logged_at_any_level_or_kept(
    double: Double, store: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_in: str
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    if kept_in == "environment":
        monkeypatch.setenv("COVBOT_JENKINS_TOKEN", TOKEN)
        settings = (tmp_path / "covbot.toml").read_text().replace('token_file = "token"\n', "")
        (tmp_path / "covbot.toml").write_text(settings)
    (tmp_path / "token").rename(tmp_path.parent / f"{tmp_path.name}-token")
    (tmp_path / "token").symlink_to(tmp_path.parent / f"{tmp_path.name}-token")
    add_failing_builds(double, store)
    processes = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *words], cwd=folder.path, check=False, capture_output=True, text=True
        )
        for words in (["run"], ["check"], ["plan"], ["builds"], ["run", "--format", "json"])
    ]
    assert [process.returncode for process in processes][:2] == [1, 0]
    assert "request.repeated" in processes[0].stderr
    assert "401, the token of user 'reader' is not accepted" in processes[0].stderr
    texts = [text for process in processes for text in (process.stdout, process.stderr)]
    texts += [
        path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file() and path.name != "token"
    ]
    assert [(secret, text) for secret in SECRETS for text in texts if secret in text] == []


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Return what is logged in this process at any level."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("covbot").setLevel(logging.DEBUG)
    return caplog


def test_a_retry_is_logged_as_covbot_logs_and_not_on_standard_output(
    double: Double, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    pulls.archive_build(double.job())
    double.script(REPORT_PATH, wires.cut_body)
    result = pulls.create_folder(tmp_path, double).invoke("run", "--format", "json")
    assert len(result.documents) == 1
    logged = [record.message for record in lines.records if record.name == "covbot"]
    assert logged == ["request.repeated", "build.taken", "pass.done"]


@pytest.mark.heavy
def test_a_json_document_stays_one_line_when_requests_are_repeated(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    double.script(LISTING_PATH, wires.close_silently)
    result = pulls.create_folder(tmp_path, double).run_command("run", "--format", "json")
    assert len(result.documents) == 1
    assert result.err == ""
