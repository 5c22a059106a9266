"""A pass that takes longer than its lease prolongs it between builds and between writes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import attrs
from attrs import define, frozen

from covbot.core.policy import Policy
from covbot.pipeline import passes
from support.crashes.failing_tracker import HookedTracker
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.builds.build import Build
    from covbot.ports import Delivery, PassedOver, Source

LONG_MINUTES = 40
"""The minutes that a build or a write takes here: two of them take longer than a lease lasts."""


@define
class Rival:
    """A process on another machine that tries to work on the project, too."""

    world: World
    refused: int = 0

    def wait_and_try(self) -> None:
        """Try to get the lease after a long time."""
        self.world.advance_clock(minutes=LONG_MINUTES)
        now = self.world.now
        held = self.world.store.leases.acquire("pictured", "elsewhere/1/x", until=now + dt.timedelta(hours=1), now=now)
        assert held is not None, "the lease ran out in the middle of a pass"
        self.refused += 1


@frozen
class Slow:
    """A source that is slow to deliver."""

    inner: Source
    rival: Rival

    def builds(self, depth: int = 100) -> Sequence[Build]:
        return self.inner.builds(depth)

    def version(self, build: Build) -> str:
        return self.inner.version(build)

    def left_out(self) -> Sequence[str]:
        return self.inner.left_out()

    def check(self) -> Sequence[str]:
        return self.inner.check()

    def passed_over(self) -> Sequence[PassedOver]:
        return ()

    def reports(self, build: Build) -> Delivery:
        self.rival.wait_and_try()
        return self.inner.reports(build)


def test_a_lease_is_prolonged_from_build_to_build() -> None:
    world = World()
    rival = Rival(world)
    for number in range(1, 6):
        world.add_build(number, {"a.py": ".x"})
    passes.run(attrs.evolve(world.project(), source=Slow(world.source, rival)))
    assert rival.refused == 5
    assert len(world.bugs()) == 1


def test_a_lease_is_prolonged_from_write_to_write() -> None:
    world = World(policy=Policy(new_per_day=5))
    rival = Rival(world)
    for number in (1, 2):
        world.add_build(number, {f"m{name}.py": ".x" for name in range(5)})
    passes.run(attrs.evolve(world.project(), tracker=HookedTracker(world.tracker(), after=rival.wait_and_try)))
    assert rival.refused == len(world.bugs()) == 5
