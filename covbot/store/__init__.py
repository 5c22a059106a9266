"""The data that covbot keeps, in SQLite or PostgreSQL: `Store`, and `upgrade` for its schema."""

from covbot.store.database import upgrade
from covbot.store.outbox import Pending
from covbot.store.store import Store

__all__ = ["Pending", "Store", "upgrade"]
