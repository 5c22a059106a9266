"""Everything that covbot keeps, by noun: `Store`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.store.bug_cache import BugCache
from covbot.store.database import open_database
from covbot.store.ledgers import Ledgers
from covbot.store.local_bugs import LocalBugs
from covbot.store.locks import Absences, Leases, Switches
from covbot.store.outbox import Outbox
from covbot.store.snapshots import Snapshots

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from covbot.store.database import Database


@frozen(kw_only=True)
class Store:
    """Everything in one database, by noun."""

    database: Database
    snapshots: Snapshots
    ledgers: Ledgers
    bug_cache: BugCache
    outbox: Outbox
    leases: Leases
    switches: Switches
    absences: Absences
    local_bugs: LocalBugs

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Open the store at an SQLAlchemy URL; an empty or missing database gets its tables.

        Without `create` nothing is written there: in place of an empty or missing database, one in memory is opened.
        CannotUseStore if it cannot be opened, is not covbot's, or its schema is older or newer than this covbot.
        """
        database = open_database(url, create=create)
        return cls(
            database=database,
            snapshots=Snapshots(database=database),
            ledgers=Ledgers(database=database),
            bug_cache=BugCache(database=database),
            outbox=Outbox(database=database),
            leases=Leases(database=database),
            switches=Switches(database=database),
            absences=Absences(database=database),
            local_bugs=LocalBugs(database=database),
        )

    def transaction(self) -> AbstractContextManager[Connection]:
        """All inside is kept together, or undone together when the block raises; CannotUseStore on trouble.

        Inside another transaction of the same thread it is a part of that one.
        """
        return self.database.transaction()

    def rollback(self) -> AbstractContextManager[Connection]:
        """All inside is undone at the end, whatever happens; CannotUseStore on trouble."""
        return self.database.rollback()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()
