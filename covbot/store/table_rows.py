"""Rows of a table by their keys: read at once, and written where they differ."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Column, ColumnElement, Connection, Table

Rows: TypeAlias = dict[tuple[Any, ...], tuple[Any, ...]]
"""The rows of one project: what identifies each within it, and the rest of its columns."""

_AT_ONCE = 500
"""How many values a query names, below the least limit of any database."""


def select_pairs(
    connection: Connection,
    columns: tuple[Column[Any], Column[Any]],
    values: Iterable[object],
    *where: ColumnElement[bool],
) -> Iterator[tuple[Any, Any]]:
    """Pairs of columns, of the rows where the first of them has one of the values, however many."""
    first, second = columns
    remaining = iter(values)
    while some := list(itertools.islice(remaining, _AT_ONCE)):
        for row in connection.execute(sqlalchemy.select(first, second).where(first.in_(some), *where)):
            yield tuple(row)


def read_rows(connection: Connection, table: Table, project: str) -> Rows:
    """All rows of a project in a table whose first key is the project."""
    keys, rest = _columns(table)
    query = sqlalchemy.select(*keys, *rest).where(table.c.project == project)
    return {tuple(row[: len(keys)]): tuple(row[len(keys) :]) for row in connection.execute(query)}


def put_rows(connection: Connection, table: Table, project: str, wanted: Rows) -> None:
    """Write the rows that are not there, or differ; those of other keys stay."""
    _write(connection, table, project, read_rows(connection, table, project), wanted)


def replace_rows(connection: Connection, table: Table, project: str, wanted: Rows) -> None:
    """Make these the rows of a project, touching only those that differ."""
    there = read_rows(connection, table, project)
    gone = [_name(table, project, key) for key in there if key not in wanted]
    if gone:
        connection.execute(table.delete().where(*_keyed(table)), gone)
    _write(connection, table, project, there, wanted)


def _write(connection: Connection, table: Table, project: str, there: Rows, wanted: Rows) -> None:
    names = [column.name for column in _columns(table)[1]]
    new = [{"project": project} | _pair(table, key, rest) for key, rest in wanted.items() if key not in there]
    changed = [
        _name(table, project, key) | dict(zip(names, rest, strict=True))
        for key, rest in wanted.items()
        if key in there and there[key] != rest
    ]
    if new:
        connection.execute(table.insert(), new)
    if changed:
        connection.execute(table.update().where(*_keyed(table)), changed)


def _columns(table: Table) -> tuple[list[Column[Any]], list[Column[Any]]]:
    keys = [column for column in table.primary_key.columns if column.name != "project"]
    return keys, [column for column in table.columns if not column.primary_key]


def _pair(table: Table, key: tuple[Any, ...], rest: tuple[Any, ...]) -> dict[str, Any]:
    keys, others = _columns(table)
    return dict(zip((column.name for column in (*keys, *others)), (*key, *rest), strict=True))


def _keyed(table: Table) -> list[ColumnElement[bool]]:
    return [column == sqlalchemy.bindparam(f"key_{column.name}") for column in table.primary_key.columns]


def _name(table: Table, project: str, key: tuple[Any, ...]) -> dict[str, Any]:
    """What `_keyed` asks for; prefixed, since a plain name would be the new value of the column."""
    names = [column.name for column in _columns(table)[0]]
    return {"key_project": project} | {f"key_{name}": value for name, value in zip(names, key, strict=True)}
