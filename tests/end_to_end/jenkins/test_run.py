"""`covbot run` against a Jenkins: what it requests, what it stores, and what a failure there leads to."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest

from covbot.store.store import Store
from doubles.jenkins import pages, pulls, state, wires
from doubles.jenkins.pulls import FILES
from doubles.jenkins.sources import LISTING_PATH, REPORT_PATH
from support.cli_folder import COVBOT

if TYPE_CHECKING:
    from pathlib import Path

    from doubles.jenkins.server import Double
    from support.cli_folder import Folder

TIMEOUT = 60
"""Seconds after which a test fails that waits for what does not happen."""


def list_numbers(folder: Folder) -> list[int]:
    """Return the numbers of the recorded builds."""
    return sorted(
        build["number"] for build in folder.invoke("builds", "--format", "json").documents if build["numbers"]
    )


def find_reasons(folder: Folder, number: int) -> list[str]:
    """Return the reasons for which a recorded build is suspect."""
    builds = folder.invoke("builds", "--format", "json").documents
    return next(build["reasons"] for build in builds if build["number"] == number)


@pytest.mark.heavy
def test_forty_new_builds_of_three_hundred_are_forty_downloads_and_nothing_new_is_one_request(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(260):
        pulls.archive_build(job)
    assert folder.run_command("run").code == 0
    assert (len(double.seen), len(double.downloads)) == (201, 100)
    double.seen.clear()
    result = folder.run_command("run")
    assert "nothing new" in result.out
    assert len(double.seen) == 1
    double.seen.clear()
    for _build in range(40):
        pulls.archive_build(job)
    [done] = folder.run_command("run", "--format", "json").documents
    assert [build["number"] for build in done["builds"]] == list(range(261, 301))
    assert {build["verdict"] for build in done["builds"]} == {"trusted"}
    reports = [f"/jenkins/job/widget-cover/{number}/artifact/coverage.xml" for number in range(261, 301)]
    assert double.downloads == reports
    assert len(double.seen) == 1 + 40 + 40
    assert len(folder.run_command("bugs", "--format", "json").documents) == 1


@pytest.mark.heavy
def test_a_run_killed_in_the_middle_loses_nothing_and_repeats_no_download_that_was_recorded(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(40):
        pulls.archive_build(job)
    reached = threading.Event()

    def hold_answer(wire: wires.Wire, _reply: pages.Reply) -> bool:
        reached.set()
        wire.released.wait()
        return False

    double.script("/21/artifact/coverage.xml", hold_answer)
    command = [COVBOT, "run"]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        assert reached.wait(TIMEOUT)
        process.kill()
    assert list_numbers(folder) == list(range(1, 21))
    with contextlib.closing(sqlite3.connect(tmp_path / "covbot.db")) as store, store:
        store.execute("DELETE FROM leases")  # of the dead run, which ends by itself in some seconds
    assert folder.run_command("run").code == 0
    assert list_numbers(folder) == list(range(1, 41))
    downloaded = [int(path.split("/")[4]) for path in double.downloads]
    assert downloaded == [*range(1, 22), *range(21, 41)]


def test_a_build_that_is_gone_is_recorded_with_the_reason_and_never_asked_for_again(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    pulls.archive_build(job)
    old = pulls.archive_build(job)
    old.files, old.timestamp = {}, state.FIRST_TIMESTAMP - 3 * 86_400_000
    assert folder.invoke("run").code == 0
    [reason] = find_reasons(folder, 2)
    assert reason.startswith("it cannot be fetched any more: http://127.0.0.1")
    assert reason.endswith("/2/: Jenkins keeps no file of this build any more, or it never kept one")
    double.seen.clear()
    assert "nothing new" in folder.invoke("run").out
    assert len(double.seen) == 1


def test_a_report_that_is_too_large_is_recorded_as_such_and_never_asked_for_again(
    double: Double, tmp_path: Path
) -> None:
    folder = pulls.create_folder(tmp_path, double, unpacked_mb="1")
    pulls.archive_build(double.job()).files["coverage.xml"].content += b" " * 1_000_000
    assert folder.invoke("run").code == 0
    assert "more than 1000000 bytes; refused as too large, whoever keeps the job" in find_reasons(folder, 1)[0]
    folder.invoke("run")
    assert len(double.downloads) == 1


def test_case_5_a_report_written_before_its_build_began_is_that_of_an_earlier_one(
    double: Double, tmp_path: Path
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    pulls.archive_build(double.job()).files["coverage.xml"].modified_at -= dt.timedelta(minutes=6)
    folder.invoke("run")
    assert "before the build began: it is that of an earlier one" in find_reasons(folder, 1)[0]


def test_case_6_a_missing_report_makes_a_build_suspect_and_says_what_is_there(double: Double, tmp_path: Path) -> None:
    folder = pulls.create_folder(tmp_path, double)
    build = pulls.archive_build(double.job())
    build.files = {"cov.xml": build.files["coverage.xml"]}
    folder.invoke("run")
    assert find_reasons(folder, 1) == [
        "its report coverage.xml is missing",
        "no coverage.xml in build 1; there is cov.xml",
    ]


def test_a_build_that_cannot_be_fetched_is_postponed_to_the_next_run_and_delays_no_other(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(3):
        pulls.archive_build(job)
    double.script("/2/artifact/coverage.xml", *[wires.cut_body] * 3)
    result = folder.invoke("run")
    assert "build 2 is left to the next run: http://127.0.0.1" in result.out
    assert (result.code, list_numbers(folder)) == (0, [1, 3])
    assert folder.invoke("run").code == 0
    assert list_numbers(folder) == [1, 2, 3]


def test_a_failure_that_lasts_for_a_day_while_jenkins_answers_is_final(double: Double, tmp_path: Path) -> None:
    folder = pulls.create_folder(tmp_path, double)
    pulls.archive_build(double.job(), age=dt.timedelta(days=2))
    double.script(REPORT_PATH, *[wires.cut_body] * 3)
    assert folder.invoke("run").code == 0
    assert find_reasons(folder, 1)[0].startswith("it could not be fetched for a day: http://127.0.0.1")


def test_a_jenkins_that_fails_in_the_middle_is_not_asked_for_every_build(double: Double, tmp_path: Path) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(9):
        pulls.archive_build(job)
    down = wires.answer_with(pages.show_starting())
    double.script("/2/api/json", *[down] * 3)
    double.script("/3/api/json", *[down] * 3)
    double.script(LISTING_PATH, wires.Wire.send_whole, *[down] * 3)
    result = folder.invoke("run")
    assert (result.code, list_numbers(folder)) == (0, [1])
    assert len(double.seen) == 1 + 2 + 3 + 3
    assert folder.invoke("run").code == 0
    assert list_numbers(folder) == [1, 2, 4, 5, 6, 7, 8, 9]


def test_a_refused_token_stops_its_project_with_one_message_and_no_other(double: Double, tmp_path: Path) -> None:
    folder = pulls.create_folder(tmp_path, double)
    settings = (tmp_path / "covbot.toml").read_text()
    (tmp_path / "covbot.toml").write_text(
        f'{settings}[projects.other.source]\nkind = "directory"\npath = "builds"\n', encoding="utf-8"
    )
    folder.add_build(1, FILES)
    pulls.archive_build(double.job())
    double.users["reader"] = "an0ther"
    result = folder.invoke("run")
    assert result.code == 1
    assert len(double.seen) == 1
    [line] = result.err.splitlines()
    assert line.startswith("covbot: widget: http://127.0.0.1")
    assert "401, the token of user 'reader' is not accepted; covbot asks no more until" in line
    assert "other: 1 new build" in result.out


def test_an_outage_of_jenkins_is_no_failure_before_six_hours_and_nothing_is_planned(
    double: Double, tmp_path: Path
) -> None:
    folder = pulls.create_folder(tmp_path, double)
    pulls.archive_build(double.job())
    double.starting = True
    result = folder.invoke("run")
    assert result.code == 0
    assert result.out.startswith("widget: nothing was looked at: http://127.0.0.1")
    assert "503, it is starting, busy or behind a proxy" in result.out
    assert "(no answer since " in result.out
    [document] = folder.invoke("run", "--format", "json").documents
    assert "503" in document["away"]
    store = Store.open(f"sqlite:///{tmp_path}/covbot.db")
    store.outages.end("widget")
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=7)
    assert store.outages.begin("widget", "it is away", at=since) == since
    store.close()
    failed = folder.invoke("run")
    assert failed.code == 1
    assert f"(no answer since {since:%Y-%m-%d %H:%M} UTC)" in failed.err
    double.starting = False
    assert folder.invoke("run").code == 0
    double.starting = True
    assert folder.invoke("run").code == 0


def test_more_builds_than_jenkins_lists_are_looked_for_once_and_only_the_newer_ones(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(20):
        pulls.archive_build(job, {"a.py": "."})
    assert folder.invoke("run", "--limit", "1", "--backfill", "2").code == 0
    assert list_numbers(folder) == [19]
    for _build in range(105):
        pulls.archive_build(job, {"a.py": "."})
    double.seen.clear()
    assert folder.invoke("run", "--limit", "2").code == 0
    assert list_numbers(folder) == [19, 20, 21]
    assert ["allBuilds" in seen.query for seen in double.seen[:2]] == [False, True]


def test_a_back_fill_ingests_history_that_jenkins_does_not_list_by_default(double: Double, tmp_path: Path) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(120):
        pulls.archive_build(job, {"a.py": "."})
    assert folder.invoke("run", "--backfill", "110", "--limit", "3").code == 0
    assert list_numbers(folder) == [11, 12, 13]
    assert folder.invoke("run", "--backfill", "0").code == 2


def test_an_ambiguous_commit_is_reported_and_is_no_reason_against_a_build(double: Double, tmp_path: Path) -> None:
    folder = pulls.create_folder(tmp_path, double)
    build = pulls.archive_build(double.job())
    build.actions = [
        state.make_git_record("a" * 40, "https://x/lib"),
        state.make_git_record("b" * 40, "https://x/tool"),
    ]
    result = folder.invoke("run")
    assert "build 1: trusted\n    build 1 checked out several commits, and which is that of the project" in result.out


def test_plan_reads_jenkins_and_stores_nothing(double: Double, tmp_path: Path) -> None:
    folder = pulls.create_folder(tmp_path, double)
    for _build in range(2):
        pulls.archive_build(double.jobs.get("widget-cover") or double.job())
    assert "would file" in folder.invoke("plan").out
    assert not (tmp_path / "covbot.db").exists()
    double.starting = True
    assert "nothing was looked at: " in folder.invoke("plan").out


def test_case_22_builds_of_a_job_that_was_created_again_continue_where_the_old_ones_ended(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    for _build in range(3):
        pulls.archive_build(job)
    folder.invoke("run")
    job.create_again()
    for _build in range(2):
        pulls.archive_build(job, age=dt.timedelta(hours=8))
    [done] = folder.invoke("run", "--format", "json").documents
    assert [(build["number"], build["verdict"]) for build in done["builds"]] == [(1, "trusted"), (2, "trusted")]
    assert list_numbers(folder) == [1, 1, 2, 2, 3]


def test_case_23_a_build_that_ends_after_a_younger_one_is_recorded_late_and_changes_nothing(
    double: Double, tmp_path: Path
) -> None:
    job, folder = double.job(), pulls.create_folder(tmp_path, double)
    slow = pulls.archive_build(job).start()
    pulls.archive_build(job)
    folder.invoke("run")
    assert list_numbers(folder) == [2]
    slow.finish()
    assert folder.invoke("run").code == 0
    assert list_numbers(folder) == [1, 2]
    assert find_reasons(folder, 1) == ["it is older than build 2, which was taken before"]
