"""A run that is killed at any write of the store or of the embedded tracker and run again leaves the same bugs."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from support.cli_folder import SETTINGS, Folder
from support.launchpad import launchpad_states

if TYPE_CHECKING:
    from pathlib import Path

    from support.crashes.forked import ForkingRunner

BEFORE = {"a.py": "..xx", "b.py": ".xxx", "c.py": ".x"}
AFTER = {"a.py": "....", "b.py": ".xx.", "c.py": ".x", "d.py": ".x"}


@pytest.fixture(scope="module")
def filed(runner: ForkingRunner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with three bugs, and two more builds that file, edit and close bugs."""
    folder = tmp_path_factory.mktemp("filed")
    (folder / "covbot.toml").write_text(SETTINGS)
    project = Folder(folder)
    for number in (1, 2):
        project.add_build(number, BEFORE)
    assert runner.run(folder, "run")["code"] == 0
    for number in (3, 4):
        project.add_build(number, AFTER)
    return folder


@pytest.mark.heavy
def test_law_3_killed_at_any_write_and_run_again_the_same_bugs_are_left(
    runner: ForkingRunner, filed: Path, tmp_path: Path
) -> None:
    shutil.copytree(filed, tmp_path / "undisturbed")
    points = runner.run(tmp_path / "undisturbed", "run")["seen"]
    expected = runner.list_bugs(tmp_path / "undisturbed")
    assert {bug["status"] for bug in expected} == {"New", "Fix Released"}
    tried = launchpad_states.sample_points(list(range(1, points + 1)), 8)
    for point in tried:
        folder = tmp_path / str(point)
        shutil.copytree(filed, folder)
        assert runner.run(folder, "run", kill_at_write=point)["code"] == -signal.SIGKILL
        assert runner.run(folder, "run")["code"] == 0
        assert runner.list_bugs(folder) == expected, f"killed at point {point} of {points}"
    print(f"killed at {len(tried)} of {points} points")  # noqa: T201 -- the number is what a reader of the log looks for
