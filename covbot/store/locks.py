"""Who may write now: the lease by which one covbot at a time works on a project, and the stop switch for all.

And since when a source does not answer, which is no more than such a switch.
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

    def hold(self, project: str, holder: str, *, until: datetime, now: datetime) -> str | None:
        """Take or prolong the lease of a project: None, or the name of another that holds one not yet expired.

        Two clocks may differ by as much as a lease lasts, and `now` be some time ago: no lease is lost by that.
        """
        with self.database.transaction() as connection:
            lease = table_rows.read_rows(connection, _LEASES, project).get(())
            # A lease that ends much later than this one would was taken when the clock was far ahead.
            if lease and lease[0] != holder and now < codec.read_moment(lease[1]) <= until + (until - now):
                return str(lease[0])
            table_rows.put_rows(connection, _LEASES, project, {(): (holder, codec.write_moment(until))})
            return None

    def prolong(self, project: str, holder: str, *, until: datetime) -> bool:
        """Whether this holder still has the lease of the project, which then lasts until a moment."""
        with self.database.transaction() as connection:
            mine = bool(table_rows.read_rows(connection, _LEASES, project).get((), (None,))[0] == holder)
            if mine:
                table_rows.put_rows(connection, _LEASES, project, {(): (holder, codec.write_moment(until))})
            return mine

    def release(self, project: str, holder: str) -> None:
        """Give up the lease of a project; nothing happens if somebody else holds it."""
        with self.database.transaction() as connection:
            connection.execute(_LEASES.delete().where(_LEASES.c.project == project, _LEASES.c.holder == holder))


@frozen(kw_only=True)
class Switches:
    """The stop switch in a database."""

    database: Database

    def pause(self, why: str, *, at: datetime) -> None:
        """Stop all writes to trackers; the last reason counts."""
        with self.database.transaction() as connection:
            connection.execute(_SWITCHES.delete().where(_PAUSE))
            values = {"name": "pause", "why": codec.write_text(why), "at": codec.write_moment(at)}
            connection.execute(_SWITCHES.insert().values(values))

    def resume(self) -> None:
        """Let writes go on."""
        with self.database.transaction() as connection:
            connection.execute(_SWITCHES.delete().where(_PAUSE))

    def paused(self) -> str | None:
        """Why writes are stopped, None if they are not; CannotUseStore if that cannot be read."""
        with self.database.reading() as connection:
            why = connection.scalar(sqlalchemy.select(_SWITCHES.c.why).where(_PAUSE))
        return None if why is None else codec.read_text(why)


@frozen(kw_only=True)
class Absences:
    """Since when the sources of projects do not answer."""

    database: Database

    def begin(self, project: str, why: str, *, at: datetime) -> datetime:
        """A source does not answer: since when, which is now unless its absence has begun before."""
        with self.database.transaction() as connection:
            since = connection.scalar(sqlalchemy.select(_SWITCHES.c.at).where(_absence(project)))
            if since is not None:
                return codec.read_moment(since)
            values = {"name": f"{_AWAY}{project}", "why": codec.write_text(why), "at": codec.write_moment(at)}
            connection.execute(_SWITCHES.insert().values(values))
            return at

    def end(self, project: str) -> None:
        """A source answers; nothing is written if it did before."""
        with self.database.reading() as connection:
            if connection.scalar(sqlalchemy.select(_SWITCHES.c.at).where(_absence(project))) is None:
                return
        with self.database.transaction() as connection:
            connection.execute(_SWITCHES.delete().where(_absence(project)))


_AWAY = "away/"


def _absence(project: str) -> sqlalchemy.ColumnElement[bool]:
    return _SWITCHES.c.name == f"{_AWAY}{project}"
