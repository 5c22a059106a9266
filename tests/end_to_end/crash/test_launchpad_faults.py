"""A pass over Launchpad in which requests fail in any way: the next pass leaves what an undisturbed one leaves."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from typing import TYPE_CHECKING, TypeAlias

import attrs
import pytest
from attrs import define

from covbot import errors
from doubles.launchpad.faults import Fault
from doubles.launchpad.server import Double, is_write, matches_any
from support import tracker_worlds, trackers
from support.crashes import crash_points
from support.launchpad import launchpad_states
from support.strategies import LOOSE_POLICY
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from doubles.launchpad.messages import Request

    Identity: TypeAlias = tuple[str, str, bytes]

HASTY = attrs.evolve(LOOSE_POLICY, edit_days=0)
FAULTS = sorted(Fault)
APART = 10
"""Writes that fail in one pass are so far apart, so that no two are to the same bug."""

IMPATIENT = 0.4
"""Seconds until an answer counts as lost, where some never come."""


@define
class Stage:
    """A double of Launchpad and a store, as they were before the pass that is disturbed."""

    staged: launchpad_states.SavedState
    timeout: float = 60.0

    @contextlib.contextmanager
    def world(self, place: Path) -> Iterator[World]:
        """covbot as a new process would find it, with the store of that place."""
        double, timeout = self.staged.double, self.timeout
        with tracker_worlds.use_site(lambda _, now: trackers.LaunchpadSite(double, now, place, timeout)):
            world = World(url=f"sqlite:///{place / 'covbot.db'}", policy=HASTY, now=dt.datetime.now(dt.UTC))
        for number, pictured in enumerate(
            [launchpad_states.BEFORE, launchpad_states.BEFORE, launchpad_states.AFTER, launchpad_states.AFTER], start=1
        ):
            world.build(number, pictured)
        with contextlib.closing(world.store):
            yield world

    def run(self, place: Path) -> None:
        """A pass as a new process makes it."""
        with self.world(place) as world:
            world.run()

    def run_on(self, place: Path, fault: Fault) -> list[tuple[object, ...]]:
        """A pass with faults, which may end early, and the next one, to which nothing happens: what is left."""
        self.timeout = IMPATIENT if fault is Fault.SLOW else 60.0
        with contextlib.suppress(errors.CannotUseTracker):
            self.run(place)
        self.staged.double.mend()
        self.timeout = 60.0
        self.run(place)
        shutil.rmtree(place)
        return self.staged.left()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("staged")
    with Double() as double:
        trackers.add_project_and_people(double)
        stage = Stage(launchpad_states.SavedState(double, folder))
        with stage.world(folder) as world:
            for number in (3, 4):
                del world.shelf.lying[number]
            world.run()
        stage.staged.keep()
        yield stage


@define
class Undisturbed:
    """What a pass to which nothing happened sent, where its states changed, and what it left."""

    requests: list[Request]
    moments: list[crash_points.CrashPoint]
    left: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def undisturbed(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    place = stage.staged.play(tmp_path_factory.mktemp("undisturbed") / "folder")
    double = stage.staged.double
    with contextlib.closing(crash_points.CrashPointRecorder(double, place / "covbot.db")) as record:
        double.watch = record.watch
        stage.run(place)
    sending = [moment for moment in record.moments if moment.what == "received"]
    return Undisturbed(list(double.requests), crash_points.select_distinct(sending), stage.staged.left_undisturbed())


def identify(request: Request) -> Identity:
    """What tells one write of a pass from all others, and from one undisturbed pass to the next."""
    return request.method, request.place, request.body


@define
class Once:
    """Picks each of some writes, once."""

    chosen: set[Identity]

    def __call__(self, request: Request) -> bool:
        hit = identify(request) in self.chosen
        self.chosen -= {identify(request)}
        return hit


@define
class EachFirst:
    """Picks the first try of each read, and not the second, which follows at once."""

    tried: set[str]
    hits: int = 0

    def __call__(self, request: Request) -> bool:
        hit = request.method == "GET" and request.path not in self.tried
        self.tried = {request.path} if hit else set()
        self.hits += hit
        return hit


def pick(sent: Collection[Request], first: int) -> Once:
    """Every tenth write of a pass."""
    return Once({identify(request) for request in [*filter(is_write, sent)][first::APART]})


def test_law_3_each_write_that_fails_in_any_way_is_made_good_by_the_next_pass(
    stage: Stage, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """Every fault at every write: in one pass at every tenth, so that each hits a bug to which nothing else happens."""
    done = 0
    tried = launchpad_states.sample_points([(fault, first) for fault in FAULTS for first in range(APART)], 3)
    for fault, first in tried:
        place = stage.staged.play(tmp_path / f"{fault.name} {first}")
        once = pick(undisturbed.requests, first)
        wanted = len(once.chosen)
        stage.staged.double.fail(fault, times=wanted, of=once)
        assert stage.run_on(place, fault) == undisturbed.left, f"{fault} at writes {first}, {first + APART}, …"
        assert once.chosen == set() or fault is Fault.SLOW  # a slow machine may lose more answers, and end the pass
        done += wanted - len(once.chosen)
    print(f"{done} pairs of a fault and a write, in {len(tried)} passes")  # noqa: T201 -- what a reader looks for


def test_law_3_a_read_that_fails_in_any_way_is_sent_again(
    stage: Stage, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """Every fault at every read: in one pass all of them fail, each of them once."""
    done = 0
    tried = launchpad_states.sample_points(FAULTS, 2)
    for fault in tried:
        each = EachFirst(set())
        place = stage.staged.play(tmp_path / fault.name)
        stage.staged.double.fail(fault, times=10**6, of=each)
        assert stage.run_on(place, fault) == undisturbed.left, fault
        done += each.hits
    print(f"{done} pairs of a fault and a read, in {len(tried)} passes")  # noqa: T201 -- what a reader looks for


def test_law_3_a_launchpad_that_stays_away_at_any_moment_is_made_good_by_the_next_pass(
    stage: Stage, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """From the first request of each distinct state on all requests fail, by each fault in turn."""
    states = undisturbed.moments
    tried = launchpad_states.sample_points(
        [(FAULTS[place % len(FAULTS)], state.nth) for place, state in enumerate(states)], 3
    )
    for fault, nth in tried:
        place = stage.staged.play(tmp_path / f"{fault.name} {nth}")
        stage.staged.double.fail(fault, nth=nth, times=10**6, of=matches_any)
        assert stage.run_on(place, fault) == undisturbed.left, f"{fault} from request {nth} on"
    total = len(undisturbed.requests)
    print(f"away from {len(tried)} of {len(states)} states on, of {total} requests")  # noqa: T201 -- as above
