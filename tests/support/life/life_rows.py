"""The cells of the table of a bug's life: one small module for each row, its deed, and what each column does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.bugs.statuses import Status
from support import trackers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from support.world import World

    Numbers: TypeAlias = Mapping[str, int]
    Deed: TypeAlias = Callable[[World, Numbers], None]

QUEUED = "none yet, queued"
CLOSED_LONG_AGO = "closed by covbot, long ago"
CLOSED_LATELY = "closed by covbot, lately"
REOPENED = "closed by covbot, reopened by ada"
CLOSED = (CLOSED_LONG_AGO, CLOSED_LATELY, REOPENED)
"""The rows whose bugs covbot closed, for all of their statements ran: a column draws their modules by other rules."""

CANONICAL = "ada's bug"
"""The name of a bug that a person filed, of which another is a duplicate."""

ANCHOR = {"anchor.py": ".|here = True"}
"""A module that is always there, so that a report never is empty."""

PAGE = """
.|def take{n}(red, green, blue, white):
.|    if red:
a|        red_{n}()
.|    if green:
b|        green_{n}()
b|        more_green_{n}()
.|    if blue:
c|        blue_{n}()
c|        more_blue_{n}()
.|    if white:
d|        white_{n}()
d|        more_white_{n}()
.|    return red
"""
REST = """
.|def give{n}():
.|    return {n}
"""


@frozen
class Drawing:
    """How the modules look: which letters of the page are missing, those of the closed rows, and what else is done."""

    missing: str = "ab"
    closed: str = ""
    shape: str = ""


SAME = Drawing()
COLUMNS: Mapping[str, Drawing] = {
    "same": SAME,
    "other words": SAME,
    "moved": Drawing(shape="moved"),
    "fewer": Drawing("b", "b"),
    "more": Drawing("abc", "abc"),
    "many more": Drawing("abcd", "abcd"),
    "covered": Drawing(""),
    "15 days on": Drawing(""),
    "renamed": Drawing(shape="renamed"),
    "function gone": Drawing(shape="function gone"),
    "file gone": Drawing(shape="file gone"),
    "excluded": Drawing(shape="excluded"),
    "again": Drawing("ab", "ab"),
}
"""What two builds that agree show by the name of each column; `15 days on` and `again` come after `covered`."""


def path_of(index: int, drawing: Drawing = SAME) -> str:
    """The module of a row."""
    return f"{'renamed' if drawing.shape == 'renamed' else 'row'}{index:02}.py"


def draw(index: int, drawing: Drawing, *, closed: bool) -> str:
    """The page of a row's module, as `world.World.commit` takes it."""
    missing = drawing.closed if closed else drawing.missing
    page, rest = PAGE.strip().format(n=index), REST.strip().format(n=index)
    rows = [f"{_mark(row[0], missing, drawing.shape)}{row[1:]}" for row in page.split("\n")]
    match drawing.shape:
        case "moved":
            rows = ["-|# one", "-|# two", "-|# three", *rows]
        case "function gone":
            rows = []
        case _:
            pass
    return "\n".join([*rows, rest])


def _mark(letter: str, missing: str, shape: str) -> str:
    if shape == "excluded" and letter in "ab":
        return "-"
    return "x" if letter in missing else "."


def pages(rows: Mapping[str, int], drawing: Drawing, covered: tuple[str, ...] = CLOSED) -> dict[str, str]:
    """A page for the module of each row; those of `covered` are drawn by the rule of the closed ones."""
    if drawing.shape == "file gone":
        return dict(ANCHOR)
    drawn = {path_of(index, drawing): draw(index, drawing, closed=row in covered) for row, index in rows.items()}
    return ANCHOR | drawn


def _set(row: str, status: Status, who: str = "ada") -> Deed:
    return lambda world, numbers: world.person(who).set_status(numbers[row], status)


def _edit_text(world: World, numbers: Numbers) -> None:
    number = numbers["text by ada"]
    text = next(bug.description for bug in world.bugs() if bug.number == number)
    world.person().edit(number, description=f"by ada\n\n{text}")


def _duplicate(row: str, of: str) -> Deed:
    return lambda world, numbers: world.person().mark_duplicate(numbers[row], numbers[of])


def _lock(world: World, numbers: Numbers) -> None:
    assert isinstance(world.site, trackers.OnLaunchpad)
    world.site.double.people.lock("vera", numbers["locked"])


def _hide(world: World, numbers: Numbers) -> None:
    assert isinstance(world.site, trackers.OnLaunchpad)
    world.site.double.people.hide("vera", numbers["private, shown to covbot"], from_reporter=False)


def _ignore_duplicate(world: World, numbers: Numbers) -> None:
    number = numbers["declined, duplicate, ignored"]
    world.person().set_status(number, Status.WONT_FIX)
    world.person().mark_duplicate(number, numbers["New"])
    world.person().tag(number, "covbot-ignore")


ONLY_LAUNCHPAD = frozenset({"locked", "private, shown to covbot"})
"""The embedded tracker has no locks, and what is private there is closed to covbot."""

EARLY: Mapping[str, Deed] = {
    "expired, long ago": _set("expired, long ago", Status.EXPIRED, "janitor"),
    "fixed by ada, 3 builds ago": _set("fixed by ada, 3 builds ago", Status.FIX_RELEASED),
}
"""What persons did long before the column; for the others see `DEEDS`."""

DEEDS: Mapping[str, Deed] = {
    "Confirmed": _set("Confirmed", Status.CONFIRMED),
    "Triaged": _set("Triaged", Status.TRIAGED),
    "title by ada": lambda world, numbers: world.person().edit(numbers["title by ada"], title="Ada's own title"),
    "text by ada": _edit_text,
    "assigned": lambda world, numbers: world.person().assign(numbers["assigned"], "ada"),
    "In Progress": _set("In Progress", Status.IN_PROGRESS),
    "Fix Committed": _set("Fix Committed", Status.FIX_COMMITTED),
    "Incomplete": _set("Incomplete", Status.INCOMPLETE),
    REOPENED: _set(REOPENED, Status.CONFIRMED),
    "fixed by ada, lately": _set("fixed by ada, lately", Status.FIX_RELEASED),
    "Invalid": _set("Invalid", Status.INVALID),
    "Opinion": _set("Opinion", Status.OPINION),
    "Won't Fix": _set("Won't Fix", Status.WONT_FIX),
    "Deferred": _set("Deferred", Status.DEFERRED),
    "Does Not Exist": _set("Does Not Exist", Status.DOES_NOT_EXIST),
    "expired, lately": _set("expired, lately", Status.EXPIRED, "janitor"),
    "duplicate of the next": _duplicate("duplicate of the next", "has a duplicate"),
    "duplicate of a declined one": _duplicate("duplicate of a declined one", "Invalid"),
    "duplicate of ada's bug": _duplicate("duplicate of ada's bug", CANONICAL),
    "private": lambda world, numbers: world.person().make_private(numbers["private"]),
    "private, shown to covbot": _hide,
    "locked": _lock,
    "covbot's tag removed": lambda world, numbers: world.person().untag(numbers["covbot's tag removed"], "covbot"),
    "project removed": lambda world, numbers: world.person().remove_task(numbers["project removed"]),
    "covbot-ignore": lambda world, numbers: world.person().tag(numbers["covbot-ignore"], "covbot-ignore"),
    "declined, duplicate, ignored": _ignore_duplicate,
}
"""What persons do to the bug of each row, ten days before the column."""
