"""Play the table of a bug's life: prepare all rows once on a tracker, and play each column from there."""

from __future__ import annotations

import copy
import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any

import attrs
from attrs import define, field, frozen

from covbot.core.bugs.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus
from doubles.launchpad.server import is_write
from support import strategies, trackers
from support.life import life_rows
from support.world import START, MemorySource, World, split_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from covbot.core.bugs.bug import Bug
    from covbot.pipeline.passes import Result
    from covbot.repository.git import Repository
    from support.git_repo import Checkout
    from support.life.life_rows import Drawing

LOOSE_POLICY = attrs.evolve(strategies.LOOSE_POLICY, max_statements=6)
CAPPED_POLICY = attrs.evolve(LOOSE_POLICY, new_per_day=0)
"""A policy under which no bug is filed."""

FILING_TIME = START + dt.timedelta(days=30)


@frozen(kw_only=True)
class ColumnResult:
    """What covbot did in a column: each action with the row of its task, the bugs before and after it, and the world.

    `numbers` are the bugs by row. `sent` is the number of requests that may write, or None on the embedded tracker.
    """

    actions: Sequence[tuple[str, Action]]
    before: Mapping[int, Bug]
    after: Mapping[int, Bug]
    numbers: Mapping[str, int]
    sent: int | None
    world: World

    def find_actions(self, row: str) -> list[Action]:
        """Return the actions for the task of a row, in order."""
        return [action for label, action in self.actions if label == row]


@frozen(kw_only=True)
class PreparedState:
    """The state before each column: the folder of the store, the time, the builds, and the bugs."""

    folder: Path
    now: dt.datetime
    builds: Mapping[int, Any]
    bugs: Mapping[int, Any]
    numbers: Mapping[str, int]


@define
class Stage:
    """Plays the table on one tracker; `rows` are the rows that the tracker has, each with the number of its module."""

    rows: Mapping[str, int]
    checkout: Checkout
    repository: Repository
    folder: Path
    keys: dict[str, str] = field(init=False, factory=dict)
    _commits: dict[tuple[tuple[str, str], ...], str] = field(init=False, factory=dict)
    _launchpad: trackers.LaunchpadSite | None = field(init=False, default=None)
    _prepared: PreparedState = field(init=False)
    _copies: int = field(init=False, default=0)

    def open_world(self, folder: Path) -> World:
        """Return a world whose store is in a folder; all worlds share one connection to Launchpad."""
        world = World(url=f"sqlite:///{folder}/covbot.db", checkout=self.checkout, repository=self.repository)
        if isinstance(world.site, trackers.LaunchpadSite):
            if self._launchpad is None:
                self._launchpad = world.site
            self._launchpad.now = lambda: world.now
            world.site = self._launchpad
        world.policy = LOOSE_POLICY
        return world

    def prepare_rows(self) -> None:
        """File a bug for each row but the queued one, and bring each bug into the state of its row."""
        folder = self.folder / "prepared"
        folder.mkdir()
        world = self.open_world(folder)
        world.now = FILING_TIME
        world.policy = attrs.evolve(LOOSE_POLICY, new_per_day=len(self.rows) - 1)
        self.run_builds(world, life_rows.UNCHANGED, ())
        world.policy = CAPPED_POLICY
        numbers = self._find_bug_numbers(world)
        world.advance_clock(days=1)
        self.run_builds(world, life_rows.UNCHANGED, (life_rows.CLOSED_LONG_AGO,))
        world.advance_clock(days=14)
        self._apply_user_actions(world, numbers, "expired, long ago")
        world.advance_clock(days=175)
        self._apply_user_actions(world, numbers, "fixed by ada, 3 builds ago")
        self.run_builds(world, life_rows.UNCHANGED)
        numbers[life_rows.CANONICAL_BUG] = world.site.file_bug("ada", "It is broken")
        self._apply_user_actions(world, numbers, *life_rows.USER_ACTIONS)
        world.run()
        world.advance_clock(days=10)
        world.store.close()
        bugs = copy.deepcopy(self._launchpad.double.world.bugs) if self._launchpad else {}
        self._prepared = PreparedState(
            folder=folder, now=world.now, builds=world.source.stored, bugs=bugs, numbers=numbers
        )

    def get_bug(self, row: str) -> int:
        """Return the number of the bug of a row."""
        return self._prepared.numbers[row]

    def restore_world(self) -> World:
        """Return a new world in which all rows are prepared."""
        self._copies += 1
        folder = shutil.copytree(self._prepared.folder, self.folder / str(self._copies))
        world = self.open_world(folder)
        world.now = self._prepared.now
        world.source = MemorySource(dict(self._prepared.builds))
        world.policy = CAPPED_POLICY
        if self._launchpad:
            double = self._launchpad.double
            double.world.bugs.clear()
            double.world.bugs.update(copy.deepcopy(self._prepared.bugs))
            double.world.next_number = max(double.world.bugs) + 1
            double.world.restart_clock()
        return world

    def play_column(self, column: str) -> ColumnResult:
        """Play a column and return what covbot did; of `15 days on` and `again` only what it did after `covered`.

        No bug is filed until the last pass, and after that pass nothing is left to do.
        """
        world = self.restore_world()
        if column in {"15 days on", "again"}:
            self.run_builds(world, life_rows.COLUMNS["covered"])
        before = {bug.number: bug for bug in world.bugs()}
        requests = list(self._launchpad.double.requests) if self._launchpad else []
        if column == "15 days on":
            world.advance_clock(days=15)
            results = [world.run(), world.run()]
        else:
            if column == "other words":
                world.writer, world.policy = strategies.OTHER_WRITER, attrs.evolve(CAPPED_POLICY, max_statements=2)
            results = self.run_builds(world, life_rows.COLUMNS[column])
        world.policy = attrs.evolve(world.policy, new_per_day=1000)
        results.append(world.run())
        assert world.run().plan.actions == ()
        sent = self._launchpad.double.requests[len(requests) :] if self._launchpad else []
        return ColumnResult(
            actions=self._label_actions(world, [receipt.action for result in results for receipt in result.receipts]),
            before=before,
            after={bug.number: bug for bug in world.bugs()},
            numbers=self._prepared.numbers,
            sent=sum(map(is_write, sent)) if self._launchpad else None,
            world=world,
        )

    def run_builds(
        self, world: World, drawing: Drawing, covered: tuple[str, ...] = life_rows.CLOSED_ROWS
    ) -> list[Result]:
        """Add two builds, an hour apart, that agree on a drawing; return the results of a pass after each."""
        pages = life_rows.draw_pages(self.rows, drawing, covered)
        drawn = {path: split_page(page) for path, page in pages.items()}
        texts = tuple((path, str(text)) for path, (text, _) in drawn.items())
        if texts not in self._commits:
            self._commits[texts] = self.checkout.commit(dict(texts))
        results = []
        for _ in range(2):
            world.advance_clock(hours=1)
            number = (world.now - START) // dt.timedelta(hours=1)
            pictured = {path: picture for path, (_, picture) in drawn.items()}
            world.source.add_build(number, pictured, revision=self._commits[texts])
            results.append(world.run())
        return results

    def _apply_user_actions(self, world: World, numbers: Mapping[str, int], *rows: str) -> None:
        for row in rows:
            if row in self.rows:
                {**life_rows.USER_ACTIONS, **life_rows.EARLY_ACTIONS}[row](world, numbers)

    def _find_bug_numbers(self, world: World) -> dict[str, int]:
        entries = world.ledger().entries
        filed = {entry.task.path: entry.record.bug for entry in entries.values() if entry.record}
        keys = {entry.task.path: key for key, entry in entries.items()}
        self.keys = {row: keys[life_rows.get_path(index)] for row, index in self.rows.items()}
        return {row: filed[path] for row, index in self.rows.items() if (path := life_rows.get_path(index)) in filed}

    def _label_actions(self, world: World, actions: Sequence[Action]) -> list[tuple[str, Action]]:
        """Return each action with the row that it is for."""
        paths = {key: entry.task.path for key, entry in world.ledger().entries.items()}
        labels = {str(index): row for row, index in self.rows.items()}
        return [(labels[str(int(paths[action.footer.key][-5:-3]))], action) for action in actions]


def name_action(action: Action) -> str:
    """Return the word of the table for an action."""
    match action:
        case FileBug():
            return "file"
        case EditBug():
            return "edit"
        case SetStatus():
            return {"Fix Released": "fixed", "Invalid": "invalid", "New": "reopen"}[action.status]
        case CommentOnBug():
            return {"closing": "say", "again": "again", "done": "done", "still missing": "ask"}[action.about]
        case MarkDuplicate():
            return "twin"
