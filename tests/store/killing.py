"""A program that is killed before each of its statements and commits in turn, to see what the store holds then.

`python killing.py FOLDER` prints, for every moment at which it was killed, how many of the steps were kept.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import event

from covbot.core.bugs.actions import About, CommentOnBug, FileBug, Outcome, Plan, Receipt, Skipped
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.record import BugRecord
from covbot.core.builds.build import Build, Measurement, Snapshot, Verdict
from covbot.core.coverage import FileCoverage, Report
from covbot.core.ledger.ledger import Ledger
from covbot.core.lines import Lines
from covbot.core.tasks.gap import Gap
from covbot.core.tasks.task import Entry, Task
from covbot.store.store import Store
from covbot.trackers.local.tracker import LocalTracker

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 8, 21, 21, 1, 48, tzinfo=UTC)
LINES = Lines.of([2, 3])
KEYS = ("0000000a", "0000000b")
FOOTER = Footer(project="nova", key=KEYS[0], generation=1)
FILE = FileBug(footer=FOOTER, title="t", description=f"d\n\n{FOOTER}", tags=("covbot",), lines=LINES, why="w")
COMMENT = CommentOnBug(footer=FOOTER, bug=1, about=About.DONE, text="all run", why="w")
FILED = BugRecord(bug=1, generation=1, listed_lines=LINES, title="t", description="d", filed_at=NOW)


def open_store(folder: Path) -> Store:
    """The store in a folder."""
    return Store.open(f"sqlite:///{folder}/covbot.db")


def take(store: Store) -> None:
    """Record a build and save a ledger, together."""
    files = {name: FileCoverage(statements=Lines.of(range(1, 9)), missing=LINES) for name in ("a.py", "b.py")}
    build = Build(job="nova", number=1, started_at=NOW)
    with store.transaction():
        report = Report(files=files)
        snapshot = Snapshot(build=build, report=report, verdict=Verdict(), measurement=Measurement.of(report))
        at = store.snapshots.record("nova", snapshot, NOW)
        gaps = {(name, ""): Gap(path=name, region="", lines=LINES, at=at, since=1) for name in files}
        tasks = [Task(key=key, path=name, regions=("",), lines=LINES) for key, name in zip(KEYS, files, strict=True)]
        store.ledgers.save("nova", Ledger(as_of=at, gaps=gaps, entries={task.key: Entry(task=task) for task in tasks}))


def accept(store: Store) -> None:
    """Accept a plan of two actions."""
    plan = Plan(actions=(FILE, COMMENT), skipped=(Skipped(key=KEYS[1], title="t", why="cap"),))
    store.outbox.accept("nova", plan, at=NOW)


def file(store: Store) -> None:
    """File a bug in the local tracker."""
    LocalTracker(bugs=store.local_bugs, project="nova", now=lambda: NOW).act(FILE)


def settle(store: Store) -> None:
    """Settle the filing, and remember the bug, together."""
    with store.transaction():
        store.ledgers.remember("nova", KEYS[0], FILED)
        (first, *_) = store.outbox.pending("nova")
        store.outbox.settle(first.id, Receipt(action=FILE, outcome=Outcome.DONE, bug=1, at=NOW))


def comment(store: Store) -> None:
    """Comment on the bug."""
    LocalTracker(bugs=store.local_bugs, project="nova", now=lambda: NOW + timedelta(hours=1)).act(COMMENT)


STEPS: tuple[Callable[[Store], None], ...] = (take, accept, file, settle, comment)


def look(store: Store) -> tuple[object, ...]:
    """All that the store holds."""
    return (
        store.snapshots.list_all("nova"),
        [store.snapshots.report(row.id) for row in store.snapshots.list_all("nova")],
        store.ledgers.load("nova"),
        [(item.id, item.action) for item in store.outbox.pending("nova")],
        store.outbox.receipts("nova"),
        store.outbox.skipped("nova"),
        store.local_bugs.bugs("nova"),
        store.local_bugs.comments(1),
    )


def do_steps(folder: Path, watch: Callable[[Store], None] = lambda _: None) -> None:
    """Do all steps, and let a watcher look before the first and after each."""
    with contextlib.closing(open_store(folder)) as store:
        watch(store)
        for step in STEPS:
            step(store)
            watch(store)


def run_until_killed(folder: Path, moment: int) -> bool:
    """Do all steps in a process that kills itself at a moment: whether it came to that."""
    child = os.fork()
    if not child:
        kill_at(moment)
        do_steps(folder)
        os._exit(0)
    return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def kill_at(moment: int) -> None:
    """Kill this process before the writing statement, or commit, of this number."""
    moments = itertools.count()

    def reach() -> None:
        if next(moments) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT", "PRAGMA")):
            reach()

    event.listen(sqlalchemy.Engine, "before_cursor_execute", execute)
    event.listen(sqlalchemy.Engine, "commit", lambda _connection: reach())


def main(folder: Path) -> None:
    """Be killed at every moment, and print how many steps were kept: ValueError if it was half a step."""
    (folder / "whole").mkdir()
    steps: list[tuple[object, ...]] = []
    do_steps(folder / "whole", lambda store: steps.append(look(store)))
    for moment in itertools.count():
        place = folder / str(moment)
        place.mkdir()
        killed = run_until_killed(place, moment)
        with contextlib.closing(open_store(place)) as store:
            sys.stdout.write(f"{steps.index(look(store))}\n")
        if not killed:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
