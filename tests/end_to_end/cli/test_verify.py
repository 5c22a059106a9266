"""`covbot verify` as a volunteer types it: what it prints of the lines of a bug, and its exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.git_repo import Checkout
from support.programs import coverage_runs

if TYPE_CHECKING:
    from support.cli_folder import Folder

ENDING = "the tests must pass as well: only the coverage of the run was looked at\n"
DATA_OF_3_14 = """
def tag(x):
    if x == 'a':
        print('one')
        return 'done'
    return x

def render(x):
    return t"<b>{x}</b>"
"""


@pytest.mark.heavy
def test_verify_exits_with_0_once_the_lines_of_a_bug_run(filed: Folder) -> None:
    before = filed.write_report("before.xml", {"pkg/a.py": "..x.", "pkg/b.py": ".."})
    after = filed.write_report("after.xml", {"pkg/a.py": "....", "pkg/b.py": ".."})
    key = json.loads(filed.run_command("tasks", "--format", "json").out)["key"]
    result = filed.run_command("verify", "1", "--data", before)
    assert (result.code, result.out.splitlines()[0]) == (1, "not yet: 1 of 2 lines in pkg/a.py")
    assert result.err == "covbot: the bug is not done by this run: standard output says what is left\n"
    assert (
        filed.run_command("verify", key, "--data", after).out
        == "done: all 2 lines that are asked for run in pkg/a.py\n" + ENDING
    )
    assert filed.run_command("verify", key, "--data", after).code == 0


def test_verify_reports_what_it_cannot_find(filed: Folder) -> None:
    other = filed.write_report("other.xml", {"pkg/b.py": ".."})
    result = filed.run_command("verify", "1", "--data", other)
    assert (result.code, result.out) == (1, "")
    assert "has nothing of pkg/a.py, nor has the checkout" in result.err
    result = filed.run_command("verify", "77", "--data", other)
    assert (result.code, result.out) == (1, "")
    assert "no task with bug or key 77" in result.err


def test_verify_needs_nothing_but_the_text_of_a_bug_and_a_run(folder: Folder) -> None:
    (folder.path / "covbot.toml").unlink()
    (folder.path / "m.py").write_text("def f(a):\n    if a:\n        return 1\n    return 2\n")
    (folder.path / ".coverage").write_bytes(b"")
    result = folder.invoke("verify", "1")
    assert (result.code, result.out) == (1, "")
    assert "not there, which a number or key needs (a file with the bug's pasted text needs none)" in result.err
    (folder.path / ".coverage").unlink()
    text = "No test of job runs 1 statement of f in m.py (at revision 1234567890):\n\n    line 3  it is never true\n"
    (folder.path / "bug.txt").write_text(text)
    result = folder.invoke("verify", "bug.txt")
    assert (result.code, result.out) == (1, "")
    assert "no .coverage here: run the tests by `coverage run`, or name a report by --data" in result.err
    (folder.path / ".coverage").write_bytes(coverage_runs.make_data(lines={"/home/ada/m.py": [1, 2, 4]}))
    result = folder.invoke("verify", "bug.txt")
    assert (result.code, result.err) == (
        1,
        "covbot: the bug is not done by this run: standard output says what is left\n",
    )
    assert result.out.splitlines()[1:] == ["not yet: 1 of 1 line in m.py", '  3: "if a" (line 2) is never true']
    (folder.path / ".coverage").write_bytes(coverage_runs.make_data(lines={"/home/ada/m.py": [1, 2, 3]}))
    result = folder.invoke("verify", "bug.txt")
    assert (result.code, result.out.splitlines()[1:]) == (
        0,
        ["done: the line that is asked for runs in m.py", ENDING.strip()],
    )
    (folder.path / "bug.txt").write_text(text.replace("1 statement", "9 statements"))
    result = folder.invoke("verify", "bug.txt")
    assert result.code == 1
    assert "not told: 8 statements of the bug without a line number in its text" in result.out
    assert [path.name for path in folder.path.iterdir() if path.suffix in {".db", ".toml"}] == []


def test_verify_reports_the_lines_that_it_checks_if_the_bug_text_has_other_numbers(folder: Folder) -> None:
    (folder.path / "m.py").write_text("import os\ndef f(a):\n    if a:\n        return 1\n    return 2\n")
    text = "No test of job runs 1 statement of f in m.py (at revision 1234567890):\n\n    line 3  it is never true\n\n"
    (folder.path / "bug.txt").write_text(f"{text}      2  if a:\n    > 3      return 1\n\n")
    (folder.path / ".coverage").write_bytes(coverage_runs.make_data(lines={"/home/ada/m.py": [1, 2, 3, 5]}))
    result = folder.invoke("verify", "bug.txt")
    where = "looked at: 4 of m.py (3 in the bug's text, which is of another state of the file)"
    assert (result.code, result.out.splitlines()[1:3]) == (1, [where, "not yet: 1 of 1 line in m.py"])


def test_verify_of_a_bug_that_is_done_counts_no_lines(filed: Folder) -> None:
    for number in (3, 4):
        filed.add_build(number, {"pkg/a.py": "....", "pkg/b.py": ".."})
    assert filed.invoke("run").code == 0
    result = filed.invoke(
        "verify", "1", "--data", filed.write_report("after.xml", {"pkg/a.py": "....", "pkg/b.py": ".."})
    )
    assert (result.code, result.out) == (0, "done: nothing of the bug is missing in pkg/a.py any more\n" + ENDING)


def test_verify_does_not_call_rewritten_code_done(folder: Folder) -> None:
    before = "def tag(x):\n    if x == 'a':\n        print('one')\n        return 'done'\n    return x\n"
    checkout = Checkout(directory=folder.path / "work").create()
    commit = checkout.commit({"m.py": before})
    module = checkout.directory / "m.py"
    module.write_text(before.replace("'one'", "f'one {x}'").replace("'done'", "f'done {x}'"))
    text = f"No test of job runs 2 statements of tag in m.py (at revision {commit[:10]}):\n\n  lines 3-4\n\n"
    (folder.path / "bug.txt").write_text(text)
    data = folder.path / ".coverage"
    data.write_bytes(coverage_runs.make_data(lines={"m.py": [1, 2, 5]}))
    result = folder.invoke("verify", "bug.txt", "--repo", "work")
    assert (result.code, result.out.splitlines()) == (
        1,
        [
            "no more in m.py: 2 lines of the bug",
            "cannot tell: the bug's code was changed, and this run does not run 2 new statements where it was in m.py",
            """  3-4: "if x == 'a'" (line 2) is never true""",
        ],
    )
    data.write_bytes(coverage_runs.make_data(lines={"m.py": [1, 2, 3, 4]}))
    result = folder.invoke("verify", "bug.txt", "--repo", "work")
    assert (result.code, result.out.splitlines()[1:]) == (
        0,
        ["done: nothing of the bug is missing in m.py any more", ENDING.strip()],
    )


def test_verify_reads_data_of_a_newer_python(folder: Folder) -> None:
    (folder.path / "m.py").write_text(DATA_OF_3_14)
    (folder.path / "bug.txt").write_text("No test of job runs 2 statements of tag in m.py:\n\n  lines 4-5\n\n")
    data = folder.path / ".coverage"
    for lines, code, said in (([2, 3, 6, 8, 9], 1, "not yet: 2 of 2 lines"), ([2, 3, 4, 5, 8], 0, "done: all 2 lines")):
        data.write_bytes(coverage_runs.make_data(lines={"m.py": lines}))
        result = folder.invoke("verify", "bug.txt")
        assert (result.code, said in result.out) == (code, True)


def test_verify_says_by_name_what_no_python_can_parse(folder: Folder) -> None:
    (folder.path / "m.py").write_text("def f(x):\n    return x\n\nprint 'old'\n")
    (folder.path / "bug.txt").write_text("No test of job runs 1 statement of f in m.py:\n\n  line 2\n\n")
    (folder.path / ".coverage").write_bytes(coverage_runs.make_data(lines={"m.py": [1, 2]}))
    result = folder.invoke("verify", "bug.txt")
    assert (result.code, result.out) == (1, "")
    assert "executed lines of m.py, which cannot be parsed as any Python from 3.6 to 3.14 (line 4: " in result.err
    assert "give what `coverage xml` writes of it" in result.err
