"""Run covbot in forked children of one process, which can be killed at any point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import subprocess

RUNNER_SCRIPT = Path(__file__).parents[2] / "end_to_end" / "crash" / "runner.py"


@frozen
class ForkingRunner:
    """Runs covbot in forked children of one process, so that a run needs no start of an interpreter."""

    process: subprocess.Popen[str]

    def run(
        self, folder: Path, *words: str, kill_at_write: int = 0, kill_at_commit: int = 0, traced: bool = False
    ) -> dict[str, Any]:
        """Run a command to its end, or until it is killed at the nth write or commit of the store.

        If it is `traced`, the child records its commits in the folder. For the answer see `end_to_end/crash/runner.py`.
        """
        request = {
            "folder": str(folder),
            "words": words,
            "kill_at_write": kill_at_write,
            "kill_at_commit": kill_at_commit,
            "traced": traced,
        }
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def list_bugs(self, folder: Path) -> list[dict[str, Any]]:
        """Return the bugs of the tracker without their times."""
        bugs = [json.loads(line) for line in self.run(folder, "bugs", "--format", "json")["out"].splitlines()]
        return [{key: value for key, value in bug.items() if not key.endswith("_at")} for bug in bugs]
