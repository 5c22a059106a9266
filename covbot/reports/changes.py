"""What changed since the report before, in words and tables for a terminal."""

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
    delta: line_changes.Delta, taken: branch_changes.BranchDelta, before: str
) -> Iterator[RenderableType]:
    """What opened and closed since `before` (how to call it), each with its reason; or that nothing did."""
    yield Text()
    yield Text(f"Compared with {before}: {_sum_up(delta, taken)}")
    yield from _list_changes("Opened (lines as they are now)", delta.opened)
    yield from _list_changes("Closed (lines as they were)", delta.closed)
    yield from _list_ways("Branch ways that opened: never taken out of a line that ran", taken.opened)
    yield from _list_ways("Branch ways that closed (lines as they were)", taken.closed)
    yield from tables.lay_out(
        "Not measured any more: neither covered nor missing",
        ("missing before", "module"),
        delta.unmeasured,
        lambda item: (f"{len(item.lines):,}", cells.shorten_name(item.path)),
    )
    yield from tables.lay_out(
        "Code changed: without its source, single lines cannot be told apart",
        ("missing before", "now", "module"),
        delta.ambiguous,
        lambda item: (f"{item.before:,}", f"{item.after:,}", cells.shorten_name(item.path)),
    )


def _sum_up(delta: line_changes.Delta, taken: branch_changes.BranchDelta) -> str:
    standing = f"{display.format_count(delta.standing, 'missing statement')} as before"
    if not delta and not taken:
        return f"no change, {standing}."
    opened = sum(len(change.lines) for change in delta.opened)
    closed = sum(len(change.lines) for change in delta.closed)
    parts = [f"{display.format_count(opened, 'statement')} opened", f"{closed:,} closed", standing]
    if delta.unmeasured:
        parts.append(f"{display.format_count(len(delta.unmeasured), 'module')} not measured any more")
    if delta.ambiguous:
        parts.append(f"{display.format_count(len(delta.ambiguous), 'module')} changed beyond telling")
    if taken:
        opened, closed = (sum(change.count for change in changes) for changes in (taken.opened, taken.closed))
        parts.append(f"{display.format_count(opened, 'branch way')} opened and {closed:,} closed")
    return f"{', '.join(parts)}."


def _list_changes(title: str, changes: Sequence[line_changes.LineChange]) -> Iterator[RenderableType]:
    ordered = sorted(changes, key=lambda change: (-len(change.lines), change.path))
    return tables.lay_out(title, ("statements", "why", "module"), ordered, _spell)


def _spell(change: line_changes.LineChange) -> tuple[str, str, str]:
    return f"{len(change.lines):,}", change.why, _name(change)


def _list_ways(title: str, changes: Sequence[branch_changes.BranchChange]) -> Iterator[RenderableType]:
    ordered = sorted(changes, key=lambda change: (-change.count, change.path, change.line))
    return tables.lay_out(title, ("ways", "why", "line"), ordered, _spell_ways)


def _spell_ways(change: branch_changes.BranchChange) -> tuple[str, str, str]:
    return f"{change.count:,}", change.why, _name_ways(change)


def _name_ways(change: branch_changes.BranchChange) -> str:
    leads = f" to {', '.join(cells.shorten_name(target) for target in change.targets)}" if change.targets else ""
    return f"{cells.shorten_name(change.path)}:{change.line}{leads}"


def _name(change: line_changes.LineChange) -> str:
    region = f" {cells.shorten_name(change.region)}" if change.region else ""
    return f"{cells.shorten_name(change.path)}{region}\n{cells.format_lines(change.lines)}"
