"""Leases that are known by their heartbeats; those of before have ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_heartbeats"
down_revision = "0004_builds"


def upgrade() -> None:
    """Create the table of leases again."""
    op.drop_table("leases")
    op.create_table(
        "leases",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
    )
