"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    _create_history()
    _create_ledger()
    _create_outbox()
    _create_switches()
    _create_local()


def _create_history() -> None:
    op.create_table(
        "snapshots",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("job", sa.String, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.String, nullable=False),
        sa.Column("recorded_at", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("project", "job", "number", "started_at", name="snapshots_once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "file_coverages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("project", "digest", name="file_coverages_once"),
    )
    op.create_table(
        "acceptances",
        sa.Column("snapshot", sa.Integer, sa.ForeignKey("snapshots.id"), primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )


def _create_ledger() -> None:
    op.create_table(
        "ledgers",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("as_of", sa.Integer, sa.ForeignKey("snapshots.id")),
        sa.Column("lately", sa.Text, nullable=False),
    )
    op.create_table(
        "gaps",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("region", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "tasks",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "bugs",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("accepted_at", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_of_project", "outbox", ["project"])
    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("receipts_of_key", "receipts", ["project", "key"])
    op.create_table(
        "decisions",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )


def _create_switches() -> None:
    op.create_table(
        "leases",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("until", sa.String, nullable=False),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )


def _create_local() -> None:
    op.create_table(
        "local_bugs",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("reporter", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("tags", sa.Text, nullable=False),
        sa.Column("assignee", sa.String),
        sa.Column("duplicate_of", sa.Integer, sa.ForeignKey("local_bugs.number")),
        sa.Column("on_project", sa.Boolean, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("updated_at", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("local_bugs_of_project", "local_bugs", ["project", "updated_at"])
    op.create_table(
        "local_comments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bug", sa.Integer, sa.ForeignKey("local_bugs.number"), nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("local_comments_of_bug", "local_comments", ["bug"])
    op.create_table(
        "local_changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("bug", sa.Integer, sa.ForeignKey("local_bugs.number"), nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
    op.create_index("local_changes_of_bug", "local_changes", ["bug"])
