"""A run killed at any write of the store or of the embedded tracker, and run again, ends as an undisturbed run does."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import frozen

import pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RUNNER = Path(__file__).with_name("runner.py")
SETTINGS = """
store = "sqlite:///covbot.db"
[projects.pictured]
mode = "live"
[projects.pictured.source]
kind = "directory"
path = "builds"
"""
BEFORE = {"a.py": "..xx", "b.py": ".xxx", "c.py": ".x"}
AFTER = {"a.py": "....", "b.py": ".xx.", "c.py": ".x", "d.py": ".x"}


def lay(folder: Path, number: int, pictured: Mapping[str, str]) -> None:
    """Put a build into the directory of a source."""
    place = folder / "builds" / str(number)
    place.mkdir(parents=True)
    (place / "coverage.xml.gz").write_bytes(gzip.compress(pictures.xml(pictured)))
    sheet = {"number": number, "started_at": f"2026-03-0{number}T10:00:00Z", "revision": f"r{number}"}
    (place / "build.json").write_text(json.dumps({**sheet, "result": "SUCCESS"}))


@frozen
class Runner:
    """covbot in forked children of one process, so that a run costs no start of an interpreter."""

    process: subprocess.Popen[str]

    def run(self, folder: Path, *words: str, last: int = 0) -> dict[str, Any]:
        """Run a verb to its end, or to its death at a moment."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"folder": str(folder), "words": words, "last": last}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def bugs(self, folder: Path) -> list[dict[str, Any]]:
        """What the tracker holds, without what only says when."""
        found = [json.loads(line) for line in self.run(folder, "bugs", "--format", "json")["out"].splitlines()]
        return [{key: value for key, value in bug.items() if not key.endswith("_at")} for bug in found]


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    command = [sys.executable, str(RUNNER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Runner(process)
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="module")
def filed(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with three bugs, and two builds more that will file, edit and close."""
    folder = tmp_path_factory.mktemp("filed")
    (folder / "covbot.toml").write_text(SETTINGS)
    for number in (1, 2):
        lay(folder, number, BEFORE)
    assert runner.run(folder, "run")["code"] == 0
    for number in (3, 4):
        lay(folder, number, AFTER)
    return folder


def test_law_3_killed_at_any_write_and_run_again_the_same_bugs_are_left(
    runner: Runner, filed: Path, tmp_path: Path
) -> None:
    shutil.copytree(filed, tmp_path / "undisturbed")
    moments = runner.run(tmp_path / "undisturbed", "run")["seen"]
    expected = runner.bugs(tmp_path / "undisturbed")
    assert {bug["status"] for bug in expected} == {"New", "Fix Released"}
    for last in range(1, moments + 1):
        folder = tmp_path / str(last)
        shutil.copytree(filed, folder)
        assert runner.run(folder, "run", last=last)["code"] == -signal.SIGKILL
        assert runner.run(folder, "run")["code"] == 0
        assert runner.bugs(folder) == expected, f"killed at moment {last} of {moments}"
    print(f"killed at each of {moments} moments")  # noqa: T201 -- the number is what a reader of the log looks for
