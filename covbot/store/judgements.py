"""What people decided of builds and of bugs, and the builds that are not recorded: `Judgements`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.builds.build import DoubtKind
from covbot.core.builds.pending import Dismissal, PendingBuild
from covbot.store import codec, documents, schema, table_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from covbot.core.builds.build import Build
    from covbot.store.database import Database

_ACCEPTED, _DISMISSALS, _PENDING = schema.accepted_doubts, schema.dismissals, schema.pending_builds
_GIVEN_UP = schema.given_up_bugs


@frozen(kw_only=True)
class Judgements:
    """The accepted kinds of doubts, the dismissed builds, the pending ones, and the bugs given up, of each project."""

    database: Database

    def accept_kind(self, project: str, kind: DoubtKind, why: str, at: datetime) -> None:
        """Record that a person accepts a kind of doubts for every build of a project; the last reason counts."""
        row = {(kind.value,): (codec.write_text(why), codec.write_moment(at))}
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _ACCEPTED, project, row)

    def accepted_kinds(self, project: str) -> dict[DoubtKind, str]:
        """Return the accepted kinds of a project, each with its reason."""
        with self.database.reading() as connection:
            rows = table_rows.read_rows(connection, _ACCEPTED, project)
        return {_read_kind(kind): codec.read_text(why) for (kind,), (why, _) in rows.items()}

    def give_up_bugs(self, project: str, tracker: str, numbers: Iterable[int], why: str, at: datetime) -> None:
        """Record that a person gave up these bugs of the tracker at an address; the last reason counts."""
        values = codec.write_text(why), codec.write_moment(at)
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _GIVEN_UP, project, {(tracker, number): values for number in numbers})

    def given_up_bugs(self, project: str, tracker: str) -> frozenset[int]:
        """Return the numbers of the bugs of the tracker at an address that people gave up."""
        with self.database.reading() as connection:
            rows = table_rows.read_rows(connection, _GIVEN_UP, project)
        return frozenset(number for address, number in rows if address == tracker)

    def dismiss(self, project: str, dismissal: Dismissal) -> None:
        """Record that a person set a build aside; the last reason counts."""
        row = {_make_key(dismissal.build): (documents.write_document(dismissal),)}
        with self.database.transaction() as connection:
            table_rows.put_rows(connection, _DISMISSALS, project, row)
            table_rows.remove_rows(connection, _PENDING, project, row)

    def dismissals(self, project: str) -> list[Dismissal]:
        """Return the dismissed builds of a project, by job, number and start."""
        with self.database.reading() as connection:
            rows = table_rows.read_rows(connection, _DISMISSALS, project)
        return [documents.read_document(document, Dismissal) for _, (document,) in sorted(rows.items())]

    def replace_pending(self, project: str, pending: Iterable[PendingBuild]) -> None:
        """Make these the pending builds of a project."""
        rows = {_make_key(each.build): (documents.write_document(each),) for each in pending}
        with self.database.reading() as connection:
            if table_rows.read_rows(connection, _PENDING, project) == rows:
                return
        with self.database.transaction() as connection:
            table_rows.replace_rows(connection, _PENDING, project, rows)

    def pending(self, project: str) -> list[PendingBuild]:
        """Return the pending builds of a project, by job, number and start."""
        with self.database.reading() as connection:
            rows = table_rows.read_rows(connection, _PENDING, project)
        return [documents.read_document(document, PendingBuild) for _, (document,) in sorted(rows.items())]


@codec.reads("a kind of doubts")
def _read_kind(kind: str) -> DoubtKind:
    return DoubtKind(kind)


def _make_key(build: Build) -> tuple[str, int, str]:
    return build.job, build.number, codec.write_moment(build.started_at)
