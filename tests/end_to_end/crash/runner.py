"""Run commands of covbot in forked children, each to its end or until it is killed at a chosen point.

The store is about to write or to commit at each point. A request is one line of JSON: the `folder` to run in, the
`words` of the command line, the number of the point `kill_at_write` and of the commit `kill_at_commit` (0: none) at
which the child is killed, and whether it is `traced`. The answer has the exit `code`, the number of points `seen`, and
the `out`put. The child writes its process id into `pid` in its folder. If it is traced, it writes a line for each
commit into `commits`: the time, the number of the commit, and the digest of the store before it. Runs of different
speed write different rows, since a time may be the same as before, but they have the same number of commits.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

from attrs import define
from sqlalchemy import Engine, event

from covbot import wiring  # noqa: F401 -- imported before the fork, so that no child has to
from covbot.cli import main
from covbot.cli.commands import bugs, run  # noqa: F401 -- as above
from covbot.cli.commands.judgement import accept  # noqa: F401 -- as above
from covbot.pipeline import passes  # noqa: F401 -- as above
from covbot.trackers.launchpad import tracker  # noqa: F401 -- as above
from support.crashes import crash_points

WRITES = ("INSERT", "UPDATE", "DELETE")


@define
class KillSwitch:
    """Counts the points and commits of this process, and kills it at a chosen one; records commits if it is traced."""

    kill_at_write: int = 0
    kill_at_commit: int = 0
    traced: bool = False
    seen: int = 0
    commits: int = 0

    def count_point(self) -> None:
        """Count one more point."""
        self.seen += 1
        if self.seen == self.kill_at_write:
            os.kill(os.getpid(), signal.SIGKILL)

    def count_commit(self) -> None:
        """Count one more commit; if traced, record the digest of the store before it."""
        self.commits += 1
        if self.traced:
            with Path("commits").open("a", encoding="ascii") as commits:
                print(time.monotonic_ns(), self.commits, crash_points.digest_store(Path("covbot.db")), file=commits)
        if self.commits == self.kill_at_commit:
            os.kill(os.getpid(), signal.SIGKILL)


kill_switch = KillSwitch()


@event.listens_for(Engine, "before_cursor_execute")
def count_write(*arguments: object) -> None:
    if _is_of_pass() and str(arguments[2]).lstrip().upper().startswith(WRITES):
        kill_switch.count_point()


@event.listens_for(Engine, "commit")
def count_commit(_: object) -> None:
    if not _is_of_pass():
        return
    kill_switch.count_commit()
    kill_switch.count_point()


def _is_of_pass() -> bool:
    """Whether this is no heartbeat, whose number depends on the machine's speed."""
    return threading.current_thread() is threading.main_thread()


def run_command(request: dict[str, Any]) -> NoReturn:
    """Run the command in this process, and exit."""
    os.chdir(request["folder"])
    Path("pid").write_text(str(os.getpid()))
    out = os.open("out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    kill_switch.kill_at_write, kill_switch.kill_at_commit = request["kill_at_write"], request["kill_at_commit"]
    kill_switch.traced = request["traced"]
    sys.argv[1:] = request["words"]
    code = 3
    try:
        main.main()
    except SystemExit as raised:
        code = int(raised.code or 0)
    sys.stdout.flush()
    Path("seen").write_text(str(kill_switch.seen))
    os._exit(code)


def _end_leases(folder: Path) -> None:
    """End the lease of a killed child, which other processes would take for alive for some seconds."""
    with contextlib.closing(sqlite3.connect(folder / "covbot.db")) as store, store:
        store.execute("DELETE FROM leases")


def answer_request(request: dict[str, Any]) -> dict[str, Any]:
    """Run one command in a child."""
    folder = Path(request["folder"])
    (folder / "seen").unlink(missing_ok=True)
    child = os.fork()
    if not child:
        run_command(request)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        _end_leases(folder)
    seen = (folder / "seen").read_text() if (folder / "seen").exists() else "0"
    return {"code": code, "seen": int(seen), "out": (folder / "out").read_text()}


for line in sys.stdin:
    print(json.dumps(answer_request(json.loads(line))), flush=True)  # noqa: T201 -- the answer to the test
