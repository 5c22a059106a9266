"""An open database and its transactions: `Database`."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from attrs import field, frozen
from sqlalchemy import pool

from covbot.store import engines, schema_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine


@frozen(kw_only=True, eq=False)
class Database:
    """An open database; `name` is its name in messages. Threads may share it, each has transactions of its own."""

    name: str
    engine: Engine
    _current: threading.local = field(init=False, factory=threading.local)

    @property
    def in_memory(self) -> bool:
        """Whether no other process can open it."""
        return isinstance(self.engine.pool, pool.StaticPool)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction to write: committed when the block ends, rolled back when it raises.

        Inside another one of the same thread it is a savepoint of it: rolled back alone when it raises, else committed
        with it. Raise CannotUseStore if the database fails.
        """
        outer = self._get_open()
        if outer is not None:
            with outer.begin_nested():
                yield outer
            return
        with (
            self._open_connection(engines.WRITE_OPTIONS) as connection,
            connection.begin(),
            self._keep_open(connection),
        ):
            yield connection

    @contextlib.contextmanager
    def rollback(self) -> Iterator[Connection]:
        """Open a transaction that is always rolled back at its end; transactions inside are parts of it.

        However long it takes, it blocks nobody: on SQLite, whose writers exclude each other, it works on a copy.
        """
        with self._open_copy() as connection, self._keep_open(connection):
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    @contextlib.contextmanager
    def independent_transaction(self) -> Iterator[Connection]:
        """Open a transaction that is never a part of another: raise RuntimeError inside one, also inside a rollback."""
        if self._get_open() is not None:
            raise RuntimeError("a write that must stand alone was asked for inside a transaction")
        with self.transaction() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection to read by: that of the open transaction, if there is one.

        Raise CannotUseStore if the database fails.
        """
        outer = self._get_open()
        if outer is not None:
            yield outer
            return
        with self._open_connection({}) as connection:
            yield connection

    def _get_open(self) -> Connection | None:
        return getattr(self._current, "connection", None)

    @contextlib.contextmanager
    def _keep_open(self, connection: Connection) -> Iterator[None]:
        self._current.connection = connection
        try:
            yield
        finally:
            self._current.connection = None

    @contextlib.contextmanager
    def _open_copy(self) -> Iterator[Connection]:
        with self._open_connection({}) as connection:
            if self.engine.dialect.name != "sqlite":  # pragma: no cover -- only with a server
                yield connection
                return
            copy = engines.copy_database(connection)
        with contextlib.closing(Database(name=self.name, engine=copy)) as database, database.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def _open_connection(self, options: dict[str, str]) -> Iterator[Connection]:
        with engines.translate_errors(self.name), self.engine.connect() as connection:
            connection.execution_options(**options)
            yield connection


def open_database(url: str, *, create: bool = True) -> Database:
    """Open the database at an SQLAlchemy URL; an empty or missing one gets its tables.

    Without `create` nothing is written there, and the right to write is not needed: in place of an empty or missing
    database, one in memory is opened. Raise CannotUseStore if it cannot be opened, is not covbot's, or its schema is
    older or newer than this covbot.
    """
    location = engines.parse_url(url)
    if not create and _is_empty(location):
        location = engines.MEMORY_URL
    with _prepare_tables(_make_database(location, reading=not create)) as (database, found):
        if found is not None:
            schema_version.check_revision(found, database.name)
        if create:
            engines.set_journal(database.engine)
        return database


def open_switches(url: str) -> Database:
    """Open the database at a URL for its stop switch alone, whose table is the same in every revision of the schema.

    An empty or missing database gets its tables. Raise CannotUseStore if it cannot be opened or is not covbot's.
    """
    with _prepare_tables(_make_database(engines.parse_url(url))) as (database, found):
        if found is None:
            engines.set_journal(database.engine)
        elif found == schema_version.UNKNOWN_REVISION:
            schema_version.check_revision(found, database.name)
        return database


@contextlib.contextmanager
def _prepare_tables(database: Database) -> Iterator[tuple[Database, str | None]]:
    """Yield a database and its revision, None if it was empty and got its tables; close it only on an error."""
    with engines.translate_errors(database.name), contextlib.ExitStack() as cleanup:
        cleanup.callback(database.close)
        with database.reading() as connection:
            found = schema_version.find_revision(connection)
        if found is None:
            _upgrade_database(database)
        yield database, found
        cleanup.pop_all()


def upgrade(url: str) -> bool:
    """Upgrade the schema of the database at a URL to this covbot's; return whether there was anything to do.

    Raise CannotUseStore if it cannot be opened, is not covbot's, or its schema is newer.
    """
    with contextlib.closing(_make_database(engines.parse_url(url))) as database:
        return _upgrade_database(database)


def _make_database(url: URL, *, reading: bool = False) -> Database:
    make = engines.make_reading_engine if reading else engines.make_engine
    return Database(name=url.render_as_string(hide_password=True), engine=make(url))


def _is_empty(url: URL) -> bool:
    if engines.lacks_file(url):
        return True
    with contextlib.closing(_make_database(url, reading=True)) as database, database.reading() as connection:
        return schema_version.find_revision(connection) is None


def _upgrade_database(database: Database) -> bool:
    with database.transaction() as connection:
        return schema_version.upgrade_schema(connection, database.name)
