"""The departure from a tracker: a ledger that no longer refers to the bugs in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.bugs.state import KEPT_ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from covbot.core.bugs.state import BugState
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.tasks.task import Entry


def leave_tracker(ledger: Ledger, states: Mapping[str, BugState], address: str) -> Ledger:
    """Return the ledger without the records of bugs in the tracker at an address.

    A task whose bug a person declined, or may have, keeps its lines, and keeps the verdict in words.
    """
    entries = {key: _leave_bug(entry, states[key], address) for key, entry in ledger.entries.items()}
    return attrs.evolve(ledger, entries=entries)


def _leave_bug(entry: Entry, state: BugState, address: str) -> Entry:
    if entry.record is None:
        return entry
    declined = f"{state.value}: bug {entry.record.bug} of {address}" if state in KEPT_ELSEWHERE else ""
    return attrs.evolve(entry, record=None, declined=declined)
