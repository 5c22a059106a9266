"""The rows of the table of a bug's life, with their modules and user actions, and how each column changes modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from covbot.core.bugs.statuses import Status
from support import trackers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from support.world import World

    BugNumbers: TypeAlias = Mapping[str, int]
    UserAction: TypeAlias = Callable[[World, BugNumbers], None]

QUEUED = "none yet, queued"
CLOSED_LONG_AGO = "closed by covbot, long ago"
CLOSED_LATELY = "closed by covbot, lately"
REOPENED = "closed by covbot, reopened by ada"
CLOSED_ROWS = (CLOSED_LONG_AGO, CLOSED_LATELY, REOPENED)
"""The rows whose bugs covbot closed, since all of their statements ran: columns draw their modules by other rules."""

CANONICAL_BUG = "ada's bug"
"""The name of a bug that a person filed, of which the bug of a row is a duplicate."""

ANCHOR_PAGE = {"anchor.py": ".|here = True"}
"""The page of a module that is in each report, so that no report is empty."""

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
    """How modules are drawn: which letters of the page are missing, which in the closed rows, and what else changes."""

    missing: str = "ab"
    closed: str = ""
    shape: str = ""


UNCHANGED = Drawing()
COLUMNS: Mapping[str, Drawing] = {
    "same": UNCHANGED,
    "other words": UNCHANGED,
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
"""Column -> what the two builds that agree show. The columns `15 days on` and `again` follow the column `covered`."""


def get_path(index: int, drawing: Drawing = UNCHANGED) -> str:
    """Return the path of the module of a row, by its number."""
    return f"{'renamed' if drawing.shape == 'renamed' else 'row'}{index:02}.py"


def draw_page(index: int, drawing: Drawing, *, closed: bool) -> str:
    """Return the page of the module of a row, as `World.commit_build` expects it."""
    missing = drawing.closed if closed else drawing.missing
    page, rest = PAGE.strip().format(n=index), REST.strip().format(n=index)
    rows = [f"{_choose_mark(row[0], missing, drawing.shape)}{row[1:]}" for row in page.split("\n")]
    match drawing.shape:
        case "moved":
            rows = ["-|# one", "-|# two", "-|# three", *rows]
        case "function gone":
            rows = []
        case _:
            pass
    return "\n".join([*rows, rest])


def _choose_mark(letter: str, missing: str, shape: str) -> str:
    if shape == "excluded" and letter in "ab":
        return "-"
    return "x" if letter in missing else "."


def draw_pages(rows: Mapping[str, int], drawing: Drawing, covered: tuple[str, ...] = CLOSED_ROWS) -> dict[str, str]:
    """Return the page of each row's module by path; the rows in `covered` are drawn by the rule of the closed ones."""
    if drawing.shape == "file gone":
        return dict(ANCHOR_PAGE)
    drawn = {get_path(index, drawing): draw_page(index, drawing, closed=row in covered) for row, index in rows.items()}
    return ANCHOR_PAGE | drawn


def _make_status_action(row: str, status: Status, person: str = "ada") -> UserAction:
    return lambda world, numbers: world.person(person).set_status(numbers[row], status)


def _edit_text(world: World, numbers: BugNumbers) -> None:
    number = numbers["text by ada"]
    text = next(bug.description for bug in world.bugs() if bug.number == number)
    world.person().edit(number, description=f"by ada\n\n{text}")


def _make_duplicate_action(row: str, of: str) -> UserAction:
    return lambda world, numbers: world.person().mark_duplicate(numbers[row], numbers[of])


def _lock_bug(world: World, numbers: BugNumbers) -> None:
    assert isinstance(world.site, trackers.LaunchpadSite)
    world.site.double.people.lock("vera", numbers["locked"])


def _hide_bug(world: World, numbers: BugNumbers) -> None:
    assert isinstance(world.site, trackers.LaunchpadSite)
    world.site.double.people.make_private("vera", numbers["private, shown to covbot"], from_reporter=False)


def _ignore_duplicate(world: World, numbers: BugNumbers) -> None:
    number = numbers["declined, duplicate, ignored"]
    world.person().set_status(number, Status.WONT_FIX)
    world.person().mark_duplicate(number, numbers["New"])
    world.person().tag(number, "covbot-ignore")


ONLY_LAUNCHPAD = frozenset({"locked", "private, shown to covbot"})
"""The rows that only Launchpad has: the embedded tracker has no locks, and covbot cannot read a private bug there."""

EARLY_ACTIONS: Mapping[str, UserAction] = {
    "expired, long ago": _make_status_action("expired, long ago", Status.EXPIRED, "janitor"),
    "fixed by ada, 3 builds ago": _make_status_action("fixed by ada, 3 builds ago", Status.FIX_RELEASED),
}
"""Row -> what a person does to its bug long before the column; the other rows are in `USER_ACTIONS`."""

USER_ACTIONS: Mapping[str, UserAction] = {
    "Confirmed": _make_status_action("Confirmed", Status.CONFIRMED),
    "Triaged": _make_status_action("Triaged", Status.TRIAGED),
    "title by ada": lambda world, numbers: world.person().edit(numbers["title by ada"], title="Ada's own title"),
    "text by ada": _edit_text,
    "assigned": lambda world, numbers: world.person().assign(numbers["assigned"], "ada"),
    "In Progress": _make_status_action("In Progress", Status.IN_PROGRESS),
    "Fix Committed": _make_status_action("Fix Committed", Status.FIX_COMMITTED),
    "Incomplete": _make_status_action("Incomplete", Status.INCOMPLETE),
    REOPENED: _make_status_action(REOPENED, Status.CONFIRMED),
    "fixed by ada, lately": _make_status_action("fixed by ada, lately", Status.FIX_RELEASED),
    "Invalid": _make_status_action("Invalid", Status.INVALID),
    "Opinion": _make_status_action("Opinion", Status.OPINION),
    "Won't Fix": _make_status_action("Won't Fix", Status.WONT_FIX),
    "Deferred": _make_status_action("Deferred", Status.DEFERRED),
    "Does Not Exist": _make_status_action("Does Not Exist", Status.DOES_NOT_EXIST),
    "expired, lately": _make_status_action("expired, lately", Status.EXPIRED, "janitor"),
    "duplicate of the next": _make_duplicate_action("duplicate of the next", "has a duplicate"),
    "duplicate of a declined one": _make_duplicate_action("duplicate of a declined one", "Invalid"),
    "duplicate of ada's bug": _make_duplicate_action("duplicate of ada's bug", CANONICAL_BUG),
    "private": lambda world, numbers: world.person().make_private(numbers["private"]),
    "private, shown to covbot": _hide_bug,
    "locked": _lock_bug,
    "covbot's tag removed": lambda world, numbers: world.person().untag(numbers["covbot's tag removed"], "covbot"),
    "project removed": lambda world, numbers: world.person().remove_task(numbers["project removed"]),
    "covbot-ignore": lambda world, numbers: world.person().tag(numbers["covbot-ignore"], "covbot-ignore"),
    "declined, duplicate, ignored": _ignore_duplicate,
}
"""Row -> what a person does to its bug, ten days before the column."""
