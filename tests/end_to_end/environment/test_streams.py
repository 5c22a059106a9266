"""Standard output that is full, closed or of few characters, and what texts from outside may show on a terminal."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import COVBOT

if TYPE_CHECKING:
    from support.cli_folder import Folder

FULL = "/dev/full"
HEAVY = pytest.mark.heavy  # each starts a process, or several


def run_shell(folder: Folder, words: str, redirection: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run covbot by a shell, with its streams redirected."""
    command, environment = ["sh", "-c", f"{COVBOT} {words} {redirection}"], {**os.environ, **variables}
    return subprocess.run(command, cwd=folder.path, env=environment, check=False, capture_output=True)


@pytest.mark.parametrize(
    "words",
    [
        "run",
        pytest.param("tasks", marks=HEAVY),
        pytest.param("bugs show 1", marks=HEAVY),
        "--version",
        "report a.xml --format json",
    ],
)
def test_an_output_that_is_full_is_named_in_one_line(filed: Folder, words: str) -> None:
    filed.write_report("a.xml", {"a.py": "..x"})
    result = run_shell(filed, words, f"> {FULL}")
    assert result.returncode == 1
    assert result.stderr == b"covbot: standard output: no space left on device; what covbot did until then is done\n"


def test_an_output_that_is_closed_is_named_too_and_no_file_takes_its_place(filed: Folder) -> None:
    filed.add_build(3, {"pkg/a.py": "..xx", "pkg/b.py": ".."})
    result = run_shell(filed, "run", ">&-")
    assert result.stderr == b"covbot: standard output: it is closed; what covbot did until then is done\n"
    assert result.returncode == 1
    assert len(filed.invoke("builds", "--format", "json").documents) == 3


@pytest.mark.parametrize(
    "redirection", ["2>&-", pytest.param(f"2> {FULL}", marks=HEAVY), pytest.param("<&-", marks=HEAVY)]
)
def test_without_an_error_stream_or_an_input_the_result_is_the_same(filed: Folder, redirection: str) -> None:
    assert run_shell(filed, "bugs --format json", redirection).stdout.count(b"\n") == 1
    assert run_shell(filed, "bugs show 99", redirection).returncode == 1


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("ascii", "tasks"),
        ("latin-1", "why pkg/☃ä.py"),
        pytest.param("ascii", "bugs show 1", marks=HEAVY),
        pytest.param("cp437", "run", marks=HEAVY),
    ],
)
def test_what_an_output_cannot_encode_is_escaped(folder: Folder, encoding: str, words: str) -> None:
    for number in (1, 2):
        folder.add_build(number, {"pkg/☃ä.py": "..xx"})
    if words != "run":
        assert folder.invoke("run").code == 0
    result = run_shell(folder, words, "", PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stderr) == (0, b"")
    text = result.stdout.decode(encoding)
    assert "☃" not in text
    assert "\\u2603" in text
    assert ("ä" in text) is (encoding != "ascii")


def test_an_error_is_escaped_as_well(folder: Folder) -> None:
    result = run_shell(folder, "report ☃.xml", "", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C.UTF-8")
    assert result.returncode == 1
    assert b"\\u2603.xml" in result.stderr


ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202e"


@pytest.mark.parametrize(
    "words",
    [
        ("bugs", "show", "1"),
        ("bugs", "--log"),
        *(pytest.param((verb,), marks=HEAVY) for verb in ("bugs", "plan", "tasks")),
    ],
)
def test_nothing_that_a_person_writes_reaches_a_terminal_unescaped(filed: Folder, words: tuple[str, ...]) -> None:
    person = ("--as", f"eve{ESCAPES}")
    filed.invoke("bugs", "comment", "1", f"first\r\nsecond {ESCAPES}", *person)
    filed.invoke("bugs", "edit", "1", "--title", f"title {ESCAPES}", "--description", f"text {ESCAPES}", *person)
    filed.invoke("bugs", "assign", "1", f"mallory{ESCAPES}", *person)
    _code, shown = filed.run_on_terminal(*words)
    assert not {"\x1b]", "\x07", "\x1b[2J", "\u202e"}.intersection(
        shown[at : at + size] for size in (1, 2, 4) for at in range(len(shown))
    )
    assert words != ("bugs", "show", "1") or ("first\r\nsecond" in shown and "\\x1b]0;owned\\x07" in shown)


def test_nor_does_a_wrong_word_of_a_command_line(filed: Folder) -> None:
    for words in ((f"x{ESCAPES}",), ("bugs", "show", f"1{ESCAPES}"), ("report", f"{ESCAPES}.xml")):
        code, shown = filed.run_on_terminal(*words)
        assert code in {1, 2}
        assert "\x07" not in shown
        assert "\\x1b" in shown
