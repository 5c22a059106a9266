"""The audit of every write and every decision, in lines: what was done to bugs, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.bugs.actions import Receipt
    from covbot.pipeline.project import Project


def describe_receipt(receipt: Receipt) -> str:
    """Return one receipt in one line: the time, the action, its outcome, and the reason."""
    from covbot.reports import cells

    name, outcome = type(receipt.action).__name__, receipt.outcome.value
    note = f" ({cells.shorten_name(receipt.note, 500)})" if receipt.note else ""
    return f"{receipt.at:%Y-%m-%d %H:%M} {name} {outcome}: {receipt.action.why}{note}"


def describe_receipts(project: Project) -> Iterator[str]:
    """Yield a line for every receipt of a project, oldest first, then for each task that the last plan skipped."""
    from covbot.reports import cells

    for receipt in reversed(project.store.outbox.receipts(project.name)):
        bug = f"bug {receipt.bug}" if receipt.bug else "no bug"
        yield f"{receipt.action.footer.key} {bug}: {describe_receipt(receipt)}"
    for skipped in project.store.outbox.skipped(project.name).values():
        yield f"{skipped.key} left alone: {cells.shorten_name(skipped.why, 500)}"
