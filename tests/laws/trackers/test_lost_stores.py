"""A lost store is rebuilt from the tracker alone: nothing is filed twice, and no decision of a person is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from covbot import errors
from covbot.core.bugs.actions import FileBug
from covbot.core.bugs.statuses import Status
from covbot.pipeline import passes
from support import trackers, two_builds
from support.crashes.failing_tracker import HookedTracker
from support.strategies import LOOSE_POLICY, list_statuses, make_agreed_world
from support.world import World

if TYPE_CHECKING:
    from covbot.core.policy import Policy

BEFORE = {"a.py": "..xxx", "b.py": ".xx", "c/d.py": ".x.x", "e.py": ".xxxxxxxx"}


def get_launchpad_site(world: World) -> trackers.LaunchpadSite:
    assert isinstance(world.site, trackers.LaunchpadSite)
    return world.site


def make_filed_world(policy: Policy = LOOSE_POLICY) -> World:
    """Return a world with a bug for each task of two builds that agree."""
    return make_agreed_world(BEFORE, policy=policy)


@pytest.mark.usefixtures("launchpad")
def test_law_13_a_lost_store_is_rebuilt_from_the_tracker_without_filing() -> None:
    world = make_filed_world(attrs.evolve(LOOSE_POLICY, max_statements=4))
    before, tasks = world.bugs(), two_builds.describe_tasks(world)
    assert len(before) > 3
    world.lose_store()
    assert world.run().plan.actions == ()
    assert world.bugs() == before
    assert two_builds.describe_tasks(world) == tasks


@pytest.mark.usefixtures("launchpad")
@pytest.mark.parametrize(
    "verdict", [Status.WONT_FIX, Status.INVALID, Status.OPINION, Status.DEFERRED, Status.DOES_NOT_EXIST, Status.EXPIRED]
)
def test_law_13_suppression_outlives_the_store(verdict: Status) -> None:
    world = make_filed_world()
    for bug in world.bugs():
        world.person().set_status(bug.number, verdict)
    before = world.bugs_without_times()
    world.lose_store()
    for number, more in ((3, "x"), (4, "x")):
        world.add_build(number, {path: picture + more for path, picture in BEFORE.items()})
        world.run()
    assert world.bugs_without_times() == before


@pytest.mark.usefixtures("launchpad")
def test_law_13_no_bug_is_filed_for_a_file_whose_bug_lost_its_marker_line() -> None:
    world = make_filed_world()
    for bug in world.bugs():
        kept = (row for row in bug.description.splitlines() if not row.startswith("covbot task: "))
        world.person().edit(bug.number, description="\n".join(kept))
    before = world.bugs_without_times()
    world.lose_store()
    world.run()
    assert world.bugs_without_times() == before


@pytest.mark.usefixtures("launchpad")
def test_law_13_the_life_of_a_bug_continues_after_the_store_was_lost() -> None:
    world = make_filed_world()
    mine = "by ada\n\n" + world.bugs()[0].description
    world.person().edit(1, description=mine)
    world.lose_store()
    world.run()
    world.advance_clock(days=8)
    for number in (3, 4):
        world.add_build(number, {path: picture.replace("x", ".", 1) for path, picture in BEFORE.items()})
        world.run()
    assert world.bugs()[0].description == mine
    assert len(world.bugs()) == len(BEFORE)
    for number in (5, 6):
        world.add_build(number, {path: picture.replace("x", ".") for path, picture in BEFORE.items()})
        world.run()
    assert set(list_statuses(world)) == {Status.FIX_RELEASED}


@pytest.mark.usefixtures("launchpad")
@pytest.mark.parametrize(
    ("act", "pictures", "most"),
    [
        ("nothing", ["..x", "..xx"], 1),
        ("nothing", [".xxx", ".xx...xx"], 3),
        ("edit", ["..xx", "..x.xx"], 9),
        ("assign", [".xx", ".xxxx"], 2),
    ],
)
def test_law_13_a_gap_that_grew_past_what_its_bug_lists_finds_its_own_bug_again(
    act: str, pictures: list[str], most: int
) -> None:
    world = make_agreed_world({"a.py": pictures[0], "b.py": ".x"}, policy=LOOSE_POLICY)
    if act == "edit":
        world.person().edit(1, description=f"by ada\n\n{world.bugs()[0].description}")
    elif act == "assign":
        world.person().assign(1, "ada")
    world.policy = attrs.evolve(LOOSE_POLICY, max_statements=most)
    for number, picture in enumerate(pictures[1:] * 2, start=3):
        world.add_build(number, {"a.py": picture, "b.py": ".x"})
        world.run()
    before, tasks = world.bugs(), two_builds.describe_tasks(world)
    world.lose_store()
    world.run()
    assert [bug.number for bug in world.bugs()] == [bug.number for bug in before]
    assert two_builds.describe_tasks(world) == tasks


@pytest.mark.usefixtures("launchpad")
def test_law_13_lines_that_a_bug_lists_are_not_given_to_a_bug_whose_own_lines_ran() -> None:
    world = make_agreed_world({"a.py": ".x..", "b.py": ".x"}, policy=LOOSE_POLICY)
    world.person().set_status(1, Status.FIX_RELEASED)
    for number in (3, 4):
        world.add_build(number, {"a.py": "....", "b.py": ".x"})
        world.run()
    for number in (5, 6):
        world.add_build(number, {"a.py": "...x", "b.py": ".x"})
        world.run()
    lines = {key: facts[2] for key, facts in two_builds.describe_tasks(world).items()}
    before = world.bugs()
    world.lose_store()
    world.run()
    assert world.bugs() == before
    assert {key: facts[2] for key, facts in two_builds.describe_tasks(world).items()} == lines


@pytest.mark.usefixtures("launchpad")
def test_the_younger_of_two_bugs_with_one_footer_is_marked_as_a_duplicate() -> None:
    world = make_filed_world()
    double = get_launchpad_site(world).double
    elder = world.bugs()[0]
    tags = tuple(sorted(elder.tags))
    younger = double.people.file(trackers.ACCOUNT, elder.title, elder.description, target=trackers.PROJECT, tags=tags)
    world.run()
    assert {bug.number: bug.duplicate_of for bug in world.bugs() if bug.duplicate_of} == {younger: elder.number}
    assert world.run().plan.actions == ()


@pytest.mark.usefixtures("site")
def test_law_17_a_lease_stolen_in_the_middle_of_a_pass_files_nothing_twice() -> None:
    world = World(policy=LOOSE_POLICY)
    for number in (1, 2):
        world.add_build(number, BEFORE)

    def steal_lease() -> None:
        world.store.leases.acquire("pictured", "thief", dead=world.store.leases.read("pictured"))

    tracker = HookedTracker(world.tracker(), before=steal_lease)
    with pytest.raises(errors.LeaseTaken):
        passes.run(attrs.evolve(world.project(), tracker=tracker))
    assert len(world.bugs()) == 1
    world.store.leases.release("pictured", "thief")
    world.run()
    assert len(world.bugs()) == len(BEFORE)


@pytest.mark.heavy
@pytest.mark.usefixtures("launchpad")
def test_a_pass_over_300_open_bugs_with_nothing_new_costs_at_most_5_requests() -> None:
    world = World(policy=LOOSE_POLICY)
    double = get_launchpad_site(world).double
    for number in (1, 2):
        world.add_build(number, {f"m{index:03}.py": ".xx" for index in range(300)})
    for action in world.dry_run().plan.actions:
        assert isinstance(action, FileBug)
        double.people.file(
            trackers.ACCOUNT, action.title, action.description, target=trackers.PROJECT, tags=action.tags
        )
    requests = []
    for hours in (1, 0, 6, 6):
        world.advance_clock(hours=hours)
        get_launchpad_site(world).reconnect()
        double.requests.clear()
        assert world.run().plan.actions == ()
        requests.append(len(double.requests))
    print(f"300 open bugs: {requests[0]} requests at first, then {requests[1:]}")  # noqa: T201 -- what a reader looks for
    assert requests[0] <= 2 * 300
    assert max(requests[1:]) <= 5
    assert len(world.bugs()) == 300


def take_builds(world: World, *pictures: str) -> None:
    """Add a build of `a.py` for each picture, a day apart, and run a pass after each."""
    for picture in pictures:
        world.add_build(len(world.source.stored) + 1, {"a.py": picture})
        world.advance_clock(days=1)
        world.run()


@pytest.mark.usefixtures("launchpad")
@pytest.mark.parametrize(
    ("before", "person", "after", "reason"),
    [
        # a word of covbot's to somebody at work is no closing
        ((), Status.IN_PROGRESS, ("....", "....", ".xxx", ".xxx"), "somebody works on it: left as it is"),
        # covbot reopened it by itself, and a person took it up
        (("....", "....", ".xxx", ".xxx"), Status.IN_PROGRESS, (), "somebody works on it: left as it is"),
        (("....", "....", ".xxx", ".xxx"), Status.CONFIRMED, (), "nothing changed"),
        # covbot closed it, and a person set that back
        (("....", "...."), Status.CONFIRMED, (".xxx", ".xxx"), "a person reopened its bug"),
        (("....", "...."), Status.IN_PROGRESS, (".xxx", ".xxx"), "a person reopened its bug"),
    ],
)
def test_the_reason_after_a_lost_store_is_the_one_of_before(
    before: tuple[str, ...], person: Status, after: tuple[str, ...], reason: str
) -> None:
    world = make_agreed_world({"a.py": ".xxx"})
    take_builds(world, *before)
    world.person().set_status(1, person)
    take_builds(world, *after)
    assert [skipped.why for skipped in world.run().plan.skipped] == [reason]
    world.lose_store()
    world.run()
    take_builds(world, ".xxx")
    assert [skipped.why for skipped in world.run().plan.skipped] == [reason]
    assert len(world.bugs()) == 1
