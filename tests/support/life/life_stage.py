"""The stage of the table of a bug's life: all rows prepared once on a tracker, and each column played from there."""

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
"""Whatever is to be filed has to wait."""

FILING_TIME = START + dt.timedelta(days=30)


@frozen(kw_only=True)
class ColumnResult:
    """What covbot did in a column: each action with the row of its task, the bugs before and after, and the world."""

    actions: Sequence[tuple[str, Action]]
    before: Mapping[int, Bug]
    after: Mapping[int, Bug]
    numbers: Mapping[str, int]
    sent: int | None
    world: World

    def by_row(self, row: str) -> list[Action]:
        """What was done for the task of a row, in order."""
        return [action for named, action in self.actions if named == row]


@frozen(kw_only=True)
class PreparedState:
    """Everything as it was before a column."""

    folder: Path
    now: dt.datetime
    shelf: Mapping[int, Any]
    bugs: Mapping[int, Any]
    numbers: Mapping[str, int]


@define
class Stage:
    """Where the table is played: `rows` are those of this tracker, each with the number of its module."""

    rows: Mapping[str, int]
    workshop: Checkout
    repository: Repository
    folder: Path
    keys: dict[str, str] = field(init=False, factory=dict)
    _commits: dict[tuple[tuple[str, str], ...], str] = field(init=False, factory=dict)
    _shown: trackers.LaunchpadSite | None = field(init=False, default=None)
    _prepared: PreparedState = field(init=False)
    _played: int = field(init=False, default=0)

    def open(self, place: Path) -> World:
        """A world whose store lies in a folder; one connection to Launchpad serves all of them."""
        world = World(url=f"sqlite:///{place}/covbot.db", workshop=self.workshop, repository=self.repository)
        if isinstance(world.site, trackers.LaunchpadSite):
            if self._shown is None:
                self._shown = world.site
            self._shown.now = lambda: world.now
            world.site = self._shown
        world.policy = LOOSE_POLICY
        return world

    def prepare(self) -> None:
        """File a bug for each row but the queued one, and bring each into its row."""
        place = self.folder / "prepared"
        place.mkdir()
        world = self.open(place)
        world.now = FILING_TIME
        world.policy = attrs.evolve(LOOSE_POLICY, new_per_day=len(self.rows) - 1)
        self.show(world, life_rows.UNCHANGED, ())
        world.policy = CAPPED_POLICY
        numbers = self._numbers(world)
        world.after(days=1)
        self.show(world, life_rows.UNCHANGED, (life_rows.CLOSED_LONG_AGO,))
        world.after(days=14)
        self._do(world, numbers, "expired, long ago")
        world.after(days=175)
        self._do(world, numbers, "fixed by ada, 3 builds ago")
        self.show(world, life_rows.UNCHANGED)
        numbers[life_rows.CANONICAL_BUG] = world.site.file("ada", "It is broken")
        self._do(world, numbers, *life_rows.USER_ACTIONS)
        world.run()
        world.after(days=10)
        world.store.close()
        bugs = copy.deepcopy(self._shown.double.world.bugs) if self._shown else {}
        self._prepared = PreparedState(folder=place, now=world.now, shelf=world.shelf.lying, bugs=bugs, numbers=numbers)

    def number(self, row: str) -> int:
        """The bug of a row."""
        return self._prepared.numbers[row]

    def play(self) -> World:
        """A world in which all rows are prepared."""
        self._played += 1
        place = shutil.copytree(self._prepared.folder, self.folder / str(self._played))
        world = self.open(place)
        world.now = self._prepared.now
        world.shelf = MemorySource(dict(self._prepared.shelf))
        world.policy = CAPPED_POLICY
        if self._shown:
            double = self._shown.double
            double.world.bugs.clear()
            double.world.bugs.update(copy.deepcopy(self._prepared.bugs))
            double.world.next_number = max(double.world.bugs) + 1
        return world

    def tell(self, column: str) -> ColumnResult:
        """Bring a column about, and listen; of `15 days on` and `again` only to what is after `covered`.

        What is to be filed has to wait until the last pass, and after that nothing is left to do.
        """
        world = self.play()
        if column in {"15 days on", "again"}:
            self.show(world, life_rows.COLUMNS["covered"])
        before = {bug.number: bug for bug in world.bugs()}
        requests = list(self._shown.double.requests) if self._shown else []
        if column == "15 days on":
            world.after(days=15)
            results = [world.run(), world.run()]
        else:
            if column == "other words":
                world.writer, world.policy = strategies.OTHER_WRITER, attrs.evolve(CAPPED_POLICY, max_statements=2)
            results = self.show(world, life_rows.COLUMNS[column])
        world.policy = attrs.evolve(world.policy, new_per_day=1000)
        results.append(world.run())
        assert world.run().plan.actions == ()
        new = self._shown.double.requests[len(requests) :] if self._shown else []
        return ColumnResult(
            actions=self._name(world, [receipt.action for result in results for receipt in result.receipts]),
            before=before,
            after={bug.number: bug for bug in world.bugs()},
            numbers=self._prepared.numbers,
            sent=sum(map(is_write, new)) if self._shown else None,
            world=world,
        )

    def show(self, world: World, drawing: Drawing, covered: tuple[str, ...] = life_rows.CLOSED_ROWS) -> list[Result]:
        """Two builds an hour apart that agree on a drawing, with a pass over each."""
        pages = life_rows.draw_pages(self.rows, drawing, covered)
        drawn = {path: split_page(page) for path, page in pages.items()}
        texts = tuple((path, str(text)) for path, (text, _) in drawn.items())
        if texts not in self._commits:
            self._commits[texts] = self.workshop.commit(dict(texts))
        results = []
        for _ in range(2):
            world.after(hours=1)
            number = (world.now - START) // dt.timedelta(hours=1)
            pictured = {path: picture for path, (_, picture) in drawn.items()}
            world.shelf.put(number, pictured, revision=self._commits[texts])
            results.append(world.run())
        return results

    def _do(self, world: World, numbers: Mapping[str, int], *rows: str) -> None:
        for row in rows:
            if row in self.rows:
                {**life_rows.USER_ACTIONS, **life_rows.EARLY_ACTIONS}[row](world, numbers)

    def _numbers(self, world: World) -> dict[str, int]:
        entries = world.ledger().entries
        filed = {entry.task.path: entry.record.bug for entry in entries.values() if entry.record}
        keys = {entry.task.path: key for key, entry in entries.items()}
        self.keys = {row: keys[life_rows.get_path(index)] for row, index in self.rows.items()}
        return {row: filed[path] for row, index in self.rows.items() if (path := life_rows.get_path(index)) in filed}

    def _name(self, world: World, actions: Sequence[Action]) -> list[tuple[str, Action]]:
        """Each action with the row that it is for."""
        paths = {key: entry.task.path for key, entry in world.ledger().entries.items()}
        named = {str(index): row for row, index in self.rows.items()}
        return [(named[str(int(paths[action.footer.key][-5:-3]))], action) for action in actions]


def name_action(action: Action) -> str:
    """An action in the words of the table."""
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
