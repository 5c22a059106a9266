"""The rule that each missing line has one owner among the tasks of a ledger (docs/how-it-decides.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from covbot.core.lines import NO_LINES, Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from covbot.core.ledger.ledger import Ledger
    from covbot.core.tasks.task import Entry


def settle_owners(ledger: Ledger) -> Ledger:
    """Return the ledger in which each line has one owner; lines of ambiguous tasks are unknown, and left as they are.

    The elder bug keeps a line: bugs that covbot did not close come first, and tasks without a bug last. A bug that has
    no line left is superseded by the one that has most of them, until those run or are gone.
    """
    owned: dict[str, Lines] = {}
    settled: dict[str, Entry] = {}
    ranked = sorted((entry for entry in ledger.entries.values() if not entry.ambiguous), key=_rank_claim)
    for entry in ranked:
        path, lost = entry.task.path, entry.task.lines & owned.get(entry.task.path, NO_LINES)
        settled[entry.task.key] = _take_lines(entry, lost, settled.values()) if lost else entry
        owned[path] = owned.get(path, NO_LINES) | entry.task.lines
    for entry in ranked:
        elsewhere = {path: lines - owned.get(path, NO_LINES) for path, lines in entry.elsewhere.items()}
        elsewhere = {path: lines for path, lines in elsewhere.items() if lines}
        for path, lines in elsewhere.items():
            owned[path] = owned.get(path, NO_LINES) | lines
        if elsewhere != entry.elsewhere:
            settled[entry.task.key] = attrs.evolve(settled[entry.task.key], elsewhere=elsewhere)
    entries = {key: settled.get(key, entry) for key, entry in ledger.entries.items()}
    return attrs.evolve(ledger, entries={key: _release_claim(entry, entries) for key, entry in entries.items()})


def _rank_claim(entry: Entry) -> tuple[bool, bool, int, str]:
    record = entry.record
    closed = record is not None and record.closed_at is not None
    return not entry.is_kept, closed, record.bug if record else 0, entry.task.key


def _take_lines(entry: Entry, lost: Lines, elder: Iterable[Entry]) -> Entry:
    """Return the entry without lines that elder ones own, superseded if none is left."""
    kept = attrs.evolve(entry, task=attrs.evolve(entry.task, lines=entry.task.lines - lost))
    found = [
        (len(other.task.lines & lost), -other.record.bug)
        for other in elder
        if other.record and other.task.path == entry.task.path
    ]
    if kept.task.lines or not found or entry.record is None:
        return kept
    return attrs.evolve(kept, superseded_by=-max(found)[1])


def _release_claim(entry: Entry, entries: Mapping[str, Entry]) -> Entry:
    """Return the entry, no longer superseded once it has lines again, or once the elder bug has none."""
    if entry.superseded_by is None:
        return entry
    owner = next((one for one in entries.values() if one.record and one.record.bug == entry.superseded_by), None)
    if entry.task.lines or owner is None:
        return attrs.evolve(entry, superseded_by=None)
    if owner.task.lines or owner.unconfirmed or owner.ambiguous:
        return entry
    return attrs.evolve(entry, superseded_by=None, gone=owner.gone)
