"""Describe what happens to the bugs of two builds that agree when two more builds agree on something else."""

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
"""The page of a module whose line 3 is missing, its text, and a page of which no line is missing."""

COMMENT = "-|# one\n"
"""The row of a comment, which moves all lines below it."""


def describe_delta(delta: Delta) -> list[str]:
    """Return a sentence for each part of a delta: `opened m.py f 3-4: new code`."""
    changes = [("opened", change) for change in delta.opened] + [("closed", change) for change in delta.closed]
    sentences = [
        f"{verb} {change.path} {change.region or '-'} {lines.format_ranges(change.lines)}: {change.why}"
        for verb, change in changes
    ]
    sentences += [f"unmeasured {item.path} {lines.format_ranges(item.lines)}" for item in delta.unmeasured]
    sentences += [f"ambiguous {item.path} {item.before} {item.after}" for item in delta.ambiguous]
    return [*sentences, f"standing {delta.standing}"] if delta.standing else sentences


def run_builds(
    world: World, before: Pages, after: Pages, *, beside: Mapping[str, str | bytes | Path] | None = None
) -> None:
    """Run a pass over two builds of `before`, and one after each of two of `after`, with files `beside` them."""
    world.commit_build(1, before)
    world.commit_build(2, before)
    world.run()
    world.advance_clock(days=10)
    for number in (3, 4):
        world.commit_build(number, after, beside=beside)
        world.run()


def describe_bugs(world: World) -> list[str]:
    """Return filed tasks as `New m.py 3-4`: the status of the bug (with a star if its text was edited), path, lines."""
    tasks = {entry.record.bug: entry.task for entry in world.ledger().entries.values() if entry.record}
    places = {number: f"{task.path} {lines.format_ranges(task.lines)}" for number, task in tasks.items()}
    return sorted(f"{bug.status.value}{_mark_edited(world, bug.number)} {places[bug.number]}" for bug in world.bugs())


def _mark_edited(world: World, number: int) -> str:
    return "*" if {change.what for change in world.store.local_bugs.changes(number)} & {"title", "description"} else ""


def describe_tasks(world: World) -> dict[str, tuple[object, ...]]:
    """Return the path, regions, lines and bug of each task, by key."""
    return {
        key: (entry.task.path, entry.task.regions, entry.task.lines, entry.record and entry.record.bug)
        for key, entry in world.ledger().entries.items()
    }


def list_keys(world: World) -> list[str]:
    """Return the keys in the footers of all bugs."""
    return [footer.key for bug in world.bugs() if (footer := parse(bug.description))]
