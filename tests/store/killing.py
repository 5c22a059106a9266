"""A program that is killed before each of its statements and commits in turn, to check what the store holds then.

`python killing.py FOLDER` prints, for every point at which it was killed, how many of the steps were kept.
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
RECORD = BugRecord(bug=1, generation=1, listed_lines=LINES, title="t", description="d", filed_at=NOW)


def open_store(folder: Path) -> Store:
    """Open the store in a folder."""
    return Store.open(f"sqlite:///{folder}/covbot.db")


def record_build(store: Store) -> None:
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


def accept_plan(store: Store) -> None:
    """Accept a plan of two actions."""
    plan = Plan(actions=(FILE, COMMENT), skipped=(Skipped(key=KEYS[1], title="t", why="cap"),))
    store.outbox.accept("nova", plan, at=NOW)


def file_bug(store: Store) -> None:
    """File a bug in the local tracker."""
    LocalTracker(bugs=store.local_bugs, project="nova", now=lambda: NOW).act(FILE)


def complete_filing(store: Store) -> None:
    """Complete the filing, and save the record of the bug, together."""
    with store.transaction():
        store.ledgers.save_record("nova", KEYS[0], RECORD)
        (first, *_) = store.outbox.pending("nova")
        store.outbox.complete(first.id, Receipt(action=FILE, outcome=Outcome.DONE, bug=1, at=NOW))


def add_comment(store: Store) -> None:
    """Comment on the bug."""
    LocalTracker(bugs=store.local_bugs, project="nova", now=lambda: NOW + timedelta(hours=1)).act(COMMENT)


STEPS: tuple[Callable[[Store], None], ...] = (record_build, accept_plan, file_bug, complete_filing, add_comment)


def read_store(store: Store) -> tuple[object, ...]:
    """Return everything that the store holds."""
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


def do_steps(folder: Path, watcher: Callable[[Store], None] = lambda _: None) -> None:
    """Do all steps, and call a watcher before the first and after each."""
    with contextlib.closing(open_store(folder)) as store:
        watcher(store)
        for step in STEPS:
            step(store)
            watcher(store)


def run_until_killed(folder: Path, point: int) -> bool:
    """Do all steps in a process that kills itself at a point; return whether that point was reached."""
    child = os.fork()
    if not child:
        kill_at(point)
        do_steps(folder)
        os._exit(0)
    return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def kill_at(point: int) -> None:
    """Kill this process before the writing statement, or commit, of this number."""
    points = itertools.count()

    def kill_if_reached() -> None:
        if next(points) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT", "PRAGMA")):
            kill_if_reached()

    event.listen(sqlalchemy.Engine, "before_cursor_execute", watch_statement)
    event.listen(sqlalchemy.Engine, "commit", lambda _connection: kill_if_reached())


def main(folder: Path) -> None:
    """Be killed at every point, and print how many steps were kept; raise ValueError if it was half a step."""
    (folder / "whole").mkdir()
    steps: list[tuple[object, ...]] = []
    do_steps(folder / "whole", lambda store: steps.append(read_store(store)))
    for point in itertools.count():
        directory = folder / str(point)
        directory.mkdir()
        killed = run_until_killed(directory, point)
        with contextlib.closing(open_store(directory)) as store:
            sys.stdout.write(f"{steps.index(read_store(store))}\n")
        if not killed:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]))
