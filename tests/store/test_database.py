"""How a database is opened, refused, upgraded, and written completely or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from alembic import autogenerate, command, config, script
from alembic.migration import MigrationContext
from sqlalchemy import exc

from covbot.errors import CannotUseStore
from covbot.store import database, engines, migrations, schema, schema_version
from covbot.store.store import Store

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path


def _insert_switch(store: Store, why: str) -> None:
    with store.transaction() as connection:
        connection.execute(schema.switches.insert().values(name=why, why=why, at=""))


def _insert_and_fail(block: AbstractContextManager[object], store: Store, why: str) -> None:
    with block:
        _insert_switch(store, why)
        raise ZeroDivisionError


def _migrate(path: Path) -> database.Database:
    """Return an empty database after all migrations, one after the other."""
    migrated = database.Database(name=str(path), engine=engines.make_engine(engines.parse_url(f"sqlite:///{path}")))
    settings = config.Config()
    settings.set_main_option("script_location", migrations.__path__[0])
    with migrated.transaction() as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return migrated


def _read_definitions(opened: database.Database) -> tuple[dict[str, set[str]], str | None]:
    """Return the definitions of each table and index, column by column in any order, and the revision."""
    with opened.reading() as connection:
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        parts = {name: {part.strip(" \t\n)") for part in sql.split(",")} for name, sql in found}
        return parts, schema_version.find_revision(connection)


def _list_switches(store: Store) -> list[str]:
    with store.database.reading() as connection:
        return [row.name for row in connection.execute(schema.switches.select().order_by("name"))]


def _hash_files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def _execute_statement(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_missing_database_is_made_and_found_again(url: str) -> None:
    with contextlib.closing(Store.open(url)) as store:
        _insert_switch(store, "a")
    with contextlib.closing(Store.open(url)) as store:
        assert _list_switches(store) == ["a"]


def test_an_empty_file_becomes_a_database(tmp_path: Path, url: str) -> None:
    (tmp_path / "covbot.db").touch()
    with contextlib.closing(Store.open(url)) as store:
        assert _list_switches(store) == []


def test_sqlite_keeps_what_was_written_through_a_power_cut_and_holds_foreign_keys(store: Store) -> None:
    with store.database.reading() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    full, on = 2, 1
    assert settings == ["wal", full, on]


def test_the_migrations_make_exactly_the_tables_of_the_schema(tmp_path: Path) -> None:
    with contextlib.closing(_migrate(tmp_path / "covbot.db")) as migrated, migrated.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.REVISION_TABLE})
        assert autogenerate.compare_metadata(context, schema.metadata) == []


def test_a_new_database_is_what_all_migrations_make_of_an_empty_one(tmp_path: Path, url: str) -> None:
    with contextlib.closing(Store.open(url)) as store:
        made = _read_definitions(store.database)
    with contextlib.closing(_migrate(tmp_path / "migrated.db")) as migrated:
        assert made == _read_definitions(migrated)


def test_the_newest_migration_is_the_revision_of_the_schema() -> None:
    settings = config.Config()
    settings.set_main_option("script_location", migrations.__path__[0])
    revisions = [step.revision for step in script.ScriptDirectory.from_config(settings).walk_revisions()]
    assert revisions[0] == schema.REVISION
    assert revisions == sorted(revisions, reverse=True)


def test_without_create_a_missing_database_is_neither_made_nor_an_error(tmp_path: Path, url: str) -> None:
    with contextlib.closing(Store.open(url, create=False)) as store:
        _insert_switch(store, "a")
        assert _list_switches(store) == ["a"]
    assert list(tmp_path.iterdir()) == []


def test_without_create_an_empty_file_stays_empty(tmp_path: Path, url: str) -> None:
    (tmp_path / "covbot.db").touch()
    with contextlib.closing(Store.open(url, create=False)) as store:
        assert _list_switches(store) == []
    assert (tmp_path / "covbot.db").stat().st_size == 0


def test_a_rollback_leaves_the_file_as_it_was(tmp_path: Path, url: str) -> None:
    with contextlib.closing(Store.open(url)) as store:
        _insert_switch(store, "a")
    before = _hash_files(tmp_path)
    with contextlib.closing(Store.open(url, create=False)) as store:
        with store.rollback():
            for number in range(2000):
                _insert_switch(store, f"{number:09}" * 20)
            with pytest.raises(ZeroDivisionError):
                _insert_and_fail(store.transaction(), store, "b")
            assert "b" not in _list_switches(store)
        assert _list_switches(store) == ["a"]
    assert _hash_files(tmp_path) == before


def test_a_rollback_blocks_no_other_writer(url: str, store: Store) -> None:
    with store.rollback(), contextlib.closing(Store.open(url)) as other:
        _insert_switch(store, "a")
        _insert_switch(other, "b")
    assert _list_switches(store) == ["b"]


def test_a_rollback_block_that_fails_is_undone_too(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _insert_and_fail(store.rollback(), store, "a")
    assert _list_switches(store) == []


def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _insert_and_fail(store.transaction(), store, "a")
    with store.transaction():
        _insert_switch(store, "b")
        with pytest.raises(ZeroDivisionError):
            _insert_and_fail(store.transaction(), store, "c")
    assert _list_switches(store) == ["b"]


def test_an_independent_transaction_is_refused_inside_another(store: Store) -> None:
    with store.database.independent_transaction():
        _insert_switch(store, "a")
    with store.rollback(), pytest.raises(RuntimeError), store.database.independent_transaction():
        pass
    assert _list_switches(store) == ["a"]


def test_a_transaction_belongs_to_its_thread(store: Store) -> None:
    seen: list[list[str]] = []
    with store.transaction():
        _insert_switch(store, "a")
        other = threading.Thread(target=lambda: seen.append(_list_switches(store)))
        other.start()
        other.join()
    assert seen == [[]]


def test_upgrade_makes_an_empty_database_and_then_has_nothing_to_do(url: str) -> None:
    assert database.upgrade(url)
    assert not database.upgrade(url)


def test_a_database_opens_while_another_process_writes_and_gets_its_journal_later(tmp_path: Path, url: str) -> None:
    Store.open(url).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "covbot.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN IMMEDIATE")
        Store.open(url).close()
        other.execute("COMMIT")
    with contextlib.closing(Store.open(url)) as store, store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_processes_that_open_a_new_database_at_once_share_it(url: str) -> None:
    code = """
import sys
from covbot.store.store import Store
store = Store.open(sys.argv[1])
with store.transaction() as connection:
    connection.exec_driver_sql("INSERT INTO switches VALUES (?, '', '')", (sys.argv[2],))
store.close()
"""
    running = [subprocess.Popen([sys.executable, "-c", code, url, name]) for name in "abcd"]
    assert [process.wait() for process in running] == [0, 0, 0, 0]
    with contextlib.closing(Store.open(url)) as store:
        assert _list_switches(store) == ["a", "b", "c", "d"]


FOREIGN = "CREATE TABLE file (id INTEGER)"
NAMELESS = f"CREATE TABLE {schema.REVISION_TABLE} (version_num TEXT)"
OLDER = f"CREATE TABLE {schema.REVISION_TABLE} AS SELECT '0000' AS version_num"
NEWER = f"CREATE TABLE {schema.REVISION_TABLE} AS SELECT '9999' AS version_num"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (FOREIGN, "is not a database of covbot's"),
        (NAMELESS, "is not a database of covbot's"),
        (OLDER, "run `covbot db upgrade`"),
        (NEWER, "newer covbot"),
    ],
)
def test_another_database_is_refused_in_one_line_and_left_as_it_is(
    tmp_path: Path, url: str, statement: str, expected: str
) -> None:
    _execute_statement(tmp_path / "covbot.db", statement)
    before = _hash_files(tmp_path)
    for create in (True, False):
        with pytest.raises(CannotUseStore, match=expected) as caught:
            Store.open(url, create=create)
        assert "\n" not in str(caught.value)
    assert _hash_files(tmp_path) == before


@pytest.mark.parametrize("statement", [FOREIGN, NAMELESS, NEWER])
def test_upgrade_refuses_what_is_not_covbots_or_newer(tmp_path: Path, url: str, statement: str) -> None:
    _execute_statement(tmp_path / "covbot.db", statement)
    with pytest.raises(CannotUseStore):
        database.upgrade(url)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, url: str) -> None:
    (tmp_path / "covbot.db").write_text("a report, perhaps\n" * 100, encoding="utf-8")
    before = _hash_files(tmp_path)
    with pytest.raises(CannotUseStore, match="file is not a database"):
        Store.open(url)
    assert _hash_files(tmp_path) == before


@pytest.mark.parametrize(
    "url",
    [
        "covbot.db",
        "mysql://covbot:secret@host/covbot",
        "sqlite:///covbot\0.db",
        "postgresql+nodriver://covbot:secret@host/covbot",
        "sqlite:////nowhere/at/all/covbot.db",
        f"sqlite:////{'x' * 300}/covbot.db",
    ],
)
def test_a_store_that_cannot_be_opened_is_reported_in_one_line_without_its_password(url: str) -> None:
    with pytest.raises(CannotUseStore) as caught:
        Store.open(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_obstacle_to_a_missing_database_is_reported_without_create_too(tmp_path: Path) -> None:
    with pytest.raises(CannotUseStore, match="unable to open"):
        Store.open(f"sqlite:///{tmp_path}/{'x' * 300}", create=False)


def test_a_database_of_a_server_is_never_missing() -> None:
    assert not engines.lacks_file(engines.parse_url("postgresql+psycopg://host/covbot"))


def test_a_fault_in_a_statement_is_not_blamed_on_the_store(store: Store) -> None:
    _insert_switch(store, "a")
    with pytest.raises(exc.IntegrityError):
        _insert_switch(store, "a")
