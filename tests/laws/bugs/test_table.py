"""The life of a bug, cell by cell: each row of the table on each tracker, and all that a column makes covbot do to it.

Every row is a small module with a bug of its own in one world; a column is what two builds that agree show of all of
them. The table is `tests/data/life.txt`. A dot is: not one write. The words: `file` a bug, `edit` its text, set its
status (`fixed`, `invalid`, `reopen`), `say` why it is closed, that lines are missing `again`, that all are `done`, and
`ask` why lines are still missing after a person's fix.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from attrs import evolve

from covbot.core.bugs import footers, statuses
from covbot.core.bugs.actions import CommentOnBug, EditBug, FileBug, SetStatus
from covbot.core.bugs.bug import Comment
from covbot.core.bugs.marker import parse_marker
from covbot.core.bugs.statuses import Status
from covbot.repository import git
from support import tracker_worlds, trackers
from support.git_repo import Checkout
from support.life import life_rows, life_stage
from support.life.life_rows import ONLY_LAUNCHPAD
from support.life.life_stage import ColumnResult, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug
    from covbot.core.lines import Lines

TABLE = Path(__file__).parents[2] / "data" / "life.txt"


def read(table: str) -> dict[str, dict[str, str]]:
    """The cells of a table drawn as text: column -> row -> what it says."""
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    return {column: {row[0]: row[place] for row in rows} for place, column in enumerate(head) if place}


CELLS = read(TABLE.read_text(encoding="utf-8"))
ROWS = tuple(CELLS["same"])


@pytest.fixture(scope="module", params=["local", "launchpad"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """All rows, prepared on one tracker."""
    folder = tmp_path_factory.mktemp("stage")
    workshop = Checkout(directory=folder / "work").start()
    rows = {row: index for index, row in enumerate(ROWS) if request.param == "launchpad" or row not in ONLY_LAUNCHPAD}
    with git.open_checkout(workshop.directory) as repository, tracker_worlds.use_tracker(request.param):
        stage = Stage(rows, workshop, repository, folder)
        stage.prepare()
        yield stage


def imagine(bug: Bug, actions: Sequence[Action]) -> Bug:
    """A bug as it must be after these actions, and not a byte else."""
    for action in actions:
        match action:
            case SetStatus():
                bug = evolve(bug, status=action.status, status_mine=True)
            case EditBug():
                bug = evolve(bug, title=action.title, description=action.description.rstrip())
            case CommentOnBug():
                said = Comment(text=action.text.rstrip(), at=bug.created_at, mine=True)
                bug = evolve(bug, comments=(*bug.comments, said))
            case _:
                pass
    return bug


def timeless(bug: Bug) -> Bug:
    """A bug without what only says when."""
    said = tuple(evolve(each, at=bug.created_at, text=each.text.rstrip()) for each in bug.comments)
    return evolve(bug, updated_at=bug.created_at, status_at=bug.created_at, comments=said)


def told_of(bug: Bug) -> Lines:
    """The lines that a bug's text speaks of."""
    mark = parse_marker(bug.description)
    assert mark is not None
    return mark.lines


def check_bug(told: ColumnResult, row: str) -> None:
    """The bug of a row is as it was, but for what was done to it."""
    if row not in told.numbers:
        return
    number, actions = told.numbers[row], [action for action in told.by_row(row) if not isinstance(action, FileBug)]
    before, after = told.before[number], told.after[number]
    if not actions:
        assert after == before, row
        return
    assert timeless(after) == imagine(timeless(before), actions), row
    for action in actions:
        if isinstance(action, EditBug):
            assert told_of(after) == action.lines, row
            assert footers.parse(after.description) == footers.parse(before.description), row


def check_filed(told: ColumnResult, row: str, key: str) -> None:
    """What was filed for a row is one new bug: of the next generation if it names the old one, else another task."""
    for action in told.by_row(row):
        if not isinstance(action, FileBug):
            continue
        [bug] = [bug for bug in told.after.values() if footers.parse(bug.description) == action.footer]
        assert bug.number not in told.before, row
        assert bug.status is Status.NEW, row
        assert bug.tags == {"covbot", "testing"}, row
        assert told_of(bug) == action.lines, row
        again = action.footer.key == key and row in told.numbers
        assert action.footer.generation == 1 + again, row
        assert (f"bug {told.numbers.get(row)}" in bug.description) == again, row


@pytest.mark.parametrize("column", CELLS)
def test_each_cell_is_done_as_the_table_says(stage: Stage, column: str) -> None:
    told = stage.tell(column)
    done = {row: " ".join(map(life_stage.name_action, told.by_row(row))) or "." for row in stage.rows}
    assert done == {row: CELLS[column][row] for row in stage.rows}
    for row in (*stage.rows, life_rows.CANONICAL_BUG):
        check_bug(told, row)
        check_filed(told, row, stage.keys.get(row, ""))
    assert len(told.after) == len(told.before) + sum(isinstance(action, FileBug) for _, action in told.actions)
    if told.sent is not None:
        assert told.sent == len(told.actions)
    print(f"{len(done)} cells: {column}")  # noqa: T201 -- the number is what a reader of the log looks for


def test_what_was_renamed_keeps_its_keys(stage: Stage) -> None:
    told = stage.tell("renamed")
    entries = told.world.ledger().entries
    assert {row: entries[stage.keys[row]].task.path for row in stage.rows} == {
        row: life_rows.get_path(index, life_rows.COLUMNS["renamed"]) for row, index in stage.rows.items()
    }


def test_what_waits_in_the_queue_has_the_reason(stage: Stage) -> None:
    world = stage.play()
    world.run()
    left = world.store.outbox.skipped("pictured")
    assert left[stage.keys[life_rows.QUEUED]].why == "cap of 0 new bugs in 24 hours reached"


@pytest.mark.parametrize("room", [0, 1])
def test_a_private_a_locked_and_an_ignored_bug_still_count_as_open(stage: Stage, room: int) -> None:
    world = stage.play()
    before = world.bugs()
    held = sum(bug.status in statuses.OPEN and bug.duplicate_of is None and bool(bug.tags) for bug in before)
    world.policy = evolve(life_stage.LOOSE_POLICY, max_open=held + room)
    world.run()
    assert len(world.bugs()) == len(before) + room
    left = world.store.outbox.skipped("pictured")
    assert left[stage.keys[life_rows.QUEUED]].why == f"cap of {held + room} open bugs reached"


def test_two_bugs_that_cannot_be_read_stop_the_whole_run(stage: Stage) -> None:
    world = stage.play()
    world.person().make_private(stage.number("New"))
    if isinstance(world.site, trackers.LaunchpadSite):
        world.site.reconnect()
    left = world.bugs()
    world.policy = life_stage.LOOSE_POLICY
    for result in (world.run(), *stage.show(world, life_rows.COLUMNS["covered"])):
        assert "cannot be read" in str(result.plan.refused)
        assert result.receipts == ()
    assert world.bugs() == left
