"""`--quiet` prints what is new and nothing else, and `--verbose` logs to standard error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.cli_folder import Folder


def test_a_quiet_run_prints_what_is_new_and_nothing_the_second_time(folder: Folder) -> None:
    for number in (1, 2):
        folder.add_build(number, {"a.py": "..x"})
    first = folder.invoke("--quiet", "run")
    assert "filed bug 1" in first.out
    assert "left alone" not in first.out
    assert [folder.invoke("-q", *words).out for words in (("run",), ("plan",))] == ["", ""]
    folder.add_build(3, {"a.py": "..x"})
    assert "build 3 (r3): trusted" in folder.invoke("-q", "run").out


def test_a_quiet_run_still_prints_what_a_person_must_decide(filed: Folder) -> None:
    assert filed.invoke("-q", "pause", "--why", "release").out == ""
    filed.add_build(3, {"pkg/a.py": "....", "pkg/b.py": ".."})
    filed.add_build(4, {"pkg/a.py": "....", "pkg/b.py": ".."})
    result = filed.invoke("-q", "run")
    assert (result.code, "paused: release" in result.err) == (4, True)


@pytest.mark.parametrize(
    "words",
    [
        ("pause", "--why", "x"),
        ("resume",),
        ("check",),
        ("db", "upgrade"),
        ("bugs", "comment", "1", "hello"),
        ("bugs", "set-status", "1", "Confirmed"),
        ("bugs", "assign", "1", "me"),
        ("bugs", "edit", "1", "--title", "another"),
    ],
)
def test_a_quiet_command_that_worked_prints_nothing(filed: Folder, words: tuple[str, ...]) -> None:
    result = filed.invoke("-q", *words)
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_quiet_check_prints_what_fails(filed: Folder) -> None:
    (filed.path / "builds").rename(filed.path / "moved")
    result = filed.invoke("-q", "check")
    assert result.code == 1
    assert [line.split()[0] for line in result.out.splitlines()] == ["fails"]


def test_quiet_data_are_the_same_data(filed: Folder) -> None:
    for words in (("bugs", "--format", "json"), ("tasks",), ("builds",), ("run", "--format", "json")):
        assert filed.invoke("-q", *words).out == filed.invoke(*words).out != ""


@pytest.mark.heavy
def test_a_verbose_run_logs_to_standard_error_alone(folder: Folder) -> None:
    folder.add_build(1, {"a.py": "..x"})
    result = folder.run_command("-v", "run")
    events = [json.loads(line)["event"] for line in result.err.splitlines()]
    assert events == ["build.taken", "pass.done"]
    assert "build 1 (r1): trusted" in result.out
    assert folder.run_command("run").err == ""
    assert folder.run_command("-q", "-v", "run").code == 2
