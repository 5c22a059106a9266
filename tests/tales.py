"""What happens to the bugs of two builds that agreed when two more builds agree on something else, told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import lines
from covbot.core.bugs import footer_of
from world import World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from covbot.core.comparing import Delta
    from workshops import Workshop
    from world import Page

    Pages = Mapping[str, Page]


def tell(delta: Delta) -> list[str]:
    """A delta, a sentence for each of its parts: `opened m.py f 3-4: new code`."""
    changes = [("opened", change) for change in delta.opened] + [("closed", change) for change in delta.closed]
    told = [
        f"{what} {change.path} {change.region or '-'} {lines.spans(change.lines)}: {change.why}"
        for what, change in changes
    ]
    told += [f"unmeasured {item.path} {lines.spans(item.lines)}" for item in delta.unmeasured]
    return [*told, f"standing {delta.standing}"] if delta.standing else told


def live(
    workshop: Workshop, before: Pages, after: Pages, *, beside: Mapping[str, str | bytes | Path] | None = None
) -> World:
    """A world that passed over two builds of `before` and, pass by pass, two of `after` (and what lies beside it)."""
    world = World(workshop=workshop)
    world.commit(1, before)
    world.commit(2, before)
    world.run()
    world.after(days=10)
    for number in (3, 4):
        world.commit(number, after, beside=beside)
        world.run()
    return world


def name(world: World) -> list[str]:
    """Each bug as `New m.py`, by its status and the path that its title begins with; with a star if it was edited."""
    edited = {bug.number for bug in world.bugs() if len(world.store.local.changes(bug.number)) > 0}
    return [
        f"{bug.status.value}{'*' if bug.number in edited else ''} {bug.title.partition(':')[0]}" for bug in world.bugs()
    ]


def keys(world: World) -> list[str]:
    """The keys in the footers of all bugs."""
    return [found.key for bug in world.bugs() if (found := footer_of(bug.description))]
