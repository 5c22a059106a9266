"""What happens to the bugs of two builds that agreed when two more builds agree on something else, told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import lines
from covbot.core.bugs.footers import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from covbot.core.comparison.line_changes import Delta
    from support.world import Page, World

    Pages = Mapping[str, Page]

U_PAGE = ".|def u(flag):\n.|    if flag:\nx|        return 2\n.|    return 3"
U_TEXT = "def u(flag):\n    if flag:\n        return 2\n    return 3\n"
V_PAGE = ".|def v(path):\n.|    found = open(path)\n.|    return found"
"""Pages of a module whose line 3 is missing, its text, and a page of which nothing is missing."""

COMMENT = "-|# one\n"
"""A remark, by which all lines move when it stands above them."""


def describe_delta(delta: Delta) -> list[str]:
    """A delta, a sentence for each of its parts: `opened m.py f 3-4: new code`."""
    changes = [("opened", change) for change in delta.opened] + [("closed", change) for change in delta.closed]
    told = [
        f"{what} {change.path} {change.region or '-'} {lines.format_ranges(change.lines)}: {change.why}"
        for what, change in changes
    ]
    told += [f"unmeasured {item.path} {lines.format_ranges(item.lines)}" for item in delta.unmeasured]
    told += [f"blurred {item.path} {item.before} {item.after}" for item in delta.ambiguous]
    return [*told, f"standing {delta.standing}"] if delta.standing else told


def run_builds(
    world: World, before: Pages, after: Pages, *, beside: Mapping[str, str | bytes | Path] | None = None
) -> None:
    """Pass over two builds of `before` and, pass by pass, two of `after` (and what lies beside it)."""
    world.commit(1, before)
    world.commit(2, before)
    world.run()
    world.after(days=10)
    for number in (3, 4):
        world.commit(number, after, beside=beside)
        world.run()


def describe_bugs(world: World) -> list[str]:
    """Each filed task as `New m.py 3-4`: its bug's status (with a star if its text was edited), its path, its lines."""
    filed = {entry.record.bug: entry.task for entry in world.ledger().entries.values() if entry.record}
    named = {number: f"{task.path} {lines.format_ranges(task.lines)}" for number, task in filed.items()}
    return sorted(f"{bug.status.value}{_mark_edited(world, bug.number)} {named[bug.number]}" for bug in world.bugs())


def _mark_edited(world: World, number: int) -> str:
    return "*" if {change.what for change in world.store.local_bugs.changes(number)} & {"title", "description"} else ""


def describe_tasks(world: World) -> dict[str, tuple[object, ...]]:
    """Which task is where, and which bug is its."""
    return {
        key: (entry.task.path, entry.task.regions, entry.task.lines, entry.record and entry.record.bug)
        for key, entry in world.ledger().entries.items()
    }


def list_keys(world: World) -> list[str]:
    """The keys in the footers of all bugs."""
    return [found.key for bug in world.bugs() if (found := parse(bug.description))]
