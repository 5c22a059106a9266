"""A tracker that fails, for one bug or for all, causes no duplicate and leaves no action undone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from attrs import frozen

from covbot import errors, ports
from covbot.core.bugs.actions import FileBug
from covbot.pipeline import passes
from support.strategies import add_two_builds
from support.world import World

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug


@frozen
class UnreadableTracker:
    """A tracker that cannot be read."""

    inner: ports.Tracker

    @property
    def address(self) -> str:
        return self.inner.address

    def listing(
        self, since: dt.datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS, hidden: int = 0
    ) -> ports.Listing:
        raise errors.CannotUseTracker(
            f"no answer to what changed since {since} of {len(known)} bugs, {hidden} of them hidden"
        )

    def look(self, number: int) -> Bug:
        return self.inner.look(number)

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        return self.inner.act(action, seen)


def test_law_14_when_the_tracker_cannot_be_read_nothing_is_created() -> None:
    world = World()
    add_two_builds(world, {"a.py": ".x"})
    with pytest.raises(errors.CannotUseTracker):
        passes.run(attrs.evolve(world.project(), tracker=UnreadableTracker(world.tracker())))
    assert world.bugs() == []
    world.run()
    assert len(world.bugs()) == 1


@frozen
class RefusingTracker:
    """A tracker that raises an error for each filing whose title contains a word."""

    inner: ports.Tracker
    word: str
    error: type[errors.CovbotError]

    @property
    def address(self) -> str:
        return self.inner.address

    def listing(
        self, since: dt.datetime | None = None, known: Mapping[int, Bug] = ports.NO_BUGS, hidden: int = 0
    ) -> ports.Listing:
        return self.inner.listing(since, known, hidden)

    def look(self, number: int) -> Bug:
        return self.inner.look(number)

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        if isinstance(action, FileBug) and self.word in action.title:
            raise self.error("not this one")
        return self.inner.act(action, seen)


@pytest.mark.parametrize("error", [errors.WriteRefused, errors.WriteDoubtful, errors.WriteStale])
def test_law_19_one_failing_bug_does_not_stop_the_others(error: type[errors.CovbotError]) -> None:
    world = World()
    add_two_builds(world, {"a.py": ".x", "b/c.py": ".x", "b/d.py": ".x"})
    passes.run(attrs.evolve(world.project(), tracker=RefusingTracker(world.tracker(), "b/c.py", error)))
    assert ["b/c.py" in bug.title for bug in world.bugs()] == [False, False]
    world.run()
    assert sum("b/c.py" in bug.title for bug in world.bugs()) == 1


def test_law_19_a_failing_account_stops_all() -> None:
    world = World()
    add_two_builds(world, {"a.py": ".x", "b/c.py": ".x"})
    with pytest.raises(errors.CannotUseTracker):
        passes.run(
            attrs.evolve(world.project(), tracker=RefusingTracker(world.tracker(), "a.py", errors.CannotUseTracker))
        )
    assert world.bugs() == []
    world.run()
    assert len(world.bugs()) == 2
