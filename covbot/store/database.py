"""An open database and its transactions: `Database`."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from attrs import field, frozen

from covbot.store import engines, schema_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine


@frozen(kw_only=True, eq=False)
class Database:
    """An open database; `name` is how messages speak of it. Threads may share it, each has transactions of its own."""

    name: str
    engine: Engine
    _current: threading.local = field(init=False, factory=threading.local)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction to write: kept when the block ends, undone when it raises; CannotUseStore on trouble.

        Inside another one of the same thread it is a part of it: undone alone when it raises, else kept with it.
        """
        outer = self._joined()
        if outer is not None:
            with outer.begin_nested():
                yield outer
            return
        with self._connected(engines.WRITING) as connection, connection.begin(), self._joining(connection):
            yield connection

    @contextlib.contextmanager
    def rollback(self) -> Iterator[Connection]:
        """Open a transaction that is undone at its end, whatever happens; transactions inside are parts of it.

        However long it takes, it hinders nobody: on SQLite, whose writers exclude each other, it works on a copy.
        """
        with self._copied() as connection, self._joining(connection):
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    @contextlib.contextmanager
    def alone(self) -> Iterator[Connection]:
        """Open a transaction that is never a part of another: RuntimeError inside one, a rehearsal included."""
        if self._joined() is not None:
            raise RuntimeError("a write that must stand alone was asked for inside a transaction")
        with self.transaction() as connection:
            yield connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection to read by: that of the open transaction, if there is one; CannotUseStore on trouble."""
        outer = self._joined()
        if outer is not None:
            yield outer
            return
        with self._connected({}) as connection:
            yield connection

    def _joined(self) -> Connection | None:
        return getattr(self._current, "connection", None)

    @contextlib.contextmanager
    def _joining(self, connection: Connection) -> Iterator[None]:
        self._current.connection = connection
        try:
            yield
        finally:
            self._current.connection = None

    @contextlib.contextmanager
    def _copied(self) -> Iterator[Connection]:
        with self._connected({}) as connection:
            if self.engine.dialect.name != "sqlite":  # pragma: no cover -- only with a server
                yield connection
                return
            copy = engines.copy_database(connection)
        with contextlib.closing(Database(name=self.name, engine=copy)) as database, database.reading() as connection:
            yield connection

    @contextlib.contextmanager
    def _connected(self, options: dict[str, str]) -> Iterator[Connection]:
        with engines.translate_errors(self.name), self.engine.connect() as connection:
            connection.execution_options(**options)
            yield connection


def open_database(url: str, *, create: bool = True) -> Database:
    """Open the database at an SQLAlchemy URL; an empty or missing one gets its tables.

    Without `create` nothing is written there: in place of an empty or missing database, one in memory is opened.
    CannotUseStore if it cannot be opened, is not covbot's, or its schema is older or newer than this covbot.
    """
    place = engines.parse_url(url)
    if not create and _is_empty(place):
        place = engines.MEMORY
    database = _connect(place)
    with engines.translate_errors(database.name), contextlib.ExitStack() as undo:
        undo.callback(database.close)
        with database.reading() as connection:
            found = schema_version.find_revision(connection)
        if found is None:
            _upgrade(database)
        else:
            schema_version.check_revision(found, database.name)
        if create:
            engines.set_journal(database.engine)
        undo.pop_all()
        return database


def upgrade(url: str) -> bool:
    """Bring the schema of the database at a URL to this covbot's: whether there was anything to do.

    CannotUseStore if it cannot be opened, is not covbot's, or its schema is newer.
    """
    with contextlib.closing(_connect(engines.parse_url(url))) as database:
        return _upgrade(database)


def _connect(url: URL) -> Database:
    return Database(name=url.render_as_string(hide_password=True), engine=engines.make_engine(url))


def _is_empty(url: URL) -> bool:
    if engines.is_missing(url):
        return True
    with contextlib.closing(_connect(url)) as database, database.reading() as connection:
        return schema_version.find_revision(connection) is None


def _upgrade(database: Database) -> bool:
    with database.transaction() as connection:
        return schema_version.upgrade_schema(connection, database.name)
