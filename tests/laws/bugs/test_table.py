"""The life of a bug, cell by cell: each row of the table on each tracker, and all that covbot does to it in a column.

Each row is a small module with a bug of its own in one world; a column is what two builds that agree show of all
modules. The table is `tests/data/life.txt`. A dot means no write at all. The words: `file` a bug, `edit` its text, set
its status (`fixed`, `invalid`, `reopen`), and comment on it: `say` why it is closed, lines are missing `again`, all
lines are `done`, and `ask` why lines are still missing after a person's fix.
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


def parse_table(table: str) -> dict[str, dict[str, str]]:
    """Return the cells of a table drawn as text: column -> row -> its words."""
    header, *rows = ([cell.strip() for cell in line.split("|")] for line in table.strip().splitlines())
    return {column: {row[0]: row[index] for row in rows} for index, column in enumerate(header) if index}


CELLS = parse_table(TABLE.read_text(encoding="utf-8"))
ROWS = tuple(CELLS["same"])


@pytest.fixture(scope="module", params=[pytest.param("local", marks=pytest.mark.heavy), "launchpad"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Yield all rows, prepared on one tracker; Launchpad has all of them, so that CI alone takes the other, too."""
    folder = tmp_path_factory.mktemp("stage")
    checkout = Checkout(directory=folder / "work").create()
    rows = {row: index for index, row in enumerate(ROWS) if request.param == "launchpad" or row not in ONLY_LAUNCHPAD}
    with git.open_checkout(checkout.directory) as repository, tracker_worlds.use_tracker(request.param):
        stage = Stage(rows, checkout, repository, folder)
        stage.prepare_rows()
        yield stage


def apply_actions(bug: Bug, actions: Sequence[Action]) -> Bug:
    """Return a bug exactly as it must be after these actions."""
    for action in actions:
        match action:
            case SetStatus():
                bug = evolve(bug, status=action.status, status_mine=True)
            case EditBug():
                bug = evolve(bug, title=action.title, description=action.description.rstrip())
            case CommentOnBug():
                comment = Comment(text=action.text.rstrip(), at=bug.created_at, mine=True)
                bug = evolve(bug, comments=(*bug.comments, comment))
            case _:
                pass
    return bug


def clear_times(bug: Bug) -> Bug:
    """Return a bug with all times equal."""
    comments = tuple(evolve(each, at=bug.created_at, text=each.text.rstrip()) for each in bug.comments)
    return evolve(bug, updated_at=bug.created_at, status_at=bug.created_at, closed_at=None, comments=comments)


def find_listed_lines(bug: Bug) -> Lines:
    """Return the lines that the text of a bug lists."""
    marker = parse_marker(bug.description)
    assert marker is not None
    return marker.lines


def check_bug(result: ColumnResult, row: str) -> None:
    """Check that the bug of a row is unchanged but for the actions of covbot on it."""
    if row not in result.numbers:
        return
    number, actions = (
        result.numbers[row],
        [action for action in result.find_actions(row) if not isinstance(action, FileBug)],
    )
    before, after = result.before[number], result.after[number]
    if not actions:
        assert after == before, row
        return
    assert clear_times(after) == apply_actions(clear_times(before), actions), row
    for action in actions:
        if isinstance(action, EditBug):
            assert find_listed_lines(after) == action.lines, row
            assert footers.parse(after.description) == footers.parse(before.description), row


def check_filed(result: ColumnResult, row: str, key: str) -> None:
    """Check that each filing for a row made one bug: the next generation if it names the old bug, else another task."""
    for action in result.find_actions(row):
        if not isinstance(action, FileBug):
            continue
        [bug] = [bug for bug in result.after.values() if footers.parse(bug.description) == action.footer]
        assert bug.number not in result.before, row
        assert bug.status is Status.NEW, row
        assert bug.tags == {"covbot", "testing"}, row
        assert find_listed_lines(bug) == action.lines, row
        again = action.footer.key == key and row in result.numbers
        assert action.footer.generation == 1 + again, row
        assert (f"bug {result.numbers.get(row)}" in bug.description) == again, row


@pytest.mark.parametrize("column", CELLS)
def test_each_cell_has_the_actions_of_the_table(stage: Stage, column: str) -> None:
    result = stage.play_column(column)
    done = {row: " ".join(map(life_stage.name_action, result.find_actions(row))) or "." for row in stage.rows}
    assert done == {row: CELLS[column][row] for row in stage.rows}
    for row in (*stage.rows, life_rows.CANONICAL_BUG):
        check_bug(result, row)
        check_filed(result, row, stage.keys.get(row, ""))
    assert len(result.after) == len(result.before) + sum(isinstance(action, FileBug) for _, action in result.actions)
    if result.sent is not None:
        assert result.sent == len(result.actions)
    print(f"{len(done)} cells: {column}")  # noqa: T201 -- the number is what a reader of the log looks for


def test_what_was_renamed_keeps_its_keys(stage: Stage) -> None:
    result = stage.play_column("renamed")
    entries = result.world.ledger().entries
    assert {row: entries[stage.keys[row]].task.path for row in stage.rows} == {
        row: life_rows.get_path(index, life_rows.COLUMNS["renamed"]) for row, index in stage.rows.items()
    }


def test_what_waits_in_the_queue_has_the_reason(stage: Stage) -> None:
    world = stage.restore_world()
    world.run()
    skipped = world.store.outbox.skipped("pictured")
    assert skipped[stage.keys[life_rows.QUEUED]].why == "cap of 0 new bugs in 24 hours reached"


@pytest.mark.parametrize("room", [0, 1])
def test_a_private_a_locked_and_an_ignored_bug_still_count_as_open(stage: Stage, room: int) -> None:
    world = stage.restore_world()
    before = world.bugs()
    open_bugs = sum(bug.status in statuses.OPEN and bug.duplicate_of is None and bool(bug.tags) for bug in before)
    world.policy = evolve(life_stage.LOOSE_POLICY, max_open=open_bugs + room)
    world.run()
    assert len(world.bugs()) == len(before) + room
    skipped = world.store.outbox.skipped("pictured")
    assert skipped[stage.keys[life_rows.QUEUED]].why == f"cap of {open_bugs + room} open bugs reached"


def test_two_bugs_that_cannot_be_read_stop_the_whole_run(stage: Stage) -> None:
    world = stage.restore_world()
    world.person().make_private(stage.get_bug("New"))
    if isinstance(world.site, trackers.LaunchpadSite):
        world.site.reconnect()
    before = world.bugs()
    world.policy = life_stage.LOOSE_POLICY
    for result in (world.run(), *stage.run_builds(world, life_rows.COLUMNS["covered"])):
        assert "cannot be read" in str(result.plan.refused)
        assert result.receipts == ()
    assert world.bugs() == before
