"""`covbot builds` answers where each build of a Jenkins job is, and `covbot dismiss` sets one aside."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from doubles.jenkins import pages, pulls, state, wires

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double
    from support.cli_folder import Folder


def list_words(folder: Folder) -> dict[int, str]:
    """Return the verdict or state of each build by its number, in the order of the list."""
    return {each["number"]: each["verdict"] for each in folder.invoke("builds", "--format", "json").documents}


def test_builds_that_were_not_taken_are_listed_with_the_reason_by_time(double: Double, tmp_path: Path) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    pulls.archive_build(job)
    pulls.archive_build(job, result="ABORTED")
    pulls.archive_build(job).start()
    pulls.archive_build(job)
    double.script("/4/artifact/coverage.xml", *[wires.cut_body] * 3)
    folder.invoke("run")
    assert list(list_words(folder).items()) == [(4, "waiting"), (3, "waiting"), (2, "aborted"), (1, "trusted")]
    shown = " ".join(folder.invoke("builds").out.split())
    assert "it is running" in shown
    assert "it was stopped (ABORTED), and is never taken" in shown
    folder.invoke("run")
    assert list_words(folder)[4] == "trusted"


def test_a_build_that_waits_for_its_files_is_set_aside(double: Double, tmp_path: Path) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    pulls.archive_build(job)
    pulls.archive_build(job).list_broken = True
    assert "build 2 is left to the next run: SUCCESS, yet it shows no file at all" in folder.invoke("run").out
    assert list_words(folder) == {2: "waiting", 1: "trusted"}
    dismissed = folder.invoke("dismiss", "2", "--why", "the disk was full")
    assert dismissed.out == "widget: build 2 is set aside; covbot run goes on without it\n"
    double.seen.clear()
    assert folder.invoke("run").out.startswith("widget: nothing new")
    assert len(double.seen) == 1
    assert list_words(folder) == {2: "dismissed", 1: "trusted"}
    assert "dismissed: the disk was full" in " ".join(folder.invoke("builds").out.split())


def test_a_suspect_build_that_is_set_aside_holds_nothing(double: Double, tmp_path: Path) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    pulls.archive_build(job)
    folder.invoke("run")
    pulls.archive_build(job, age=timedelta(hours=8))
    bad = pulls.archive_build(job, age=timedelta(hours=7))
    bad.files["coverage.xml"] = state.Artifact(b"<coverage>", bad.files["coverage.xml"].modified_at)
    assert "the newest build 3 is suspect" in folder.invoke("run").out
    folder.invoke("dismiss", "3", "--why", "its file is cut off")
    assert "filed bug 1" in folder.invoke("run").out
    assert list_words(folder)[3] == "dismissed"


def test_only_a_build_that_was_seen_and_is_not_trusted_is_set_aside(double: Double, tmp_path: Path) -> None:
    pulls.archive_build(double.job())
    folder = pulls.create_folder(tmp_path, double)
    folder.invoke("run")
    refused = folder.invoke("dismiss", "1", "--why", "no")
    assert (refused.code, refused.out) == (1, "")
    assert "build 1 of widget is trusted" in refused.err
    assert "build 7 of widget was not seen" in folder.invoke("dismiss", "7", "--why", "no").err


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (pages.show_page("Sign in", "x"), "a web page instead of what was asked for"),
        (pages.show_forbidden("reader", "x", permission="Run/Artifacts"), ": 403, "),
    ],
)
def test_something_else_in_the_place_of_one_report_is_recorded_once_and_delays_no_other(
    double: Double, tmp_path: Path, page: pages.Reply, words: str
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(2):
        pulls.archive_build(job)
    double.script("/1/artifact/coverage.xml", wires.answer_with(page))
    result = folder.invoke("run")
    assert (result.code, list_words(folder)) == (0, {2: "trusted", 1: "suspect"})
    [reason] = folder.invoke("builds", "--format", "json").documents[1]["reasons"]
    assert reason.startswith("its report cannot be read: http://127.0.0.1")
    assert words in reason
    double.seen.clear()
    assert folder.invoke("run").code == 0
    assert len(double.seen) == 1
