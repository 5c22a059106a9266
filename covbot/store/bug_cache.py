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

    from covbot.ports import Listing
    from covbot.store.database import Database

_LISTINGS, _BUGS = schema.listings, schema.listed_bugs


@frozen(kw_only=True)
class BugCache:
    """The last listings in a database, at most one for each project."""

    database: Database

    def load(self, project: str, tracker: str) -> tuple[datetime | None, dict[int, Bug], int]:
        """Return when the last listing of the tracker at an address began, by its clock, and its bugs by number.

        The third is how many more bugs were hidden. The time is None, with no bugs, if there was no listing, or if the
        last one was of another tracker.
        """
        with self.database.reading() as connection:
            at, hidden = _read_listing(connection, project, tracker)
            found = table_rows.read_rows(connection, _BUGS, project) if at is not None else {}
        if at is None:
            return None, {}, 0
        bugs = {number: documents.read_document(document, Bug) for (number,), (document,) in sorted(found.items())}
        return codec.read_moment(at), bugs, hidden

    def find(self, project: str, tracker: str, number: int) -> Bug | None:
        """Return one bug as the last listing of the tracker at an address showed it, None if it is not known."""
        query = sqlalchemy.select(_BUGS.c.document).where(_BUGS.c.project == project, _BUGS.c.number == number)
        with self.database.reading() as connection:
            document = connection.scalar(query) if _read_listing(connection, project, tracker)[0] is not None else None
        return documents.read_document(document, Bug) if document is not None else None

    def save(self, project: str, tracker: str, listing: Listing, bugs: Mapping[int, Bug]) -> None:
        """Make this the last listing of a project, of the tracker at an address, writing only what differs.

        `bugs` are all that the tracker shows since then.
        """
        documented = {(number,): (_write_bug(bug),) for number, bug in bugs.items()}
        with self.database.transaction() as connection:
            table_rows.put_rows(
                connection, _LISTINGS, project, {(): (codec.write_moment(listing.at), tracker, listing.hidden)}
            )
            table_rows.replace_rows(connection, _BUGS, project, documented)

    def update(self, project: str, bug: Bug) -> None:
        """Save the present state of one bug."""
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _BUGS, project, {(bug.number,): (_write_bug(bug),)})

    def forget(self, project: str, number: int) -> None:
        """Delete one bug."""
        with self.database.transaction() as connection:
            table_rows.remove_rows(connection, _BUGS, project, [(number,)])


def _read_listing(connection: Connection, project: str, tracker: str) -> tuple[str | None, int]:
    """Return when the last listing of the tracker at this address began, None without one, and what it hid."""
    at, address, hidden = table_rows.read_rows(connection, _LISTINGS, project).get((), (None, "", 0))
    return (at, hidden) if address in {"", tracker} else (None, 0)


def _write_bug(bug: Bug) -> str:
    """Return the document of a bug as listings show it: without its comments."""
    return documents.write_document(attrs.evolve(bug, comments=()))
