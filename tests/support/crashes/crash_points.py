"""Record the points of a run at which a kill leaves another state: digests of the contents of tracker and store."""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import sqlite3
import time
from typing import TYPE_CHECKING

from attrs import Factory, define, evolve, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from doubles.launchpad.messages import Request
    from doubles.launchpad.server import Double

BOUNDARIES = ("received", "committed")
"""The events of a request during which its sender waits, so that nothing changes in the store."""


@frozen(kw_only=True, order=True)
class CrashPoint:
    """A time in nanoseconds, the nth event of a kind, and the digests of the tracker and of the store at that point."""

    at: int
    event: str
    nth: int
    bugs: str = ""
    store: str = ""

    @property
    def state(self) -> tuple[str, str]:
        """The state that a kill leaves behind. After two kills that leave the same state, the same happens."""
        return self.bugs, self.store


@define
class CrashPointRecorder:
    """Records the crash points of one run. Set `record_event` as the `watch` of the double, and close it at the end."""

    double: Double
    store: Path
    points: list[CrashPoint] = Factory(list)
    received: int = 0
    _reader: sqlite3.Connection = field(init=False)
    _last_digest: tuple[int, str] = (-1, "")

    def __attrs_post_init__(self) -> None:
        self._reader = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, check_same_thread=False)

    def record_event(self, event: str, _: Request) -> None:
        """Record the state of tracker and store at a boundary of a request."""
        self.received += event == "received"
        if event in BOUNDARIES:
            bugs, store = digest_bugs(self.double), self._digest_store()
            self.points.append(
                CrashPoint(at=time.monotonic_ns(), event=event, nth=self.received, bugs=bugs, store=store)
            )

    def _digest_store(self) -> str:
        """Return the digest of the store, computed again only when SQLite reports that it was written to."""
        (version,) = self._reader.execute("PRAGMA data_version").fetchone()
        if version != self._last_digest[0]:
            self._last_digest = version, digest_rows(self._reader)
        return self._last_digest[1]

    def merge_commits(self, commits: Iterable[CrashPoint]) -> list[CrashPoint]:
        """Return all points in order, with those before each commit, which have no digest of the tracker yet."""
        bugs, merged = self.points[0].bugs, []
        for point in sorted([*self.points, *commits]):
            bugs = point.bugs or bugs
            merged.append(evolve(point, bugs=bugs))
        return merged

    def close(self) -> None:
        """Close the connection to the store."""
        self._reader.close()


def digest_bugs(double: Double) -> str:
    """Return the digest of everything that the double holds of all bugs."""
    return hashlib.sha256(pickle.dumps(double.world.bugs)).hexdigest()


def digest_store(path: Path) -> str:
    """Return the digest of all that is committed in a store."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        return digest_rows(reader)


def digest_rows(reader: sqlite3.Connection) -> str:
    """Return the digest of all rows, without the heartbeats of a lease, whose number depends on the machine."""
    digest = hashlib.sha256()
    names = reader.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in names:
        columns = "project, holder" if name == "leases" else "*"
        for row in reader.execute(f"SELECT {columns} FROM {name} ORDER BY rowid"):  # noqa: S608 -- the schema's own names
            digest.update(repr((name, row)).encode())
    return digest.hexdigest()


def select_distinct(points: Iterable[CrashPoint]) -> list[CrashPoint]:
    """Return the first of all points that leave the same state."""
    found: dict[tuple[str, str], CrashPoint] = {}
    for point in points:
        found.setdefault(point.state, point)
    return list(found.values())
