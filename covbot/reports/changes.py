"""The changes since an earlier report, in sentences and tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from covbot.core import display
from covbot.reports import cells, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from covbot.core.comparison import branch_changes, line_changes


def describe_changes(
    delta: line_changes.Delta, branches: branch_changes.BranchDelta, before: str
) -> Iterator[RenderableType]:
    """Yield what opened and closed since `before` (its name in the text), each with its reason; or that nothing did."""
    yield Text()
    yield Text(f"Compared with {before}: {_summarize_delta(delta, branches)}")
    yield from _list_changes("Opened (lines as they are now)", delta.opened)
    yield from _list_changes("Closed (lines as they were)", delta.closed)
    yield from _list_branches("Branches that opened: never taken out of a line that ran", branches.opened)
    yield from _list_branches("Branches that closed (lines as they were)", branches.closed)
    yield from tables.make_table(
        "Not measured any more: neither covered nor missing",
        ("missing before", "module"),
        delta.unmeasured,
        lambda item: (f"{len(item.lines):,}", cells.shorten_name(item.path)),
    )
    yield from tables.make_table(
        "Code changed: without its source, single lines cannot be told apart",
        ("missing before", "now", "module"),
        delta.ambiguous,
        lambda item: (f"{item.before:,}", f"{item.after:,}", cells.shorten_name(item.path)),
    )


def _summarize_delta(delta: line_changes.Delta, branches: branch_changes.BranchDelta) -> str:
    unchanged = f"{display.format_count(delta.standing, 'missing statement')} as before"
    if not delta and not branches:
        return f"no change, {unchanged}."
    opened = sum(len(change.lines) for change in delta.opened)
    closed = sum(len(change.lines) for change in delta.closed)
    parts = [f"{display.format_count(opened, 'statement')} opened", f"{closed:,} closed", unchanged]
    if delta.unmeasured:
        parts.append(f"{display.format_count(len(delta.unmeasured), 'module')} not measured any more")
    if delta.ambiguous:
        parts.append(f"{display.format_count(len(delta.ambiguous), 'module')} changed beyond telling")
    if branches:
        opened, closed = (sum(change.count for change in changes) for changes in (branches.opened, branches.closed))
        parts.append(f"{display.format_count(opened, 'branch')} opened and {closed:,} closed")
    return f"{', '.join(parts)}."


def _list_changes(title: str, changes: Sequence[line_changes.LineChange]) -> Iterator[RenderableType]:
    ordered = sorted(changes, key=lambda change: (-len(change.lines), change.path))
    return tables.make_table(title, ("statements", "why", "module"), ordered, _format_change)


def _format_change(change: line_changes.LineChange) -> tuple[str, str, str]:
    return f"{len(change.lines):,}", change.why, _name_lines(change)


def _list_branches(title: str, changes: Sequence[branch_changes.BranchChange]) -> Iterator[RenderableType]:
    ordered = sorted(changes, key=lambda change: (-change.count, change.path, change.line))
    return tables.make_table(title, ("branches", "why", "line"), ordered, _format_branch_change)


def _format_branch_change(change: branch_changes.BranchChange) -> tuple[str, str, str]:
    return f"{change.count:,}", change.why, _name_branch(change)


def _name_branch(change: branch_changes.BranchChange) -> str:
    targets = f" to {', '.join(cells.shorten_name(target) for target in change.targets)}" if change.targets else ""
    return f"{cells.shorten_name(change.path)}:{change.line}{targets}"


def _name_lines(change: line_changes.LineChange) -> str:
    region = f" {cells.shorten_name(change.region)}" if change.region else ""
    return f"{cells.shorten_name(change.path)}{region}\n{cells.format_lines(change.lines)}"
