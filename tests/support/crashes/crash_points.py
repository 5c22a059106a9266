"""What a kill would leave behind at each moment of a run: digests of what the tracker and what the store hold then."""

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
"""While one of these happens to a request, its sender waits, so that nothing changes in the store."""


@frozen(kw_only=True, order=True)
class CrashPoint:
    """When (in nanoseconds), at the nth of what, and the digests of the tracker and of the store there."""

    at: int
    what: str
    nth: int
    bugs: str = ""
    store: str = ""

    @property
    def state(self) -> tuple[str, str]:
        """All that a kill leaves behind: two kills that leave the same are the same to whatever comes after."""
        return self.bugs, self.store


@define
class CrashPointRecorder:
    """The moments of one run, noted while it goes on; set `watch` as the double's, and close it at the end."""

    double: Double
    store: Path
    moments: list[CrashPoint] = Factory(list)
    seen: int = 0
    _reader: sqlite3.Connection = field(init=False)
    _known: tuple[int, str] = (-1, "")

    def __attrs_post_init__(self) -> None:
        self._reader = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, check_same_thread=False)

    def watch(self, what: str, _: Request) -> None:
        """Note what is there at a boundary of a request."""
        self.seen += what == "received"
        if what in BOUNDARIES:
            bugs, store = digest_bugs(self.double), self._digest_store()
            self.moments.append(CrashPoint(at=time.monotonic_ns(), what=what, nth=self.seen, bugs=bugs, store=store))

    def _digest_store(self) -> str:
        """The digest of the store, made anew only where SQLite says that somebody wrote to it."""
        (version,) = self._reader.execute("PRAGMA data_version").fetchone()
        if version != self._known[0]:
            self._known = version, digest_rows(self._reader)
        return self._known[1]

    def with_commits(self, commits: Iterable[CrashPoint]) -> list[CrashPoint]:
        """All moments in order, with those before each commit of the store, of which only the store is known."""
        bugs, merged = self.moments[0].bugs, []
        for moment in sorted([*self.moments, *commits]):
            bugs = moment.bugs or bugs
            merged.append(evolve(moment, bugs=bugs))
        return merged

    def close(self) -> None:
        """Let the store go."""
        self._reader.close()


def digest_bugs(double: Double) -> str:
    """Everything that the double holds of all bugs."""
    return hashlib.sha256(pickle.dumps(double.world.bugs)).hexdigest()


def digest_store(path: Path) -> str:
    """All that is committed in a store."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        return digest_rows(reader)


def digest_rows(reader: sqlite3.Connection) -> str:
    """Every row, but not until when a lease lasts: that of a dead process ends at once."""
    digest = hashlib.sha256()
    names = reader.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in names:
        columns = "project, holder" if name == "leases" else "*"
        for row in reader.execute(f"SELECT {columns} FROM {name} ORDER BY rowid"):  # noqa: S608 -- the schema's own names
            digest.update(repr((name, row)).encode())
    return digest.hexdigest()


def select_distinct(moments: Iterable[CrashPoint]) -> list[CrashPoint]:
    """Of all moments that would leave the same state, the first."""
    found: dict[tuple[str, str], CrashPoint] = {}
    for moment in moments:
        found.setdefault(moment.state, moment)
    return list(found.values())
