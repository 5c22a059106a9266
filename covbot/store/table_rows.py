"""Rows of a table by their keys: read all at once, and written where they differ."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy

from covbot.store import codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

Rows: TypeAlias = dict[tuple[Any, ...], tuple[Any, ...]]
"""The rows of one project: the key of each within it, and the rest of its columns."""

_VALUES_PER_QUERY = 500
"""How many values a query contains, below the smallest limit of any database."""


def select_pairs(
    connection: Connection,
    columns: tuple[Column[Any], Column[Any]],
    values: Iterable[object],
    *where: ColumnElement[bool],
) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of columns, of the rows where the first of them has one of the values, however many."""
    first, second = columns
    remaining = iter(values)
    while batch := list(itertools.islice(remaining, _VALUES_PER_QUERY)):
        for row in connection.execute(sqlalchemy.select(first, second).where(first.in_(batch), *where)):
            yield tuple(row)


def read_rows(connection: Connection, table: Table, project: str) -> Rows:
    """Return all rows of a project in a table whose first key is the project."""
    query, count = _make_query(table)
    rows = connection.execute(query, {"wanted": project}).all()
    check_types([*itertools.chain(*_split_columns(table))], rows)
    return {tuple(row[:count]): tuple(row[count:]) for row in rows}


def check_types(columns: Sequence[Column[Any]], rows: Iterable[Sequence[object]]) -> None:
    """Raise CannotUseStore if a value is not of its column's type: SQLite keeps any, and a damaged file has any."""
    kinds = [(column.type.python_type, type(None)) for column in columns]
    for row in rows:
        if not all(map(isinstance, row, kinds)):
            raise codec.make_damage_error(f"a row of {columns[0].table.name} cannot be read")


@functools.cache
def _make_query(table: Table) -> tuple[Select[Any], int]:
    """Return the query for all rows of one project, made once for each table, and how many of its columns are keys."""
    keys, rest = _split_columns(table)
    return sqlalchemy.select(*keys, *rest).where(table.c.project == sqlalchemy.bindparam("wanted")), len(keys)


def put_rows(connection: Connection, table: Table, project: str, wanted: Rows) -> None:
    """Write the rows that are missing or differ; those of other keys stay."""
    _write_rows(connection, table, project, read_rows(connection, table, project), wanted)


def replace_rows(connection: Connection, table: Table, project: str, wanted: Rows) -> None:
    """Make these the rows of a project, writing only those that differ."""
    stored = read_rows(connection, table, project)
    remove_rows(connection, table, project, (key for key in stored if key not in wanted))
    _write_rows(connection, table, project, stored, wanted)


def remove_rows(connection: Connection, table: Table, project: str, keys: Iterable[tuple[Any, ...]]) -> None:
    """Delete the rows with these keys."""
    removed = [_bind_keys(table, project, key) for key in keys]
    if removed:
        connection.execute(table.delete().where(*_match_keys(table)), removed)


def _write_rows(connection: Connection, table: Table, project: str, stored: Rows, wanted: Rows) -> None:
    names = [column.name for column in _split_columns(table)[1]]
    new = [{"project": project} | _make_values(table, key, rest) for key, rest in wanted.items() if key not in stored]
    changed = [
        _bind_keys(table, project, key) | dict(zip(names, rest, strict=True))
        for key, rest in wanted.items()
        if key in stored and stored[key] != rest
    ]
    if new:
        connection.execute(table.insert(), new)
    if changed:
        connection.execute(table.update().where(*_match_keys(table)), changed)


def _split_columns(table: Table) -> tuple[list[Column[Any]], list[Column[Any]]]:
    keys = [column for column in table.primary_key.columns if column.name != "project"]
    return keys, [column for column in table.columns if not column.primary_key]


def _make_values(table: Table, key: tuple[Any, ...], rest: tuple[Any, ...]) -> dict[str, Any]:
    keys, others = _split_columns(table)
    return dict(zip((column.name for column in (*keys, *others)), (*key, *rest), strict=True))


def _match_keys(table: Table) -> list[ColumnElement[bool]]:
    return [column == sqlalchemy.bindparam(f"key_{column.name}") for column in table.primary_key.columns]


def _bind_keys(table: Table, project: str, key: tuple[Any, ...]) -> dict[str, Any]:
    """Return the parameters of `_match_keys`; prefixed, since a plain name would be the new value of the column."""
    names = [column.name for column in _split_columns(table)[0]]
    return {"key_project": project} | {f"key_{name}": value for name, value in zip(names, key, strict=True)}
