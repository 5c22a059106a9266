"""The accepted plans: pending actions, receipts of done ones, and the reasons for which other tasks were skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy
from attrs import frozen

from covbot.core.bugs import bursts
from covbot.core.bugs.actions import Action, Receipt, Skipped
from covbot.errors import CannotUseStore
from covbot.store import codec, documents, schema, table_rows

if TYPE_CHECKING:
    from datetime import datetime

    from covbot.core.bugs.actions import Plan
    from covbot.store.database import Database

_OUTBOX, _RECEIPTS, _DECISIONS = schema.outbox, schema.receipts, schema.decisions


@frozen(kw_only=True)
class Pending:
    """An action that was accepted and is not yet done."""

    id: int
    action: Action
    accepted_at: datetime


@frozen(kw_only=True)
class Outbox:
    """The accepted actions in a database, with their results."""

    database: Database

    def accept(self, project: str, plan: Plan, *, at: datetime) -> None:
        """Accept a plan at once: its actions after those pending, its reasons in place of all earlier ones."""
        moment = codec.write_moment(at)
        new = [
            {"project": project, "accepted_at": moment, "document": documents.write_document(action, Action)}
            for action in plan.actions
        ]
        with self.database.transaction() as connection:
            if new:
                connection.execute(_OUTBOX.insert(), new)
            reasons = {(skipped.key,): (moment, documents.write_document(skipped)) for skipped in plan.skipped}
            table_rows.replace_rows(connection, _DECISIONS, project, reasons)

    def add(self, project: str, action: Action, *, at: datetime) -> None:
        """Accept one more action, after those pending."""
        document = documents.write_document(action, Action)
        row = {"project": project, "accepted_at": codec.write_moment(at), "document": document}
        with self.database.transaction() as connection:
            connection.execute(_OUTBOX.insert().values(row))

    def pending(self, project: str) -> list[Pending]:
        """Return the actions of a project that are not yet done, in the order of their plan."""
        query = sqlalchemy.select(_OUTBOX.c.id, _OUTBOX.c.document, _OUTBOX.c.accepted_at)
        with self.database.reading() as connection:
            found = connection.execute(query.where(_OUTBOX.c.project == project).order_by(_OUTBOX.c.id)).all()
        return [
            Pending(id=number, action=documents.read_action(document), accepted_at=codec.read_moment(at))
            for number, document, at in found
        ]

    def pending_keys(self, project: str) -> frozenset[str]:
        """Return the keys of the tasks with actions that are not yet done."""
        return frozenset(pending.action.footer.key for pending in self.pending(project))

    def bursts(self, project: str) -> list[list[Pending]]:
        """Return the same by the bug that they are for, in the order of their first ones."""
        found: dict[tuple[str, int | None], list[Pending]] = {}
        for each in self.pending(project):
            found.setdefault((each.action.footer.key, bursts.find_bug_number(each.action)), []).append(each)
        return list(found.values())

    def complete(self, pending: int, receipt: Receipt) -> None:
        """Remove an action and save its receipt, at once; raise CannotUseStore if it is no longer pending."""
        with self.database.transaction() as connection:
            is_pending = _OUTBOX.c.id == pending
            project = connection.scalar(sqlalchemy.select(_OUTBOX.c.project).where(is_pending))
            if project is None:
                raise CannotUseStore(f"action {pending} is settled already: does another covbot work on the project?")
            connection.execute(_OUTBOX.delete().where(is_pending))
            key = receipt.action.footer.key
            connection.execute(
                _RECEIPTS.insert().values(project=project, key=key, document=documents.write_document(receipt))
            )

    def receipts(self, project: str, *, key: str | None = None, limit: int | None = None) -> list[Receipt]:
        """Return the receipts of the actions of a project, or of one task of it: the newest first, at most `limit`."""
        query = sqlalchemy.select(_RECEIPTS.c.document).where(_RECEIPTS.c.project == project)
        if key is not None:
            query = query.where(_RECEIPTS.c.key == key)
        with self.database.reading() as connection:
            found = connection.scalars(query.order_by(_RECEIPTS.c.id.desc()).limit(limit)).all()
        return [documents.read_document(document, Receipt) for document in found]

    def skipped(self, project: str) -> dict[str, Skipped]:
        """Return the tasks that the last accepted plan skipped, by key, each with its reason."""
        with self.database.reading() as connection:
            found = table_rows.read_rows(connection, _DECISIONS, project)
        return {key: documents.read_document(document, Skipped) for (key,), (_, document) in sorted(found.items())}
