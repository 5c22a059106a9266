"""One pass works at a time: its heartbeats show that it lives, however long one request takes, and whoever it is."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import attrs
import pytest

from covbot import errors
from covbot.pipeline import lease, passes
from support.crashes.failing_tracker import HookedTracker
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HEARTBEAT = 0.05
TIMEOUT = 60
HOLDER = """
import os, sys
from covbot.store.store import Store
store = Store.open(sys.argv[1])
store.leases.acquire("pictured", "killed")
store.leases.beat("pictured", "killed")
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(url=f"sqlite:///{tmp_path}/covbot.db")
    for number in (1, 2):
        world.add_build(number, {"a.py": ".x"})
    return world


def _run_pass(world: World, before_write: Callable[[], None] = lambda: None) -> None:
    tracker = HookedTracker(world.tracker(), before=before_write)
    passes.run(attrs.evolve(world.project(), heartbeat=HEARTBEAT, tracker=tracker))


def test_a_holder_that_was_killed_is_known_by_its_missed_heartbeats(world: World) -> None:
    subprocess.run([sys.executable, "-c", HOLDER, world.url], check=False, timeout=TIMEOUT)
    assert world.store.leases.read("pictured") is not None
    _run_pass(world)
    assert len(world.bugs()) == 1
    assert world.store.leases.read("pictured") is None


def test_while_a_write_takes_longer_than_a_dead_holder_is_waited_for_another_pass_leaves(world: World) -> None:
    left: list[str] = []

    def run_another() -> None:
        other = attrs.evolve(World(url=world.url).project(), heartbeat=HEARTBEAT * 20)
        with pytest.raises(errors.LeaseTaken, match=r"^another pass over pictured is under way: this one leaves$"):
            passes.run(other)
        left.append("left")

    _run_pass(world, run_another)
    assert left == ["left"]
    assert len(world.bugs()) == 1


def test_a_pass_that_is_to_stop_waits_for_no_other(world: World) -> None:
    world.store.leases.acquire("pictured", "dead")
    with pytest.raises(errors.LeaseTaken), lease.hold_lease(attrs.evolve(world.project(), heartbeat=1), lambda: True):
        pass


@pytest.fixture
def heartbeats(world: World) -> Iterator[list[str]]:
    """Yield the names of the threads that make heartbeats; none is left at the end."""
    yield []
    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeats"]
    assert world.store.leases.read("pictured") is None


@pytest.mark.usefixtures("heartbeats")
def test_a_holder_makes_heartbeats_until_it_is_done_even_if_it_fails(world: World) -> None:
    beats: set[int] = set()

    def wait_for_beats() -> None:
        end = time.monotonic() + TIMEOUT
        while len(beats) < 3 and time.monotonic() < end:
            beats.update(lease.beat for lease in [world.store.leases.read("pictured")] if lease)
        raise errors.CannotUseTracker("away")

    with pytest.raises(errors.CannotUseTracker):
        _run_pass(world, wait_for_beats)
    assert len(beats) == 3
