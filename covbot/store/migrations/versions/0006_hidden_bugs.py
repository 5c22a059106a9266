"""How many bugs a listing hid, and which bugs people gave up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_hidden_bugs"
down_revision = "0005_heartbeats"


def upgrade() -> None:
    """Add the count of hidden bugs to listings, and create the table of the bugs that were given up."""
    op.add_column("listings", sa.Column("hidden", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "given_up_bugs",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("tracker", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
