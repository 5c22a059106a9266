"""The schema revision of a database, and its upgrade to the newest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy

from covbot.errors import CannotUseStore
from covbot.store import codec, schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

_REVISIONS = sqlalchemy.Table(
    schema.REVISION_TABLE,
    sqlalchemy.MetaData(),
    sqlalchemy.Column("version_num", sqlalchemy.String(32), nullable=False),
    sqlalchemy.PrimaryKeyConstraint("version_num", name=f"{schema.REVISION_TABLE}_pkc"),
)
"""The table of the revision, as Alembic makes it."""

_REVISION = re.compile(r"[0-9]{4}(_[a-z_]+)?")

UNKNOWN_REVISION = ""
"""The revision of a database that has tables, but not covbot's."""


def find_revision(connection: Connection) -> str | None:
    """Return the revision of a database: None if it has no tables at all, `UNKNOWN_REVISION` if it is not covbot's."""
    names = sqlalchemy.inspect(connection).get_table_names()
    if schema.REVISION_TABLE not in names:
        return UNKNOWN_REVISION if names else None
    found = connection.scalar(sqlalchemy.select(_REVISIONS.c.version_num)) or UNKNOWN_REVISION
    if found != UNKNOWN_REVISION and not _REVISION.fullmatch(str(found)):
        raise codec.make_damage_error("its schema's revision cannot be read")
    return found


def check_revision(found: str, name: str) -> None:
    """Raise CannotUseStore unless the revision is the newest."""
    _refuse_revision(found, name)
    if found < schema.REVISION:
        raise CannotUseStore(f"the store {name} has an older schema ({found}): run `covbot db upgrade`")


def upgrade_schema(connection: Connection, name: str) -> bool:
    """Upgrade an empty or older database to the newest revision; return whether there was anything to do.

    Raise CannotUseStore if it is not covbot's, or newer.
    """
    found = find_revision(connection)
    if found == schema.REVISION:
        return False
    if found is None:
        _create_tables(connection)
    else:
        _refuse_revision(found, name)
        _run_migrations(connection)
    return True


def _refuse_revision(found: str, name: str) -> None:
    if found == UNKNOWN_REVISION:
        raise CannotUseStore(f"the store {name} is not a database of covbot's: fix `store` in the settings")
    if found > schema.REVISION:
        raise CannotUseStore(f"the store {name} was made by a newer covbot (schema {found}): update covbot")


def _create_tables(connection: Connection) -> None:
    """Create the tables of the newest revision, as all migrations in turn would, without the time to load Alembic."""
    schema.metadata.create_all(connection)
    _REVISIONS.create(connection)
    connection.execute(_REVISIONS.insert().values(version_num=schema.REVISION))


def _run_migrations(connection: Connection) -> None:
    from alembic import command, config  # noqa: PLC0415 -- slow to import, and needed for older databases alone

    settings = config.Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
