"""The builds that were seen, with their reports: `Snapshots`, listed without the coverage of their files."""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING

import attrs
import sqlalchemy
from attrs import frozen

from covbot.core.builds.build import StoredSnapshot
from covbot.core.coverage import FileCoverage, Report
from covbot.store import codec, documents, schema, table_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from covbot.core.builds.build import Build, Snapshot
    from covbot.errors import CannotUseStore
    from covbot.store.database import Database

LONGEST_DOUBT = 100
"""The number of suspect builds in a row, the newest ones, that may be read again."""

_SNAPSHOTS, _FILES, _ACCEPTANCES = schema.snapshots, schema.file_coverages, schema.acceptances


@frozen(kw_only=True)
class Snapshots:
    """The snapshots in a database."""

    database: Database

    def record(self, project: str, snapshot: Snapshot, at: datetime) -> int:
        """Keep a snapshot and give its id: that of the one kept before, as it was, if the build is known already.

        A suspect one that nobody accepted gives way to the new one, for which the build was read again.
        """
        with self.database.transaction() as connection:
            known = _find(connection, project, snapshot.build)
            if known is not None:
                [before] = _read_rows(connection, _SNAPSHOTS.c.id == known)
                if before.usable:
                    return known
                connection.execute(_SNAPSHOTS.delete().where(_SNAPSHOTS.c.id == known))
            return _insert(connection, project, snapshot, at)

    def known(self, project: str, job: str) -> set[tuple[int, datetime]]:
        """Number and start of every build of a job that was recorded."""
        table = _SNAPSHOTS.c
        query = sqlalchemy.select(table.number, table.started_at).where(table.project == project, table.job == job)
        with self.database.reading() as connection:
            return {(number, codec.read_moment(start)) for number, start in connection.execute(query)}

    def list_all(self, project: str) -> list[StoredSnapshot]:
        """Every snapshot of a project in the order of recording."""
        with self.database.reading() as connection:
            return _read_rows(connection, _SNAPSHOTS.c.project == project)

    def list_since_trusted(self, project: str) -> list[StoredSnapshot]:
        """Return the suspect snapshots recorded after the last one that may change anything, the last one first.

        There are at most LONGEST_DOUBT of them.
        """
        newest = _SNAPSHOTS.c.id.desc()
        with self.database.reading() as connection:
            found = _read_rows(connection, _SNAPSHOTS.c.project == project, order=newest, limit=LONGEST_DOUBT)
        return list(itertools.takewhile(lambda snapshot: not snapshot.usable, found))

    def get(self, snapshot: int) -> StoredSnapshot:
        """One snapshot by its id; CannotUseStore if it is missing."""
        with self.database.reading() as connection:
            found = _read_rows(connection, _SNAPSHOTS.c.id == snapshot)
        if not found:
            raise _make_missing_error(snapshot)
        return found[0]

    def report(self, snapshot: int) -> Report:
        """The whole report of a snapshot; CannotUseStore if it is missing."""
        measured = self.get(snapshot).measurement
        with self.database.reading() as connection:
            manifest = _read_manifest(connection, snapshot)
            bodies = dict(table_rows.select_pairs(connection, (_FILES.c.id, _FILES.c.body), manifest.values()))
        files = {number: codec.read_file(codec.decompress(body)) for number, body in bodies.items()}
        return Report(
            files=_choose_files(manifest, files),
            writer=measured.writer,
            sources=measured.sources,
            written_at=measured.written_at,
            problems=measured.problems,
            mismatches=measured.mismatches,
        )

    def file(self, snapshot: int, path: str) -> FileCoverage | None:
        """One file of a snapshot, None if its report does not speak of it; CannotUseStore if it is missing."""
        with self.database.reading() as connection:
            number = _read_manifest(connection, snapshot).get(path)
            if number is None:
                return None
            body = connection.scalar(sqlalchemy.select(_FILES.c.body).where(_FILES.c.id == number))
        return codec.read_file(codec.decompress(body or b""))

    def accept(self, snapshot: int, why: str, at: datetime) -> None:
        """A person trusts a snapshot from now on; CannotUseStore if it is missing."""
        self.get(snapshot)
        with self.database.transaction() as connection:
            connection.execute(_ACCEPTANCES.delete().where(_ACCEPTANCES.c.snapshot == snapshot))
            words = codec.write_text(why)
            connection.execute(_ACCEPTANCES.insert().values(snapshot=snapshot, why=words, at=codec.write_moment(at)))

    def rename_job(self, project: str, old: str, new: str) -> None:
        """Give the builds of a job to another name of it; those that have the new name already stay twice."""
        table = _SNAPSHOTS.alias()
        twice = sqlalchemy.exists().where(
            table.c.project == project,
            table.c.job == new,
            table.c.number == _SNAPSHOTS.c.number,
            table.c.started_at == _SNAPSHOTS.c.started_at,
        )
        chosen = (_SNAPSHOTS.c.project == project) & (_SNAPSHOTS.c.job == old) & ~twice
        with self.database.transaction() as connection:
            connection.execute(_SNAPSHOTS.update().where(chosen).values(job=new))

    def rename_paths(self, project: str, paths: Mapping[str, str]) -> None:
        """Call files by other paths in all snapshots of a project."""
        with self.database.transaction() as connection:
            query = sqlalchemy.select(_SNAPSHOTS.c.id).where(_SNAPSHOTS.c.project == project)
            for snapshot in connection.scalars(query).all():
                manifest = {paths.get(path, path): row for path, row in _read_manifest(connection, snapshot).items()}
                values = {"manifest": codec.write_manifest(manifest)}
                connection.execute(_SNAPSHOTS.update().where(_SNAPSHOTS.c.id == snapshot).values(values))

    def set_commit(self, snapshot: int, commit: str | None) -> None:
        """Record by which commit of the repository a snapshot is placed; CannotUseStore if it is missing."""
        stored = self.get(snapshot)
        measurement = attrs.evolve(stored.measurement, commit=commit)
        document = documents.write_snapshot(attrs.evolve(stored, measurement=measurement))
        with self.database.transaction() as connection:
            connection.execute(_SNAPSHOTS.update().where(_SNAPSHOTS.c.id == snapshot).values(document=document))


def _find(connection: Connection, project: str, build: Build) -> int | None:
    query = sqlalchemy.select(_SNAPSHOTS.c.id).where(
        _SNAPSHOTS.c.project == project,
        _SNAPSHOTS.c.job == build.job,
        _SNAPSHOTS.c.number == build.number,
        _SNAPSHOTS.c.started_at == codec.write_moment(build.started_at),
    )
    return connection.scalar(query)


def _insert(connection: Connection, project: str, snapshot: Snapshot, at: datetime) -> int:
    build = snapshot.build
    values = {
        "project": project,
        "job": build.job,
        "number": build.number,
        "started_at": codec.write_moment(build.started_at),
        "recorded_at": codec.write_moment(at),
        "document": documents.write_snapshot(snapshot),
        "manifest": codec.write_manifest(_insert_files(connection, project, snapshot.report.files)),
    }
    number: int = connection.execute(_SNAPSHOTS.insert().values(values).returning(_SNAPSHOTS.c.id)).scalar_one()
    return number


def _insert_files(connection: Connection, project: str, files: Mapping[str, FileCoverage]) -> dict[str, int]:
    bodies: dict[bytes, bytes] = {}
    digests: dict[str, bytes] = {}
    for path in sorted(files):
        body = codec.write_file(files[path])
        digests[path] = hashlib.sha256(body).digest()
        bodies[digests[path]] = body
    known = _find_files(connection, project, bodies)
    new = [
        {"project": project, "digest": digest, "body": codec.compress(body)}
        for digest, body in bodies.items()
        if digest not in known
    ]
    if new:
        connection.execute(_FILES.insert(), new)
        known = _find_files(connection, project, bodies)
    return {path: known[digest] for path, digest in digests.items()}


def _find_files(connection: Connection, project: str, digests: Iterable[bytes]) -> dict[bytes, int]:
    columns = (_FILES.c.digest, _FILES.c.id)
    return dict(table_rows.select_pairs(connection, columns, digests, _FILES.c.project == project))


def _read_rows(
    connection: Connection,
    where: ColumnElement[bool],
    *,
    order: ColumnElement[int] = _SNAPSHOTS.c.id,
    limit: int | None = None,
) -> list[StoredSnapshot]:
    table = _SNAPSHOTS.c
    query = sqlalchemy.select(table.id, table.recorded_at, table.document, _ACCEPTANCES.c.why)
    query = query.select_from(_SNAPSHOTS.outerjoin(_ACCEPTANCES)).where(where).order_by(order).limit(limit)
    return [_row(*found) for found in connection.execute(query)]


def _row(number: int, recorded_at: str, document: str, why: str | None) -> StoredSnapshot:
    build, verdict, measurement = documents.read_snapshot(document)
    return StoredSnapshot(
        id=number,
        recorded_at=codec.read_moment(recorded_at),
        accepted=None if why is None else codec.read_text(why),
        build=build,
        verdict=verdict,
        measurement=measurement,
    )


@codec.reads("a file of a build")
def _choose_files(manifest: Mapping[str, int], files: Mapping[int, FileCoverage]) -> dict[str, FileCoverage]:
    return {path: files[number] for path, number in manifest.items()}


def _make_missing_error(snapshot: int) -> CannotUseStore:
    return codec.make_damage_error(f"build record {snapshot} is missing")


def _read_manifest(connection: Connection, snapshot: int) -> dict[str, int]:
    data = connection.scalar(sqlalchemy.select(_SNAPSHOTS.c.manifest).where(_SNAPSHOTS.c.id == snapshot))
    if data is None:
        raise _make_missing_error(snapshot)
    return codec.read_manifest(data)
