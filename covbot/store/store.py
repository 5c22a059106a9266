"""All data that covbot keeps, grouped by kind: `Store`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.store.bug_cache import BugCache
from covbot.store.database import open_database
from covbot.store.judgements import Judgements
from covbot.store.ledgers import Identities, Ledgers
from covbot.store.local_bugs import LocalBugs
from covbot.store.locks import Leases, Outages, Switches
from covbot.store.outbox import Outbox
from covbot.store.snapshots import Snapshots

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from covbot.store.database import Database


@frozen(kw_only=True)
class Store:
    """All data in one database, grouped by kind."""

    database: Database
    snapshots: Snapshots
    judgements: Judgements
    ledgers: Ledgers
    identities: Identities
    bug_cache: BugCache
    outbox: Outbox
    leases: Leases
    switches: Switches
    outages: Outages
    local_bugs: LocalBugs

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Open the store at an SQLAlchemy URL; an empty or missing database gets its tables.

        Without `create` nothing is written there: in place of an empty or missing database, one in memory is opened.
        Raise CannotUseStore if it cannot be opened, is not covbot's, or its schema is older or newer than this covbot.
        """
        database = open_database(url, create=create)
        return cls(
            database=database,
            snapshots=Snapshots(database=database),
            judgements=Judgements(database=database),
            ledgers=Ledgers(database=database),
            identities=Identities(database=database),
            bug_cache=BugCache(database=database),
            outbox=Outbox(database=database),
            leases=Leases(database=database),
            switches=Switches(database=database),
            outages=Outages(database=database),
            local_bugs=LocalBugs(database=database),
        )

    def transaction(self) -> AbstractContextManager[Connection]:
        """Return a context whose writes are committed together, or rolled back together when the block raises.

        Inside another transaction of the same thread it is a part of that one. Raise CannotUseStore if the database
        fails.
        """
        return self.database.transaction()

    def rollback(self) -> AbstractContextManager[Connection]:
        """Return a context whose writes are always rolled back at its end.

        Raise CannotUseStore if the database fails.
        """
        return self.database.rollback()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
