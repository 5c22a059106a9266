"""What was done to bugs and what was not, in lines: the audit of every write and every decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from covbot.core.bugs.actions import Receipt
    from covbot.pipeline.project import Project


def describe_receipt(receipt: Receipt) -> str:
    """One receipt in one line: when, what, what became of it, and why."""
    from covbot.reports import cells

    name, outcome = type(receipt.action).__name__, receipt.outcome.value
    note = f" ({cells.shorten_name(receipt.note, 500)})" if receipt.note else ""
    return f"{receipt.at:%Y-%m-%d %H:%M} {name} {outcome}: {receipt.action.why}{note}"


def print_receipts(project: Project) -> Iterator[str]:
    """Every receipt of a project, oldest first, and then each task that the last plan left alone, with its reason."""
    from covbot.reports import cells

    for receipt in reversed(project.store.outbox.receipts(project.name)):
        bug = f"bug {receipt.bug}" if receipt.bug else "no bug"
        yield f"{receipt.action.footer.key} {bug}: {describe_receipt(receipt)}"
    for left in project.store.outbox.skipped(project.name).values():
        yield f"{left.key} left alone: {cells.shorten_name(left.why, 500)}"
