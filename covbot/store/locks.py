"""Who may write now: the lease by which one covbot at a time works on a project, and the stop switch for all.

The outages of sources are kept in the table of that switch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy
from attrs import frozen

from covbot.store import codec, schema, table_rows

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.store.database import Database

_LEASES, _SWITCHES = schema.leases, schema.switches
_PAUSE = _SWITCHES.c.name == "pause"


@frozen(kw_only=True)
class Leases:
    """The leases in a database, at most one for each project."""

    database: Database

    def acquire(self, project: str, holder: str, *, until: datetime, now: datetime) -> str | None:
        """Acquire or renew the lease of a project: None, or the name of another holder whose lease has not expired.

        Two clocks may differ by as much as a lease lasts, and `now` may be some time ago: no lease is lost by that.
        """
        with self.database.transaction() as connection:
            lease = table_rows.read_rows(connection, _LEASES, project).get(())
            # A lease that ends much later than this one would was acquired when the clock was far ahead.
            if lease and lease[0] != holder and now < codec.read_moment(lease[1]) <= until + (until - now):
                return str(lease[0])
            table_rows.put_rows(connection, _LEASES, project, {(): (holder, codec.write_moment(until))})
            return None

    def renew(self, project: str, holder: str, *, until: datetime) -> bool:
        """Renew the lease of a project until a time; return whether this holder still has it."""
        with self.database.transaction() as connection:
            is_holder = bool(table_rows.read_rows(connection, _LEASES, project).get((), (None,))[0] == holder)
            if is_holder:
                table_rows.put_rows(connection, _LEASES, project, {(): (holder, codec.write_moment(until))})
            return is_holder

    def release(self, project: str, holder: str) -> None:
        """Release the lease of a project; nothing happens if another holder has it."""
        with self.database.transaction() as connection:
            connection.execute(_LEASES.delete().where(_LEASES.c.project == project, _LEASES.c.holder == holder))


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
