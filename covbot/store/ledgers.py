"""The last known state of a project: `Ledgers` loads and saves its gaps, its tasks, and the records of their bugs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import sqlalchemy
from attrs import frozen

from covbot.core.bugs.record import BugRecord
from covbot.core.ledger.ledger import Ledger
from covbot.core.project import Identity
from covbot.core.tasks.gap import Gap
from covbot.core.tasks.task import Entry
from covbot.store import codec, documents, schema, table_rows

if TYPE_CHECKING:
    from covbot.store.database import Database

_LEDGERS, _GAPS, _TASKS, _BUGS = schema.ledgers, schema.gaps, schema.tasks, schema.bugs
_IDENTITIES = schema.identities


@frozen(kw_only=True)
class Ledgers:
    """The ledgers in a database, one for each project."""

    database: Database

    def load(self, project: str) -> Ledger:
        """Return the ledger of a project: empty if none was saved."""
        with self.database.reading() as connection:
            as_of, flips_document = table_rows.read_rows(connection, _LEDGERS, project).get((), (None, None))
            gaps = [
                documents.read_document(document, Gap)
                for (document,) in table_rows.read_rows(connection, _GAPS, project).values()
            ]
            tasks = table_rows.read_rows(connection, _TASKS, project)
            bugs = table_rows.read_rows(connection, _BUGS, project)
        flips, recent = documents.read_flips(flips_document) if flips_document else ({}, ())
        return Ledger(
            as_of=as_of,
            flips=flips,
            recent=recent,
            gaps={(gap.path, gap.region): gap for gap in gaps},
            entries={
                key: _read_entry(document, bugs.get((key, current))) for (key,), (current, document) in tasks.items()
            },
        )

    def save(self, project: str, ledger: Ledger) -> None:
        """Make this the ledger of a project, writing only what differs; the records of older bugs are kept."""
        gaps = {_write_gap_key(gap_key): (documents.write_document(gap),) for gap_key, gap in ledger.gaps.items()}
        tasks = {(key,): _write_task(entry) for key, entry in ledger.entries.items()}
        bugs = {
            (key, entry.record.generation): (documents.write_document(entry.record),)
            for key, entry in ledger.entries.items()
            if entry.record
        }
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _LEDGERS, project, {(): (ledger.as_of, documents.write_flips(ledger))})
            table_rows.replace_rows(connection, _GAPS, project, gaps)
            table_rows.replace_rows(connection, _TASKS, project, tasks)
            table_rows.put_rows(connection, _BUGS, project, bugs)

    def load_record(self, project: str, key: str) -> BugRecord | None:
        """Return the record of the newest bug of a task; None if it never had one."""
        query = sqlalchemy.select(_BUGS.c.document).where(_BUGS.c.project == project, _BUGS.c.key == key)
        with self.database.reading() as connection:
            document = connection.scalar(query.order_by(_BUGS.c.generation.desc()).limit(1))
        return None if document is None else documents.read_document(document, BugRecord)

    def find_bug_numbers(self, tracker: str) -> frozenset[int]:
        """Return the numbers of all bugs, of any project, that are recorded as bugs of the tracker at an address."""
        with self.database.reading() as connection:
            found = connection.scalars(sqlalchemy.select(_BUGS.c.document))
            records = [documents.read_document(document, BugRecord) for document in found]
        return frozenset(record.bug for record in records if record.tracker in {"", tracker})

    def forget_records(self, project: str) -> None:
        """Delete the records of all bugs of a project: they are those of a tracker that is no longer used."""
        with self.database.transaction() as connection:
            connection.execute(_BUGS.delete().where(_BUGS.c.project == project))

    def save_record(self, project: str, key: str, record: BugRecord) -> None:
        """Save the record of the newest bug of a task; those of older ones are kept."""
        with self.database.transaction() as connection:
            table_rows.put_rows(
                connection, _BUGS, project, {(key, record.generation): (documents.write_document(record),)}
            )
            task = _TASKS.update().where(_TASKS.c.project == project, _TASKS.c.key == key)
            connection.execute(task.values(generation=record.generation))


@frozen(kw_only=True)
class Identities:
    """The identity of each project in a database: the names in the settings with which its ledger was saved."""

    database: Database

    def load(self, project: str) -> Identity | None:
        """Return the identity of a project; None if none was saved, as in stores of earlier versions."""
        with self.database.reading() as connection:
            found = table_rows.read_rows(connection, _IDENTITIES, project).get(())
        return documents.read_document(found[0], Identity) if found else None

    def load_all(self) -> dict[str, Identity]:
        """Return the identities of all projects, by name."""
        query = sqlalchemy.select(_IDENTITIES.c.project, _IDENTITIES.c.document).order_by(_IDENTITIES.c.project)
        with self.database.reading() as connection:
            return {name: documents.read_document(text, Identity) for name, text in connection.execute(query)}

    def rename(self, old: str, new: str) -> None:
        """Give everything that is stored of a project to another name, under which nothing is stored."""
        with self.database.transaction() as connection:
            for table in schema.metadata.sorted_tables:
                if "project" in table.c and table not in {schema.leases, schema.local_bugs}:
                    connection.execute(table.update().where(table.c.project == old).values(project=new))

    def save(self, project: str, identity: Identity) -> None:
        """Save the identity of a project."""
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _IDENTITIES, project, {(): (documents.write_document(identity),)})


def _write_gap_key(gap_key: tuple[str, str]) -> tuple[str, str]:
    path, region = gap_key
    return codec.write_text(path), codec.write_text(region)


def _write_task(entry: Entry) -> tuple[int | None, str]:
    current = entry.record.generation if entry.record else None
    return current, documents.write_document(attrs.evolve(entry, record=None))


def _read_entry(document: str, bug: tuple[str] | None) -> Entry:
    record = None if bug is None else documents.read_document(bug[0], BugRecord)
    return attrs.evolve(documents.read_document(document, Entry), record=record)
