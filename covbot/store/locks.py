"""Who may write now: the lease by which one covbot at a time works on a project, and the stop switch for all.

The outages of sources are kept in the table of that switch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy
from attrs import frozen
from sqlalchemy import exc

from covbot.store import codec, schema

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from covbot.store.database import Database

_LEASES, _SWITCHES = schema.leases, schema.switches
_PAUSE = _SWITCHES.c.name == "pause"


@frozen(kw_only=True)
class Lease:
    """A lease as the store has it: its holder, and the number of its heartbeats, which grows while the holder lives."""

    holder: str
    beat: int


@frozen(kw_only=True)
class Leases:
    """The leases in a database, at most one for each project; no clock decides on them."""

    database: Database

    @property
    def is_private(self) -> bool:
        """Whether no other process can have a lease here, since the database is in this process's memory."""
        return self.database.in_memory

    def acquire(self, project: str, holder: str, *, dead: Lease | None = None) -> bool:
        """Acquire the lease of a project that nobody has; return whether this holder has it now.

        One that is `dead` is taken over, provided that it has not changed since it was read.
        """
        row = {"project": project, "holder": holder, "beat": 0}
        try:
            with self.database.transaction() as connection:
                if dead is not None:
                    connection.execute(_LEASES.delete().where(*_match_lease(project, dead)))
                if _read_lease(connection, project) is None:
                    connection.execute(_LEASES.insert().values(row))
                    return True
        except exc.IntegrityError:  # another process was faster
            pass
        return False

    def beat(self, project: str, holder: str) -> bool:
        """Make a heartbeat; return whether this holder still has the lease."""
        is_own = (_LEASES.c.project == project, _LEASES.c.holder == holder)
        with self.database.transaction() as connection:
            beaten = connection.execute(_LEASES.update().where(*is_own).values(beat=_LEASES.c.beat + 1))
            return beaten.rowcount > 0

    def read(self, project: str) -> Lease | None:
        """Return the lease of a project, None if nobody has it."""
        with self.database.reading() as connection:
            return _read_lease(connection, project)

    def release(self, project: str, holder: str) -> None:
        """Release the lease of a project; nothing happens if another holder has it."""
        with self.database.transaction() as connection:
            connection.execute(_LEASES.delete().where(_LEASES.c.project == project, _LEASES.c.holder == holder))


def _read_lease(connection: Connection, project: str) -> Lease | None:
    query = sqlalchemy.select(_LEASES.c.holder, _LEASES.c.beat).where(_LEASES.c.project == project)
    row = connection.execute(query).one_or_none()
    return Lease(holder=row.holder, beat=row.beat) if row else None


def _match_lease(project: str, lease: Lease) -> tuple[sqlalchemy.ColumnElement[bool], ...]:
    return _LEASES.c.project == project, _LEASES.c.holder == lease.holder, _LEASES.c.beat == lease.beat


@frozen(kw_only=True)
class Switches:
    """The stop switch in a database."""

    database: Database

    def pause(self, why: str, *, at: datetime) -> None:
        """Stop all writes to trackers; the last reason replaces earlier ones."""
        with self.database.transaction() as connection:
            connection.execute(_SWITCHES.delete().where(_PAUSE))
            values = {"name": "pause", "why": codec.write_text(why), "at": codec.write_moment(at)}
            connection.execute(_SWITCHES.insert().values(values))

    def resume(self) -> None:
        """Allow writes again."""
        with self.database.transaction() as connection:
            connection.execute(_SWITCHES.delete().where(_PAUSE))

    def paused(self) -> str | None:
        """Return why writes are stopped, None if they are not; raise CannotUseStore if that cannot be read."""
        with self.database.reading() as connection:
            why = connection.scalar(sqlalchemy.select(_SWITCHES.c.why).where(_PAUSE))
        return None if why is None else codec.read_text(why)


@frozen(kw_only=True)
class Outages:
    """The start of the outage of each project's source that does not respond."""

    database: Database

    def begin(self, project: str, why: str, *, at: datetime) -> datetime:
        """Record that a source does not respond; return since when, which is now unless its outage has begun before."""
        with self.database.transaction() as connection:
            since = connection.scalar(sqlalchemy.select(_SWITCHES.c.at).where(_match_outage(project)))
            if since is not None:
                return codec.read_moment(since)
            values = {"name": f"{_OUTAGE_PREFIX}{project}", "why": codec.write_text(why), "at": codec.write_moment(at)}
            connection.execute(_SWITCHES.insert().values(values))
            return at

    def find(self, project: str) -> tuple[datetime, str] | None:
        """Return since when a source does not respond, and the first reason; None if it has no outage."""
        query = sqlalchemy.select(_SWITCHES.c.at, _SWITCHES.c.why).where(_match_outage(project))
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return (codec.read_moment(row.at), codec.read_text(row.why)) if row else None

    def end(self, project: str) -> None:
        """Record that a source responds; nothing is written if it had no outage."""
        with self.database.reading() as connection:
            if connection.scalar(sqlalchemy.select(_SWITCHES.c.at).where(_match_outage(project))) is None:
                return
        with self.database.transaction() as connection:
            connection.execute(_SWITCHES.delete().where(_match_outage(project)))


_OUTAGE_PREFIX = "away/"


def _match_outage(project: str) -> sqlalchemy.ColumnElement[bool]:
    return _SWITCHES.c.name == f"{_OUTAGE_PREFIX}{project}"
