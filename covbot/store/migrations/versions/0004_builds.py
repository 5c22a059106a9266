"""What people decided of builds, and which builds were not recorded yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_builds"
down_revision = "0003_identities"


def upgrade() -> None:
    """Create the tables of accepted doubts, of dismissed builds, and of those that wait."""
    op.create_table(
        "accepted_doubts",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "dismissals",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("started_at", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "pending_builds",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("started_at", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
