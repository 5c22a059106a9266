"""The bugs of the local tracker in the database: `LocalBug`, its comments and its activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import sqlalchemy
from attrs import frozen

from covbot.core.bugs.statuses import Status
from covbot.store import codec, schema, table_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import RowMapping

    from covbot.store.database import Database

_BUGS, _COMMENTS, _CHANGES = schema.local_bugs, schema.local_comments, schema.local_changes
_HIGHEST_NUMBER = 2**31 - 1  # the greatest value of an integer column


@frozen(kw_only=True)
class LocalBug:
    """One bug; `number` is 0 until it is inserted."""

    number: int = 0
    project: str
    reporter: str
    status: Status = Status.NEW
    title: str
    description: str
    tags: tuple[str, ...] = ()
    assignee: str | None = None
    duplicate_of: int | None = None
    on_project: bool = True
    private: bool = False
    created_at: datetime
    updated_at: datetime


@frozen(kw_only=True)
class LocalComment:
    """One comment on a bug."""

    author: str
    at: datetime
    text: str


@frozen(kw_only=True)
class LocalChange:
    """One entry of a bug's activity: who changed what, from and to."""

    who: str
    at: datetime
    what: str
    before: str
    after: str


@frozen(kw_only=True)
class LocalBugs:
    """The local tracker's tables; each write is a transaction of its own, never a part of another, as on a server."""

    database: Database

    def bugs(self, project: str) -> list[LocalBug]:
        """Return the bugs of a project by number."""
        query = sqlalchemy.select(_BUGS).where(_BUGS.c.project == project).order_by(_BUGS.c.number)
        with self.database.reading() as connection:
            return [_read_bug(row) for row in connection.execute(query).mappings()]

    def bug(self, project: str, number: int) -> LocalBug | None:
        """Return one bug of a project, None if it has none of this number."""
        if number > _HIGHEST_NUMBER:
            return None
        query = sqlalchemy.select(_BUGS).where(_BUGS.c.project == project, _BUGS.c.number == number)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _read_bug(row)

    def comments(self, number: int) -> list[LocalComment]:
        """Return the comments on a bug, oldest first."""
        table = _COMMENTS.c
        query = sqlalchemy.select(table.author, table.at, table.text).where(table.bug == number).order_by(table.id)
        with self.database.reading() as connection:
            found = connection.execute(query).all()
        return [LocalComment(author=author, at=codec.read_moment(at), text=text) for author, at, text in found]

    def changes(self, number: int) -> list[LocalChange]:
        """Return the activity on a bug, oldest first."""
        query = sqlalchemy.select(_CHANGES).where(_CHANGES.c.bug == number).order_by(_CHANGES.c.id)
        with self.database.reading() as connection:
            return [_read_change(row) for row in connection.execute(query).mappings()]

    def last_changes(self, project: str, what: str, who: str | None = None) -> dict[int, LocalChange]:
        """Return the last change of one field of each bug of a project that had any, or one by `who`, by number."""
        query = sqlalchemy.select(_CHANGES).join(_BUGS, _BUGS.c.number == _CHANGES.c.bug).order_by(_CHANGES.c.id)
        query = query.where(_BUGS.c.project == project, _CHANGES.c.what == what)
        query = query if who is None else query.where(_CHANGES.c.who == who)
        with self.database.reading() as connection:
            return {row["bug"]: _read_change(row) for row in connection.execute(query).mappings()}

    def insert(self, bug: LocalBug) -> int:
        """Insert a new bug and return its number."""
        values = _write_bug(bug)
        with self.database.independent_transaction() as connection:
            number: int = connection.execute(_BUGS.insert().values(values).returning(_BUGS.c.number)).scalar_one()
        return number

    def comment(self, number: int, comment: LocalComment) -> None:
        """Add a comment to an existing bug."""
        at = codec.write_moment(comment.at)
        with self.database.independent_transaction() as connection:
            connection.execute(_COMMENTS.insert().values(bug=number, author=comment.author, at=at, text=comment.text))
            connection.execute(_BUGS.update().where(_BUGS.c.number == number).values(updated_at=at))

    def change(self, number: int, edit: Callable[[LocalBug], LocalBug], *, who: str, at: datetime) -> None:
        """Edit an existing bug in its present state, and record each difference; without any, nothing is written.

        An exception of `edit` is passed on, and nothing is written either.
        """
        with self.database.independent_transaction() as connection:
            query = sqlalchemy.select(_BUGS).where(_BUGS.c.number == number)
            before = _read_bug(connection.execute(query).mappings().one())
            old, new = _write_bug(before), _write_bug(edit(before))
            changes = [
                {"what": name, "before": _format_value(old[name]), "after": _format_value(new[name])}
                for name in old
                if old[name] != new[name]
            ]
            if changes:
                origin = {"bug": number, "who": who, "at": codec.write_moment(at)}
                connection.execute(_CHANGES.insert(), [origin | change for change in changes])
                values = new | {"updated_at": origin["at"]}
                connection.execute(_BUGS.update().where(_BUGS.c.number == number).values(values))

    def move(self, numbers: Iterable[int], project: str) -> None:
        """Move bugs with all that belongs to them into another project."""
        with self.database.transaction() as connection:
            for number in numbers:
                connection.execute(_BUGS.update().where(_BUGS.c.number == number).values(project=project))


def _write_bug(bug: LocalBug) -> dict[str, object]:
    values = attrs.asdict(bug, filter=lambda field, _: field.name != "number")
    return values | {
        "status": bug.status.value,
        "tags": " ".join(bug.tags),
        "created_at": codec.write_moment(bug.created_at),
        "updated_at": codec.write_moment(bug.updated_at),
    }


@codec.reads("a bug")
def _read_bug(row: RowMapping) -> LocalBug:
    table_rows.check_types(list(_BUGS.columns), [[row[column.name] for column in _BUGS.columns]])
    return LocalBug(
        number=row["number"],
        project=row["project"],
        reporter=row["reporter"],
        status=Status(row["status"]),
        title=row["title"],
        description=row["description"],
        tags=tuple(row["tags"].split()),
        assignee=row["assignee"],
        duplicate_of=row["duplicate_of"],
        on_project=row["on_project"],
        private=row["private"],
        created_at=codec.read_moment(row["created_at"]),
        updated_at=codec.read_moment(row["updated_at"]),
    )


def _read_change(row: RowMapping) -> LocalChange:
    return LocalChange(
        who=row["who"], at=codec.read_moment(row["at"]), what=row["what"], before=row["before"], after=row["after"]
    )


def _format_value(value: object) -> str:
    return "" if value is None else str(value)
