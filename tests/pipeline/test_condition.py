"""What an operator watches of a project: the newest trusted build, the builds that wait, and an outage."""

from __future__ import annotations

import datetime as dt

from covbot.core.builds.build import Build
from covbot.core.builds.condition import Condition
from covbot.core.builds.pending import PendingBuild, PendingState
from covbot.pipeline import condition
from support.world import World


def test_a_project_before_its_first_pass_has_nothing_to_show() -> None:
    assert condition.inspect_project(World().project()) == Condition()


def test_the_newest_trusted_build_is_shown_and_no_suspect_one() -> None:
    world = World()
    world.add_build(1, {"a.py": ".x"})
    world.add_build(2, {"a.py": ".x"}, result="FAILURE")
    world.run()
    trusted = condition.inspect_project(world.project()).trusted
    assert trusted is not None
    assert trusted.number == 1


def test_builds_that_wait_or_are_stuck_are_counted_and_not_those_that_were_stopped() -> None:
    world = World()
    builds = [Build(job="job", number=number, started_at=world.now) for number in (1, 2, 3)]
    pending = [
        PendingBuild(build=build, state=state, why="503", since=world.now)
        for build, state in zip(builds, PendingState, strict=True)
    ]
    world.store.judgements.replace_pending("pictured", pending)
    assert condition.inspect_project(world.project()).waiting == 2


def test_an_outage_of_source_or_repository_has_its_beginning_and_its_reason() -> None:
    world = World()
    later = world.now + dt.timedelta(hours=1)
    world.store.outages.begin("repository/pictured", "no route", at=later)
    found = condition.inspect_project(world.project())
    assert (found.away, found.away_since) == ("no route", later)
    world.store.outages.begin("pictured", "503", at=world.now)
    found = condition.inspect_project(world.project())
    assert (found.away, found.away_since) == ("503", world.now)
