"""SQLAlchemy engines for SQLite and PostgreSQL, and their errors as CannotUseStore."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import event, exc, pool

from covbot.errors import CannotUseStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_SECONDS = 30
"""How long a transaction waits for that of another process."""

MEMORY_URL = sqlalchemy.make_url("sqlite://")
"""The URL of a database in this process's memory."""

_OPTIONS: dict[str, Any] = {"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False}
"""The options of every connection to SQLite."""

_NO_FILE_NAMES = frozenset({None, "", ":memory:"})

_DAMAGED = re.compile(
    r"malformed|no such (table|column)|(relation|column) .* does not exist|not a database|decode to UTF-8|corrupt"
)
"""What databases say if their files are damaged, or if something of covbot's is missing in them."""

WRITE_OPTIONS = {"begin": "BEGIN IMMEDIATE"}
"""The options of a transaction that will write: it takes the lock at once, so that no two wait for each other."""


def parse_url(url: str) -> URL:
    """Return the URL of a store; raise CannotUseStore if it is none, or neither of SQLite nor of PostgreSQL."""
    try:
        parsed = sqlalchemy.make_url(url)
    except exc.ArgumentError:
        parsed = None  # the text may hold a password, so it is not repeated
    if parsed is None or parsed.get_backend_name() not in {"sqlite", "postgresql"} or "\0" in url:
        raise CannotUseStore("the store must be sqlite:///FILE or postgresql+psycopg://…: fix `store` in the settings")
    return parsed


def lacks_file(url: URL) -> bool:
    """Whether the URL is that of an SQLite database without a file."""
    if url.get_backend_name() != "sqlite":
        return False
    try:
        return url.database in _NO_FILE_NAMES or not Path(url.database or "").exists()
    except OSError:
        return False  # opening it reports the obstacle


def make_engine(url: URL) -> Engine:
    """Return an engine, not connected yet; raise CannotUseStore if its driver is not installed."""
    try:
        if url.get_backend_name() != "sqlite":
            return sqlalchemy.create_engine(url)
        kind = pool.StaticPool if url.database in _NO_FILE_NAMES else pool.QueuePool
        engine = sqlalchemy.create_engine(url, connect_args=_OPTIONS, poolclass=kind)
    except (ImportError, exc.NoSuchModuleError) as error:
        name = url.render_as_string(hide_password=True)
        raise CannotUseStore(f"{name}: {error}; PostgreSQL needs `pip install covbot[postgres]`") from error
    event.listen(engine, "connect", _configure_connection)
    event.listen(engine, "begin", _begin_transaction)
    return engine


def make_reading_engine(url: URL) -> Engine:
    """Return an engine to read with: of an SQLite file that may not be written, one that needs no right to write.

    A file that may be written is opened as ever, for only then its journal is tidied up at the end.

    Raise CannotUseStore if its driver is not installed.
    """
    if url.get_backend_name() != "sqlite" or url.database in _NO_FILE_NAMES:
        return make_engine(url)
    path = Path(url.database or "").absolute()
    if all(os.access(written, os.W_OK) for written in (path, path.parent)):
        return make_engine(url)
    return sqlalchemy.create_engine("sqlite://", creator=lambda: _connect_reading(path), poolclass=pool.QueuePool)


def _connect_reading(path: Path) -> sqlite3.Connection:
    """Connect without writing; a journal that nobody uses is read as it is where no lock can be made beside it."""
    address = f"file:{quote(str(path))}?mode=ro"
    connection: sqlite3.Connection = sqlite3.connect(address, uri=True, **_OPTIONS)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").close()
    except sqlite3.OperationalError:
        connection.close()
        journal = path.with_name(f"{path.name}-wal")
        if os.access(path.parent, os.W_OK) or (journal.exists() and journal.stat().st_size):
            raise
        connection = sqlite3.connect(f"{address}&immutable=1", uri=True, **_OPTIONS)
    return connection


def _configure_connection(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    # A written receipt must survive a power cut, or its action would be done twice.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_transaction(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def set_journal(engine: Engine) -> None:
    """Let readers of an SQLite database continue during a write; the file keeps this setting.

    It cannot be changed while another process writes: then the next one that opens the file does it.
    """
    if engine.dialect.name == "sqlite":  # pragma: no branch -- a server needs no such setting
        with contextlib.closing(engine.raw_connection()) as connection, contextlib.suppress(sqlite3.OperationalError):
            connection.cursor().execute("PRAGMA journal_mode = WAL").close()


def copy_database(connection: Connection) -> Engine:
    """Return an engine for a copy, in memory, of the SQLite database at a connection."""
    engine = make_engine(MEMORY_URL)
    with contextlib.closing(engine.raw_connection()) as target:
        cast("sqlite3.Connection", connection.connection.driver_connection).backup(
            cast("sqlite3.Connection", target.driver_connection)
        )
    return engine


@contextlib.contextmanager
def translate_errors(name: str) -> Iterator[None]:
    """Raise a database's errors as CannotUseStore, with one line that names the database and the error."""
    try:
        yield
    except (exc.DatabaseError, sqlite3.DatabaseError) as error:
        what = " ".join(str(getattr(error, "orig", error)).split())
        if _DAMAGED.search(what):
            raise CannotUseStore(f"the store {name} is damaged ({what}): put back a copy of it") from error
        if isinstance(error, exc.IntegrityError | exc.ProgrammingError | exc.DataError):
            raise  # an error of covbot's, not of the database
        raise CannotUseStore(f"the store {name}: {what}") from error
