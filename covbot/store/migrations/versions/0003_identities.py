"""What the settings called the parts of each project, and of which tracker each last listing is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_identities"
down_revision = "0002"


def upgrade() -> None:
    """Create the table of identities, and add the tracker to each listing: empty where it is unknown."""
    op.create_table(
        "identities",
        sa.Column("project", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.add_column("listings", sa.Column("tracker", sa.String, nullable=False, server_default=""))
