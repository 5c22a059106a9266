"""The last listing of a tracker: `BugCache` keeps the bugs of each project, so that only changes are requested."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import sqlalchemy
from attrs import frozen

from covbot.core.bugs.bug import Bug
from covbot.store import codec, documents, schema, table_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from covbot.store.database import Database

_LISTINGS, _BUGS = schema.listings, schema.listed_bugs


@frozen(kw_only=True)
class BugCache:
    """The last listings in a database, at most one for each project."""

    database: Database

    def load(self, project: str, tracker: str) -> tuple[datetime | None, dict[int, Bug]]:
        """Return when the last listing of the tracker at an address began, by its clock, and its bugs by number.

        It is None, with no bugs, if there was none, or if the last one was of another tracker.
        """
        with self.database.reading() as connection:
            at = _read_start(connection, project, tracker)
            found = table_rows.read_rows(connection, _BUGS, project) if at is not None else {}
        if at is None:
            return None, {}
        bugs = {number: documents.read_document(document, Bug) for (number,), (document,) in sorted(found.items())}
        return codec.read_moment(at), bugs

    def find(self, project: str, tracker: str, number: int) -> Bug | None:
        """Return one bug as the last listing of the tracker at an address showed it, None if it is not known."""
        query = sqlalchemy.select(_BUGS.c.document).where(_BUGS.c.project == project, _BUGS.c.number == number)
        with self.database.reading() as connection:
            document = connection.scalar(query) if _read_start(connection, project, tracker) is not None else None
        return documents.read_document(document, Bug) if document is not None else None

    def save(self, project: str, tracker: str, at: datetime, bugs: Mapping[int, Bug]) -> None:
        """Make this the last listing of a project, of the tracker at an address, writing only what differs."""
        documented = {(number,): (_write_bug(bug),) for number, bug in bugs.items()}
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _LISTINGS, project, {(): (codec.write_moment(at), tracker)})
            table_rows.replace_rows(connection, _BUGS, project, documented)

    def update(self, project: str, bug: Bug) -> None:
        """Save the present state of one bug."""
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _BUGS, project, {(bug.number,): (_write_bug(bug),)})

    def forget(self, project: str, number: int) -> None:
        """Delete one bug."""
        with self.database.transaction() as connection:
            table_rows.remove_rows(connection, _BUGS, project, [(number,)])


def _read_start(connection: Connection, project: str, tracker: str) -> str | None:
    """Return when the last listing began, None if there was none of the tracker at this address."""
    at, address = table_rows.read_rows(connection, _LISTINGS, project).get((), (None, ""))
    return at if address in {"", tracker} else None


def _write_bug(bug: Bug) -> str:
    """Return the document of a bug as listings show it: without its comments."""
    return documents.write_document(attrs.evolve(bug, comments=()))
