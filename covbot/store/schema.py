"""The tables, and their revision; each row's identity is in columns, the rest of it one JSON document."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0006_hidden_bugs"
"""The newest revision of the schema; revisions sort by their names."""

REVISION_TABLE = "covbot_schema"
"""The table that holds the revision of a database, by which a database is recognised as covbot's."""

metadata = MetaData()

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", String, nullable=False),
    Column("job", String, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("started_at", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("document", Text, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    UniqueConstraint("project", "job", "number", "started_at", name="snapshots_once"),
    sqlite_autoincrement=True,
)

file_coverages = Table(
    "file_coverages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", String, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("project", "digest", name="file_coverages_once"),
)

acceptances = Table(
    "acceptances",
    metadata,
    Column("snapshot", Integer, ForeignKey("snapshots.id"), primary_key=True),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
)

accepted_doubts = Table(
    "accepted_doubts",
    metadata,
    Column("project", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
)

dismissals = Table(
    "dismissals",
    metadata,
    Column("project", String, primary_key=True),
    Column("job", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("started_at", String, primary_key=True),
    Column("document", Text, nullable=False),
)

pending_builds = Table(
    "pending_builds",
    metadata,
    Column("project", String, primary_key=True),
    Column("job", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("started_at", String, primary_key=True),
    Column("document", Text, nullable=False),
)

ledgers = Table(
    "ledgers",
    metadata,
    Column("project", String, primary_key=True),
    Column("as_of", Integer, ForeignKey("snapshots.id")),
    Column("lately", Text, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("project", String, primary_key=True),
    Column("document", Text, nullable=False),
)

gaps = Table(
    "gaps",
    metadata,
    Column("project", String, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("region", Text, primary_key=True),
    Column("document", Text, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("project", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("generation", Integer),
    Column("document", Text, nullable=False),
)

bugs = Table(
    "bugs",
    metadata,
    Column("project", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)

listings = Table(
    "listings",
    metadata,
    Column("project", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("tracker", String, nullable=False, server_default=""),
    Column("hidden", Integer, nullable=False, server_default="0"),
)

given_up_bugs = Table(
    "given_up_bugs",
    metadata,
    Column("project", String, primary_key=True),
    Column("tracker", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
)

listed_bugs = Table(
    "listed_bugs",
    metadata,
    Column("project", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", String, nullable=False),
    Column("accepted_at", String, nullable=False),
    Column("document", Text, nullable=False),
    Index("outbox_of_project", "project"),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", String, nullable=False),
    Column("key", String, nullable=False),
    Column("document", Text, nullable=False),
    Index("receipts_of_key", "project", "key"),
    sqlite_autoincrement=True,
)

decisions = Table(
    "decisions",
    metadata,
    Column("project", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("document", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("project", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("beat", BigInteger, nullable=False),
)

switches = Table(
    "switches",
    metadata,
    Column("name", String, primary_key=True),
    Column("why", Text, nullable=False),
    Column("at", String, nullable=False),
)

local_bugs = Table(
    "local_bugs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("project", String, nullable=False),
    Column("reporter", String, nullable=False),
    Column("status", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("assignee", String),
    Column("duplicate_of", Integer, ForeignKey("local_bugs.number")),
    Column("on_project", Boolean, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("created_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Index("local_bugs_of_project", "project", "updated_at"),
    sqlite_autoincrement=True,
)

local_comments = Table(
    "local_comments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bug", Integer, ForeignKey("local_bugs.number"), nullable=False),
    Column("author", String, nullable=False),
    Column("at", String, nullable=False),
    Column("text", Text, nullable=False),
    Index("local_comments_of_bug", "bug"),
)

local_changes = Table(
    "local_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bug", Integer, ForeignKey("local_bugs.number"), nullable=False),
    Column("who", String, nullable=False),
    Column("at", String, nullable=False),
    Column("what", String, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index("local_changes_of_bug", "bug"),
)
