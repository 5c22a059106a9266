"""covbot in forked children of one process, which can be killed at any moment."""

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
    """covbot in forked children of one process, so that a run costs no start of an interpreter."""

    process: subprocess.Popen[str]

    def run(self, folder: Path, *words: str, last: int = 0, commit: int = 0, traced: bool = False) -> dict[str, Any]:
        """Run a verb to its end, or to its death at a moment or commit; if `traced`, its commits are noted there."""
        asked = {"folder": str(folder), "words": words, "last": last, "commit": commit, "traced": traced}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def bugs(self, folder: Path) -> list[dict[str, Any]]:
        """What the tracker holds, without what only says when."""
        found = [json.loads(line) for line in self.run(folder, "bugs", "--format", "json")["out"].splitlines()]
        return [{key: value for key, value in bug.items() if not key.endswith("_at")} for bug in found]
