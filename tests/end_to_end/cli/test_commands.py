"""Each command as a person types it: what it prints, and its exit code."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import SETTINGS
from support.git_repo import Checkout
from support.programs import coverage_runs

if TYPE_CHECKING:
    from support.cli_folder import Folder

COMMANDS = [
    *("check", "report", "plan", "run", "serve", "tasks", "verify", "builds", "accept", "dismiss", "bugs", "why"),
    *("pause", "resume", "login", "db"),
]


def test_help_lists_the_commands_in_order(folder: Folder) -> None:
    result = folder.run_command("--help")
    assert re.findall(r"^  (\w+)  ", result.out.split("Commands:")[1], re.MULTILINE) == COMMANDS
    assert folder.run_command("-h").out == result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(folder: Folder, command: str) -> None:
    words = [command, "upgrade"] if command == "db" else [command]
    result = folder.run_command(*words, "--help")
    assert result.code == 0
    assert f"covbot {command}" in result.out.split("Example")[1]


def test_report_prints_numbers_that_add_up(folder: Folder) -> None:
    name = folder.write_report("coverage.xml", {"a.py": "..x", "b.py": "..."})
    result = folder.run_command("report", name)
    assert (result.code, result.err) == (0, "")
    assert "83.3 % of 6 statements ran: 1 missing, in 1 of 2 files" in result.out


def test_report_as_json_lists_every_line(folder: Folder) -> None:
    name = folder.write_report("coverage.xml", {"a.py": ". x"})
    document = json.loads(folder.run_command("report", name, "--format", "json").out)
    assert document["schema"] == "covbot-report/1"
    assert document["files"] == {"a.py": {"statements": [1, 3], "missing": [3], "partial": {}}}
    assert document["delta"] is None


def test_report_against_an_earlier_one_lists_what_changed(folder: Folder) -> None:
    old, new = folder.write_report("old.xml", {"a.py": ".x."}), folder.write_report("new.xml", {"a.py": "..x"})
    delta = json.loads(folder.run_command("report", new, "--against", old, "--format", "json").out)["delta"]
    assert delta["opened"] == [{"path": "a.py", "region": "", "lines": [3], "why": "lost coverage"}]
    assert delta["closed"] == [{"path": "a.py", "region": "", "lines": [2], "why": "covered"}]


def test_a_report_is_written_to_a_file_whole_or_not_at_all(folder: Folder) -> None:
    name = folder.write_report("coverage.xml", {"a.py": "."})
    assert folder.run_command("report", name, "--format", "json", "-o", "out.json").code == 0
    assert json.loads((folder.path / "out.json").read_text())["after"]["files"] == [name]
    result = folder.run_command("report", name, "-o", "no/such/folder/out.txt")
    assert result.code == 1
    assert result.err == "covbot: cannot write no/such/folder/out.txt: No such file or directory\n"


def test_a_report_never_replaces_a_device_a_pipe_or_a_link(folder: Folder) -> None:
    name = folder.write_report("coverage.xml", {"a.py": "."})
    (folder.path / "link.json").symlink_to("out.json")
    assert folder.invoke("report", name, "--format", "json", "-o", "link.json").code == 0
    assert (folder.path / "link.json").is_symlink()
    assert json.loads((folder.path / "out.json").read_text())["after"]["files"] == [name]
    os.mkfifo(folder.path / "pipe")
    reader = os.open(folder.path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert folder.invoke("report", name, "-o", "pipe").code == 0
    assert b"100 % of 1 statement ran" in os.read(reader, 4096)
    os.close(reader)
    assert (folder.path / "pipe").is_fifo()


@pytest.mark.parametrize("words", [("report",), ("report", "x.xml", "--build", "1"), ("nonsense",), ("run", "--nope")])
def test_wrong_usage_exits_with_2(folder: Folder, words: tuple[str, ...]) -> None:
    (folder.path / "covbot.toml").unlink()
    result = folder.run_command(*words)
    assert result.code == (1 if words == ("report",) else 2)
    assert "Traceback" not in result.err


def test_a_broken_report_is_one_line_that_names_it(folder: Folder) -> None:
    (folder.path / "cut.xml").write_text("<coverage><packages>")
    result = folder.run_command("report", "cut.xml")
    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert "cut.xml" in result.err


def test_missing_settings_are_one_line_that_names_them(folder: Folder) -> None:
    (folder.path / "covbot.toml").unlink()
    result = folder.run_command("run")
    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert "covbot.toml" in result.err


def test_a_stored_build_can_be_reported(filed: Folder) -> None:
    document = json.loads(filed.invoke("report", "--build", "2", "--format", "json").out)
    assert document["after"]["build"]["number"] == 2
    assert document["after"]["numbers"]["missing"] == 2
    assert filed.invoke("report", "--build", "9").code == 1


def test_plan_shows_what_run_then_does_and_writes_nothing(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"})
    folder.add_build(2, {"a.py": "..x"})
    [planned] = folder.invoke("plan", "--format", "json").documents
    assert not (folder.path / "covbot.db").exists()
    [action] = planned["actions"]
    shown = folder.invoke("plan", "--show", action["key"]).out
    assert action["title"] in shown
    assert action["text"] in shown
    [done] = folder.invoke("run", "--format", "json").documents
    assert done["actions"] == planned["actions"]
    assert [receipt["outcome"] for receipt in done["receipts"]] == ["done"]
    assert folder.invoke("plan", "--show", "00000000").code == 1


def test_a_second_run_reports_that_there_is_nothing_new(filed: Folder) -> None:
    result = filed.invoke("run")
    assert result.code == 0
    assert "nothing new" in result.out


def test_limit_selects_the_oldest_builds(folder: Folder) -> None:
    for number in (3, 1, 2):
        folder.add_build(number, {"a.py": "."})
    [done] = folder.invoke("run", "--limit", "2", "--format", "json").documents
    assert [build["number"] for build in done["builds"]] == [1, 2]


def test_builds_lists_the_verdict_of_each(filed: Folder) -> None:
    filed.add_build(3, {"pkg/a.py": "...."}, result="FAILURE")
    filed.invoke("run")
    judged = {build["number"]: build["verdict"] for build in filed.invoke("builds", "--format", "json").documents}
    assert judged == {1: "trusted", 2: "trusted", 3: "suspect"}
    assert "its result is FAILURE" in filed.invoke("builds").out


def test_a_person_accepts_a_suspect_build(filed: Folder) -> None:
    filed.add_build(3, {"pkg/a.py": "....", "pkg/b.py": ".."}, result="FAILURE")
    filed.add_build(4, {"pkg/a.py": "....", "pkg/b.py": ".."})
    assert filed.invoke("run", "--limit", "1").code == 0
    assert filed.invoke("accept", "3", "--why", "the failing job is another").code == 0
    filed.invoke("run")
    assert [bug["status"] for bug in filed.invoke("bugs", "--format", "json").documents] == ["Fix Released"]
    assert filed.invoke("accept", "9", "--why", "no such build").code == 1


def test_tasks_list_what_can_be_picked(filed: Folder) -> None:
    [task] = filed.invoke("tasks", "--easy", "--module", "pkg.a", "--format", "json").documents
    assert (task["path"], task["lines"], task["bug"], task["status"]) == ("pkg/a.py", [3, 4], 1, "New")
    assert "pkg/a.py" in filed.invoke("tasks").out
    assert "no open task" in filed.invoke("tasks", "--module", "pkg.b").out


def test_tasks_do_not_show_a_volunteer_that_a_pass_had_nothing_to_write(filed: Folder) -> None:
    (first,) = filed.invoke("tasks", "--format", "json").documents
    assert filed.invoke("run").code == 0
    assert "left alone: nothing changed" in filed.invoke("why", "pkg/a.py").out
    (again,) = filed.invoke("tasks", "--format", "json").documents
    assert again["why"] == first["why"] == "2 statements in one place"


def test_a_person_plays_with_the_embedded_tracker(filed: Folder) -> None:
    assert "pkg/a.py" in filed.invoke("bugs").out
    assert filed.invoke("bugs", "comment", "1", "on it", "--as", "ada").code == 0
    assert filed.invoke("bugs", "assign", "1", "ada").code == 0
    assert filed.invoke("bugs", "edit", "1", "--title", "a test for a.py").code == 0
    assert filed.invoke("bugs", "set-status", "1", "in progress").code == 0
    shown = filed.invoke("bugs", "show", "1").out
    assert "Bug 1: a test for a.py\nIn Progress, assigned to ada" in shown
    assert "--- ada" in shown
    assert filed.invoke("bugs", "show", "7").code == 1
    assert filed.invoke("bugs", "set-status", "1", "Done").code == 2
    assert filed.invoke("bugs", "edit", "1").code == 2


def test_wont_fix_is_respected_by_every_later_build(filed: Folder) -> None:
    filed.invoke("bugs", "set-status", "1", "Won't Fix")
    before = filed.invoke("bugs", "show", "1").out
    for number, picture in enumerate(("..xxx", "..xxx", ".....", ".....", "..xxx", "..xxx"), start=3):
        filed.add_build(number, {"pkg/a.py": picture, "pkg/b.py": ".."})
        filed.invoke("run")
    assert filed.invoke("bugs", "show", "1").out == before
    assert len(filed.invoke("bugs", "--format", "json").documents) == 1


def test_why_shows_the_history_of_a_gap(filed: Folder) -> None:
    filed.add_build(3, {"pkg/a.py": "..xx", "pkg/b.py": ".x"})
    filed.invoke("run")
    output = filed.invoke("why", "pkg/a.py:3").out
    assert "line 3: missing" in output
    assert "a gap from build 2 on" in output
    assert "bug 1" in output
    assert "a second trusted build must agree" in filed.invoke("why", "pkg/b.py").out
    assert "line 1: covered" in filed.invoke("why", "pkg/b.py:1").out
    assert filed.invoke("why", "pkg/c.py").code == 1


@pytest.mark.heavy
def test_a_pause_exits_with_4_and_resume_continues(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"})
    folder.add_build(2, {"a.py": "..x"})
    assert folder.run_command("pause", "--why", "release week").code == 0
    result = folder.run_command("run")
    assert result.code == 4
    assert "release week" in result.err
    folder.run_command("resume")
    assert folder.run_command("run").code == 0
    assert len(folder.run_command("bugs", "--format", "json").documents) == 1


def test_a_refused_plan_exits_with_4(folder: Folder) -> None:
    names = [f"m{number}.py" for number in range(6)]
    settings = (folder.path / "covbot.toml").read_text()
    (folder.path / "covbot.toml").write_text(settings + "[projects.pictured.policy]\nnew_per_day = 20\n")
    for number, picture in enumerate((".x", ".x", "..", ".."), start=1):
        folder.add_build(number, dict.fromkeys(names, picture))
    assert folder.run_command("run", "--limit", "2").code == 0
    result = folder.run_command("run")
    assert result.code == 4
    assert "refused whole: it would close 6 bugs at once" in result.out


def test_the_schema_is_up_to_date_after_a_run(filed: Folder) -> None:
    assert filed.invoke("db", "upgrade").out == "the store is up to date\n"


def test_an_unknown_project_is_named(filed: Folder) -> None:
    result = filed.invoke("run", "--project", "nope")
    assert result.code == 1
    assert "nope" in result.err


def test_report_on_coverage_py_data_asks_for_its_source_and_reads_it_there(folder: Folder) -> None:
    (folder.path / ".coverage").write_bytes(coverage_runs.make_data(lines={"/ci/work/m.py": [1]}))
    result = folder.run_command("report", ".coverage")
    assert (result.code, result.out, len(result.err.splitlines())) == (1, "", 1)
    assert (
        "which lines of 1 file ran, and not which there are: name the checkout of that source by --repo" in result.err
    )
    Checkout(directory=folder.path / "work").create().commit({"m.py": "if []:\n    x = 1\n"})
    document = json.loads(folder.run_command("report", ".coverage", "--repo", "work", "--format", "json").out)
    assert document["files"] == {"m.py": {"statements": [1, 2], "missing": [2], "partial": {}}}


def test_the_log_lists_every_write_and_every_task_left_alone(folder: Folder) -> None:
    (folder.path / "covbot.toml").write_text(f"{SETTINGS}[projects.pictured.policy]\nmax_open = 1\n")
    for number in (1, 2):
        folder.add_build(number, {"a.py": ".x", "b.py": ".x"})
    assert folder.invoke("run").code == 0
    rows = folder.invoke("bugs", "--log").out.splitlines()
    assert [row.split(" ", 1)[1].split(":")[0] for row in rows] == ["bug 1", "left alone"]
    assert "FileBug done: two trusted builds agree" in rows[0]
    assert "cap of 1 open bugs reached" in rows[1]
