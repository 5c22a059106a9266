"""Run verbs of covbot in forked children, each to its end or to its death at a chosen moment.

A moment is when the store is about to write or to commit. Reads one JSON object a line: `folder` to run in, `words` of
the command line, `last` moment and last `commit` (0: none), and whether it is `traced`; answers each with `code`, the
number of moments `seen`, and all its `out`put. The child puts its number into `pid` in its folder, and if traced a line
for each commit into `commits`: when, the how-manieth it is, and the digest of what the store holds before it. Runs of
different speed write different rows, since a time may be the same as before, but they commit as often.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from attrs import define
from sqlalchemy import Engine, event

from covbot import wiring  # noqa: F401 -- imported before the fork, so that no child has to
from covbot.cli import main
from covbot.cli.commands import accept, bugs, run  # noqa: F401 -- as above
from covbot.pipeline import passes  # noqa: F401 -- as above
from covbot.trackers.launchpad import tracker  # noqa: F401 -- as above
from support.crashes import crash_points

WRITES = ("INSERT", "UPDATE", "DELETE")


@define
class Fate:
    """Which moment and which commit is the last, how many there were, and whether each commit is written down."""

    last: int = 0
    commit: int = 0
    traced: bool = False
    seen: int = 0
    commits: int = 0

    def tick(self) -> None:
        """One more moment."""
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def count_commit(self) -> None:
        """One more commit, and what the store holds before it."""
        self.commits += 1
        if self.traced:
            with Path("commits").open("a", encoding="ascii") as commits:
                print(time.monotonic_ns(), self.commits, crash_points.digest_store(Path("covbot.db")), file=commits)
        if self.commits == self.commit:
            os.kill(os.getpid(), signal.SIGKILL)


fate = Fate()


@event.listens_for(Engine, "before_cursor_execute")
def before_statement(*given: object) -> None:
    if str(given[2]).lstrip().upper().startswith(WRITES):
        fate.tick()


@event.listens_for(Engine, "commit")
def before_commit(_: object) -> None:
    fate.count_commit()
    fate.tick()


def be_child(asked: dict[str, Any]) -> None:
    """Run the verb; never returns."""
    os.chdir(asked["folder"])
    Path("pid").write_text(str(os.getpid()))
    out = os.open("out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    fate.last, fate.commit, fate.traced = asked["last"], asked["commit"], asked["traced"]
    sys.argv[1:] = asked["words"]
    code = 3
    try:
        main.main()
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    sys.stdout.flush()
    Path("seen").write_text(str(fate.seen))
    os._exit(code)


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one verb in a child."""
    folder = Path(asked["folder"])
    (folder / "seen").unlink(missing_ok=True)
    child = os.fork()
    if not child:
        be_child(asked)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    seen = (folder / "seen").read_text() if (folder / "seen").exists() else "0"
    return {"code": code, "seen": int(seen), "out": (folder / "out").read_text()}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201 -- the answer to the test
