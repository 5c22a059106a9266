"""A fault of covbot itself exits with 3: one line reports it, and the traceback is kept in a file."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.cli_folder import Folder


@pytest.fixture
def library(tmp_path: Path) -> str:
    """Return a folder with a library that is broken in a way that covbot does not expect."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "jinja2.py").write_text("raise ValueError('half an upgrade')", encoding="utf-8")
    return str(tmp_path / "broken")


def test_a_fault_is_one_line_and_its_traceback_is_kept_for_the_owner_alone(
    filed: Folder, library: str, tmp_path: Path
) -> None:
    result = filed.run_command("bugs", XDG_STATE_HOME=str(tmp_path / "state"), PYTHONPATH=library)
    kept = tmp_path / "state" / "covbot" / "covbot.log"
    assert (result.code, result.out) == (3, "")
    assert result.err.startswith("covbot: a fault of covbot's own (ValueError: half an upgrade")
    assert result.err.endswith(f"; the traceback is in {kept}\n")
    assert result.err.count("\n") == 1
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_fault_is_reported_though_its_traceback_cannot_be_kept(filed: Folder, library: str, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way", encoding="utf-8")
    result = filed.run_command("bugs", XDG_STATE_HOME=str(tmp_path / "state"), PYTHONPATH=library)
    assert result.code == 3
    assert result.err.endswith("; the traceback could not be kept\n")


def test_a_text_that_cannot_be_made_for_one_task_is_named_and_the_others_are_filed(folder: Folder) -> None:
    (folder.path / "templates").mkdir()
    (folder.path / "templates" / "title.txt").write_text(
        "{% if path == 'pkg/a.py' %}{{ nothing }}{% endif %}{{ path }}"
    )
    for number in (1, 2):
        folder.add_build(number, {"pkg/a.py": "..xx", "pkg/b.py": ".xxx"})
    result = folder.invoke("run")
    assert result.code == 1
    why = "its text cannot be made: template title.txt, line 1: 'nothing' is undefined"
    assert re.fullmatch(rf"covbot: pictured: pkg/a\.py \[\w+\]: {re.escape(why)}\n", result.err)
    assert [bug["title"] for bug in folder.invoke("bugs", "--format", "json").documents] == ["pkg/b.py"]
