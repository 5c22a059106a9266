"""The stop switch and the verbs that read need no template, no other project, and no right to write."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import COVBOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.cli_folder import Folder

READING = (("bugs",), ("bugs", "show", "1"), ("bugs", "--log"), ("builds",), ("tasks",), ("why", "pkg/a.py"))


def damage_settings(folder: Folder, text: str) -> None:
    with (folder.path / "covbot.toml").open("a", encoding="utf-8") as settings:
        settings.write(text)


def test_covbot_can_be_stopped_while_a_template_is_broken(filed: Folder) -> None:
    (filed.path / "templates").mkdir()
    (filed.path / "templates" / "title.txt").write_text("{% if %}x")
    assert filed.invoke("pause", "--why", "stop").code == 0
    assert [filed.invoke(*words).code for words in READING] == [0] * len(READING)
    assert [filed.invoke(word).code for word in ("run", "plan")] == [1, 1]
    assert filed.invoke("resume").code == 0


@pytest.mark.parametrize(
    "damage",
    [
        '[projects.other]\nmode = "lively"\n',
        '[projects.pictured.policy]\nmax_open = "many"\n',
        "[projects.other\nnot toml at all",
    ],
)
def test_covbot_can_be_stopped_whatever_is_wrong_in_the_tables_of_the_settings(filed: Folder, damage: str) -> None:
    damage_settings(filed, damage)
    assert filed.invoke("pause", "--why", "stop").code == 0
    assert filed.invoke("resume").code == 0


def test_the_verbs_that_read_one_project_do_not_need_the_settings_of_another(filed: Folder) -> None:
    damage_settings(filed, '[projects.other]\nmode = "lively"\n')
    for words in (("tasks",), ("builds",), ("bugs",), ("why", "pkg/a.py")):
        assert filed.invoke(*words, "--project", "pictured").code == 0
        assert filed.invoke(*words).code == 1


def test_a_store_of_another_version_can_be_stopped_too(filed: Folder) -> None:
    with contextlib.closing(sqlite3.connect(filed.path / "covbot.db")) as database, database:
        database.execute("UPDATE covbot_schema SET version_num = '9999'")
    assert filed.invoke("run").code == 1
    assert filed.invoke("pause", "--why", "stop").code == 0


def run_as_reader(folder: Folder, *words: str) -> subprocess.CompletedProcess[str]:
    """Run covbot without the right to write what the modes of files forbid, which root has otherwise."""
    drop = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    return subprocess.run([*drop, COVBOT, *words], cwd=folder.path, check=False, capture_output=True, text=True)


@pytest.fixture
def readable(filed: Folder) -> Iterator[Folder]:
    """Yield the project in a folder that covbot may only read."""
    folders = [filed.path, *(path for path in filed.path.rglob("*") if path.is_dir())]
    for path in filed.path.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    filed.path.chmod(0o555)
    yield filed
    for path in folders:
        path.chmod(0o755)


@pytest.mark.heavy
def test_the_verbs_that_read_work_without_the_right_to_write(readable: Folder) -> None:
    for words in (("bugs",), ("bugs", "show", "1"), ("tasks",), ("plan",)):
        result = run_as_reader(readable, *words)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout
    stopped = run_as_reader(readable, "pause", "--why", "x")
    assert stopped.returncode == 1
    assert "covbot.db: attempt to write a readonly database" in stopped.stderr
