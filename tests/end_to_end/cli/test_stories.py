"""What the commands print of projects, gaps and tasks that are not the plain case."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import SETTINGS
from support.git_repo import Checkout

if TYPE_CHECKING:
    from support.cli_folder import Folder

SECOND = """
[projects.second.source]
kind = "directory"
path = "others"
"""


def run_each(folder: Folder, *pictures: str, beside: str = "..") -> None:
    """Add builds of two files, the first of which changes, and run after each build."""
    for number, picture in enumerate(pictures, start=1):
        folder.add_build(number, {"a.py": picture, "b.py": beside})
        assert folder.invoke("run").code == 0


def test_one_of_several_projects_must_be_named(folder: Folder) -> None:
    (folder.path / "others").mkdir()
    (folder.path / "builds").mkdir()
    (folder.path / "covbot.toml").write_text(SETTINGS + SECOND)
    result = folder.invoke("bugs")
    assert result.code == 2
    assert "which project? --project NAME says it (there are pictured, second)" in result.err
    assert folder.invoke("bugs", "--project", "second").out == "second: no bugs yet\n"
    run = folder.invoke("run", "--format", "json")
    assert [document["project"] for document in run.documents] == ["pictured", "second"]


def test_why_shows_a_closed_gap_and_what_was_done(folder: Folder) -> None:
    run_each(folder, "..x", "..x", "...", "...")
    output = folder.invoke("why", "a.py").out
    assert "a gap from build 2 on, closed by build 4" in output
    assert "SetStatus done: all statements run" in output
    assert "bug 1, filed " in output
    assert "line 9: no statement" in folder.invoke("why", "a.py:9").out


def test_why_names_the_lines_that_flip(folder: Folder) -> None:
    run_each(folder, ".xx", ".xx", ".x.", ".xx")
    assert "flaky, so never filed and never closing: 3" in folder.invoke("why", "a.py").out


def test_the_report_of_the_newest_build_names_the_lines_that_flip(folder: Folder) -> None:
    run_each(folder, ".xx", ".xx", ".x.", ".xx")
    document = json.loads(folder.invoke("report", "--build", "4", "--format", "json").out)
    assert document["flaky"] == [{"path": "a.py", "lines": [3]}]
    shown = folder.invoke("report", "--build", "4").out
    assert "Flaky: run in one build and not in the next, so never filed and never closing" in shown
    assert "flaky" not in json.loads(folder.invoke("report", "--build", "3", "--format", "json").out)


def test_why_reports_that_nothing_is_known_of_a_file_that_is_not_measured_any_more(folder: Folder) -> None:
    run_each(folder, "..x", "..x")
    folder.add_build(3, {"b.py": ".."})
    folder.invoke("run")
    output = folder.invoke("why", "a.py").out
    assert "build 3 does not measure it: its lines are neither covered nor missing" in output
    assert "left alone: the newest build does not measure its file" in output


def test_why_reports_that_a_gap_was_changed_by_the_newest_build_alone(folder: Folder) -> None:
    run_each(folder, ".xx", ".xx", "..xxx")
    assert "a gap from build 2 on, changed by the newest build alone" in folder.invoke("why", "a.py").out


def test_plan_shows_the_texts_of_due_and_of_waiting_actions(folder: Folder) -> None:
    run_each(folder, "..x", "..x", "...")
    [task] = folder.invoke("tasks", "--format", "json").documents
    waiting = folder.invoke("plan", "--show", task["key"]).out
    assert waiting.startswith("left alone: ")
    assert "a.py: no test runs 1 statement" in waiting
    folder.add_build(4, {"a.py": "...", "b.py": ".."})
    due = folder.invoke("plan").out
    for words in ("would set bug 1 to Fix Released", "would comment on bug 1 (closing)"):
        assert words in due
    shown = folder.invoke("plan", "--show", task["key"]).out
    assert "covbot closes this bug" in shown
    [planned] = folder.invoke("plan", "--format", "json").documents
    assert [action["action"] for action in planned["actions"]] == ["CommentOnBug", "SetStatus"]
    done = folder.invoke("run").out
    for words in ("set bug 1 to Fix Released", "commented on bug 1 (closing)"):
        assert f"  {words}: all statements run" in done


def test_of_many_reasons_a_dozen_is_listed_and_the_rest_counted(folder: Folder) -> None:
    untested = {f"m{number:02}.py": "x" * number for number in range(1, 16)}
    for number in (1, 2):
        folder.add_build(number, untested)
    output = folder.invoke("run").out
    assert "left alone: 15 tasks" in output
    assert output.count("    1 task: ") == 12
    assert "    and 3 tasks for other reasons (covbot why PATH tells each)" in output


def test_the_reasons_of_bugs_are_listed_before_those_of_other_tasks(folder: Folder) -> None:
    untested = {f"m{number:02}.py": "x" * number for number in range(1, 16)}
    output = ""
    for number, dots in enumerate(("..x", "..x", "..."), start=1):
        folder.add_build(number, {"z.py": dots, **untested})
        output = folder.invoke("run").out
    reasons = [line for line in output.splitlines() if line.startswith("    1 task: ")]
    assert reasons[0] == "    1 task: the newest build ran some of its statements: a second trusted build must agree"


def test_builds_and_bugs_report_that_there_are_none(folder: Folder) -> None:
    (folder.path / "builds").mkdir()
    assert folder.invoke("builds").out == "pictured: no build was seen yet (covbot run takes those on offer)\n"
    assert folder.invoke("bugs").out == "pictured: no bugs yet\n"
    assert folder.invoke("why", "a.py").code == 1


def test_an_accepted_build_is_shown_with_the_reason(folder: Folder) -> None:
    run_each(folder, "..x")
    folder.add_build(2, {"a.py": "..x", "b.py": ".."}, result="FAILURE")
    folder.invoke("run")
    folder.invoke("accept", "2", "--why", "the other job failed")
    assert "accepted: the other job failed" in " ".join(folder.invoke("builds").out.split())
    assert folder.invoke("accept", "1", "--why", "late").code == 1


def test_large_tasks_are_not_easy(folder: Folder) -> None:
    run_each(folder, "." + "x" * 40, "." + "x" * 40)
    assert len(folder.invoke("tasks", "--format", "json").documents) == 1
    assert folder.invoke("tasks", "--easy").out == "pictured: no open task\n"


def test_tasks_whose_tests_the_job_may_not_run_are_not_easy(folder: Folder) -> None:
    run_each(folder, "xxxx", "xxxx")
    assert "not exercised" in " ".join(folder.invoke("tasks").out.split())
    assert folder.invoke("tasks", "--easy").out == "pictured: no open task\n"


def test_a_report_with_a_repository_compares_lines_and_names_functions(folder: Folder) -> None:
    checkout = Checkout(directory=folder.path / "work").create()
    old = checkout.commit({"pkg/a.py": "def f():\n    return 1\n"})
    checkout.commit({"pkg/a.py": "# new\ndef f():\n    return 1\n\n\ndef g():\n    return 2\n"})
    before, after = folder.write_report("old.xml", {"a.py": ".x"}), folder.write_report("new.xml", {"a.py": " .x  .x"})
    words = ["report", after, "--repo", "work", "--format", "json"]
    alone = json.loads(folder.invoke(*words).out)
    assert list(alone["files"]) == ["pkg/a.py"]
    delta = json.loads(folder.invoke(*words, "--against", before, "--against-revision", old).out)["delta"]
    assert delta["opened"] == [{"path": "pkg/a.py", "region": "g", "lines": [7], "why": "new code"}]
    assert (delta["closed"], delta["standing"]) == ([], 1)
    assert folder.invoke(*words, "--against", before).code == 2


@pytest.mark.parametrize(
    "words", [("assign", "1"), ("edit", "1", "--description", "mine"), ("set-status", "1", "Won't Fix", "--as", "ada")]
)
def test_what_a_person_did_is_shown(filed: Folder, words: tuple[str, ...]) -> None:
    filed.invoke("bugs", "assign", "1", "ada")
    assert filed.invoke("bugs", *words).code == 0
    shown = filed.invoke("bugs", "show", "1").out
    assert "you: assignee  -> ada" in shown
    assert filed.invoke("bugs", "list").out.count("pkg/a.py") == 1


def test_why_says_of_a_line_that_is_missing_in_the_newest_build_alone_what_it_waits_for(folder: Folder) -> None:
    run_each(folder, "..x.", "..x.", "..xx")
    shown = folder.invoke("why", "a.py:4").out
    assert "missing in build 3 alone: it waits for a second trusted build that agrees" in shown
    assert "missing since build 1; build 2 agreed" in folder.invoke("why", "a.py:3").out


def test_tasks_shows_the_first_twenty_one_a_line_and_how_many_more_there_are(folder: Folder) -> None:
    for number in (1, 2):
        folder.add_build(
            number, {f"a_rather_long_name_of_a_folder_for_a_module/number_{n:02}.py": ".xx" for n in range(23)}
        )
    folder.invoke("run")
    header, *rows = folder.invoke("tasks").out.splitlines()
    assert header.split() == ["key", "bug", "lines", "path,", "and", "why"]
    assert len(rows) == 21
    assert all("number_" in row for row in rows[:20])
    assert rows[20] == "and 3 more tasks (all: --all; those of one module: --module M)"
    assert len(folder.invoke("tasks", "--all").out.splitlines()) == 24
    assert len(folder.invoke("tasks", "--format", "json").documents) == 23


def test_one_measurement_is_no_second_build_that_agrees_whatever_it_is_called(folder: Folder) -> None:
    def add_measurement(number: int, seconds: int) -> None:
        folder.add_build(number, {"a.py": "..x"})
        build = folder.path / "builds" / str(number)
        text = gzip.decompress((build / "coverage.xml.gz").read_bytes()).decode()
        measured = text.replace("<coverage ", f'<coverage timestamp="{1772359200000 + 1000 * seconds}" ', 1)
        (build / "coverage.xml.gz").write_bytes(gzip.compress(measured.encode()))
        metadata = json.loads((build / "build.json").read_text())
        (build / "build.json").write_text(
            json.dumps(metadata | {"revision": "r1", "started_at": "2026-03-01T10:00:00Z"})
        )

    for number in (1, 2):
        add_measurement(number, 0)
    folder.invoke("run")
    assert folder.invoke("bugs", "--format", "json").documents == []
    assert "one measurement counts once" in folder.invoke("builds").out
    add_measurement(3, 60)
    folder.invoke("run")
    assert len(folder.invoke("bugs", "--format", "json").documents) == 1
