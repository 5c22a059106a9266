"""A pass over Launchpad in which requests fail in any way: the next pass leaves the same as an undisturbed one."""

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

HASTY_POLICY = attrs.evolve(LOOSE_POLICY, edit_days=0)
FAULTS = sorted(Fault)
WRITES_APART = 10
"""The distance of the writes that fail in one pass: no two of them are to the same bug."""

SHORT_TIMEOUT = 0.4
"""Seconds until an answer counts as lost, for the fault that never answers."""


@define
class DisturbedPasses:
    """Runs passes from a saved state of the double of Launchpad and of a store."""

    saved: launchpad_states.SavedState
    timeout: float = 60.0

    @contextlib.contextmanager
    def open_world(self, folder: Path) -> Iterator[World]:
        """Yield the world as a new process opens it, with the store in a folder."""
        double, timeout = self.saved.double, self.timeout
        with tracker_worlds.use_site(lambda _, now: trackers.LaunchpadSite(double, now, folder, timeout)):
            world = World(url=f"sqlite:///{folder / 'covbot.db'}", policy=HASTY_POLICY, now=dt.datetime.now(dt.UTC))
        for number, pictured in enumerate(
            [launchpad_states.BEFORE, launchpad_states.BEFORE, launchpad_states.AFTER, launchpad_states.AFTER], start=1
        ):
            world.add_build(number, pictured)
        with contextlib.closing(world.store):
            yield world

    def run_pass(self, folder: Path) -> None:
        """Run a pass as a new process does."""
        with self.open_world(folder) as world:
            world.run()

    def run_two_passes(self, folder: Path, fault: Fault) -> list[tuple[object, ...]]:
        """Run a pass with faults, which may end early, and an undisturbed one; return the bugs that they leave."""
        self.timeout = SHORT_TIMEOUT if fault is Fault.SLOW else 60.0
        with contextlib.suppress(errors.CannotUseTracker):
            self.run_pass(folder)
        self.saved.double.mend()
        self.timeout = 60.0
        self.run_pass(folder)
        shutil.rmtree(folder)
        return self.saved.list_bugs()


@pytest.fixture(scope="module")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DisturbedPasses]:
    folder = tmp_path_factory.mktemp("saved")
    with Double() as double:
        trackers.add_project_and_people(double)
        disturbed = DisturbedPasses(launchpad_states.SavedState(double, folder))
        with disturbed.open_world(folder) as world:
            for number in (3, 4):
                del world.source.stored[number]
            world.run()
        disturbed.saved.save_bugs()
        yield disturbed


@define
class Undisturbed:
    """The requests of an undisturbed pass, its points of distinct states, and the bugs that it left."""

    requests: list[Request]
    points: list[crash_points.CrashPoint]
    bugs: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def undisturbed(disturbed: DisturbedPasses, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = disturbed.saved.restore_copy(tmp_path_factory.mktemp("undisturbed") / "folder")
    double = disturbed.saved.double
    with contextlib.closing(crash_points.CrashPointRecorder(double, folder / "covbot.db")) as recorder:
        double.watch = recorder.record_event
        disturbed.run_pass(folder)
    sending = [point for point in recorder.points if point.event == "received"]
    return Undisturbed(
        list(double.requests), crash_points.select_distinct(sending), disturbed.saved.list_expected_bugs()
    )


def identify_write(request: Request) -> Identity:
    """Return what identifies a write among all of a pass, and is the same in each undisturbed pass."""
    return request.method, request.place, request.body


@define
class EachWriteOnce:
    """Matches each of the chosen writes once."""

    chosen: set[Identity]

    def __call__(self, request: Request) -> bool:
        hit = identify_write(request) in self.chosen
        self.chosen -= {identify_write(request)}
        return hit


@define
class EachFirstRead:
    """Matches the first attempt of each read, and not the second, which follows at once."""

    tried: set[str]
    hits: int = 0

    def __call__(self, request: Request) -> bool:
        hit = request.method == "GET" and request.path not in self.tried
        self.tried = {request.path} if hit else set()
        self.hits += hit
        return hit


def choose_writes(sent: Collection[Request], first: int) -> EachWriteOnce:
    """Return a matcher of every tenth write of a pass, beginning with one."""
    return EachWriteOnce({identify_write(request) for request in [*filter(is_write, sent)][first::WRITES_APART]})


@pytest.mark.heavy
def test_law_3_each_write_that_fails_in_any_way_is_corrected_by_the_next_pass(
    disturbed: DisturbedPasses, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """Each fault at each write: in one pass at every tenth write, so that no other fault hits the same bug."""
    done = 0
    tried = launchpad_states.sample_points([(fault, first) for fault in FAULTS for first in range(WRITES_APART)], 3)
    for fault, first in tried:
        folder = disturbed.saved.restore_copy(tmp_path / f"{fault.name} {first}")
        once = choose_writes(undisturbed.requests, first)
        wanted = len(once.chosen)
        disturbed.saved.double.fail(fault, times=wanted, of=once)
        assert disturbed.run_two_passes(folder, fault) == undisturbed.bugs, (
            f"{fault} at writes {first}, {first + WRITES_APART}, …"
        )
        assert once.chosen == set() or fault is Fault.SLOW  # a slow machine may lose more answers and end the pass
        done += wanted - len(once.chosen)
    print(f"{done} pairs of a fault and a write, in {len(tried)} passes")  # noqa: T201 -- what a reader looks for


@pytest.mark.heavy
def test_law_3_a_read_that_fails_in_any_way_is_sent_again(
    disturbed: DisturbedPasses, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """Each fault at each read: in one pass each read fails once."""
    done = 0
    tried = launchpad_states.sample_points(FAULTS, 2)
    for fault in tried:
        each = EachFirstRead(set())
        folder = disturbed.saved.restore_copy(tmp_path / fault.name)
        disturbed.saved.double.fail(fault, times=10**6, of=each)
        assert disturbed.run_two_passes(folder, fault) == undisturbed.bugs, fault
        done += each.hits
    print(f"{done} pairs of a fault and a read, in {len(tried)} passes")  # noqa: T201 -- what a reader looks for


@pytest.mark.heavy
def test_law_3_an_outage_that_begins_at_any_request_is_corrected_by_the_next_pass(
    disturbed: DisturbedPasses, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """From the first request of each distinct state on, all requests fail, by each fault in turn."""
    states = undisturbed.points
    tried = launchpad_states.sample_points(
        [(FAULTS[index % len(FAULTS)], state.nth) for index, state in enumerate(states)], 3
    )
    for fault, nth in tried:
        folder = disturbed.saved.restore_copy(tmp_path / f"{fault.name} {nth}")
        disturbed.saved.double.fail(fault, nth=nth, times=10**6, of=matches_any)
        assert disturbed.run_two_passes(folder, fault) == undisturbed.bugs, f"{fault} from request {nth} on"
    total = len(undisturbed.requests)
    print(f"away from {len(tried)} of {len(states)} states on, of {total} requests")  # noqa: T201 -- as above
