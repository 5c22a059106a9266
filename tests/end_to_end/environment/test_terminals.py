"""The output on a terminal and in a pipe, and the exit of covbot when it is interrupted."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import COVBOT

if TYPE_CHECKING:
    from support.cli_folder import Folder


@pytest.mark.heavy
def test_a_run_shows_its_progress_on_a_terminal_alone(folder: Folder) -> None:
    for number in (1, 2):
        folder.add_build(number, {"a.py": "..x"})
    code, shown = folder.run_on_terminal("run", "--limit", "1")
    assert (code, "\x1b[" in shown) == (0, True)
    code, shown = folder.run_on_terminal("--quiet", "run")
    assert (code, "\x1b[" in shown) == (0, False)
    assert "filed bug 1" in shown


@pytest.mark.heavy
def test_a_table_is_plain_in_a_pipe_and_not_on_a_terminal(filed: Folder) -> None:
    assert "\x1b[" in filed.run_on_terminal("bugs")[1]
    assert "\x1b[" not in filed.run_command("bugs").out


def test_a_pipe_that_is_closed_early_causes_no_message(filed: Folder) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen([COVBOT, "bugs"], cwd=filed.path, stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        assert process.stderr
        assert process.stderr.read() == b""
    assert process.returncode == 1
