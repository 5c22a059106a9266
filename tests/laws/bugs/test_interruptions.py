"""Passes that are interrupted, unconfirmed or overtaken by people: the next pass plans anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from attrs import frozen

from covbot import errors
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.pipeline import passes
from support.crashes.failing_tracker import HookedTracker
from support.strategies import TESTED, UNTESTED, add_two_builds, make_agreed_world
from support.world import World

if TYPE_CHECKING:
    from covbot.core.bugs.actions import Action
    from covbot.core.bugs.bug import Bug


def raise_interrupt() -> None:
    raise KeyboardInterrupt


def test_law_5_a_title_that_a_person_wrote_outlives_every_edit() -> None:
    world = make_agreed_world({"a.py": ".xxxx"})
    world.person().edit(1, title="Ada's own title")
    for picture in (".xxx.", ".xx.."):
        add_two_builds(world, {"a.py": picture})
        world.run()
        world.advance_clock(days=8)
    [bug] = world.bugs()
    assert bug.title == "Ada's own title"
    assert "2-3" in bug.description


def test_law_5_a_title_that_a_person_writes_while_covbot_edits_stays() -> None:
    world = make_agreed_world({"a.py": ".xxxx"})
    add_two_builds(world, UNTESTED)
    tracker = HookedTracker(world.tracker(), before=lambda: world.person().edit(1, title="Ada's own title"))
    passes.run(attrs.evolve(world.project(), tracker=tracker))
    assert world.bugs()[0].title == "Ada's own title"


def make_world_killed_after_filing() -> World:
    world = World()
    add_two_builds(world, {"a.py": ".xxxx"})
    with pytest.raises(KeyboardInterrupt):
        passes.run(attrs.evolve(world.project(), tracker=HookedTracker(world.tracker(), after=raise_interrupt)))
    return world


def test_law_5_a_text_edited_before_covbot_recorded_its_filing_belongs_to_the_person() -> None:
    world = make_world_killed_after_filing()
    text = "by ada\n\n" + world.bugs()[0].description
    world.person().edit(1, description=text)
    world.run()
    world.advance_clock(days=8)
    add_two_builds(world, UNTESTED)
    world.run()
    assert world.bugs()[0].description == text


def test_law_3_a_clock_that_was_set_back_does_not_hide_what_was_filed() -> None:
    world = World()
    add_two_builds(world, UNTESTED)

    def set_back() -> None:
        world.advance_clock(hours=-5)

    with pytest.raises(KeyboardInterrupt):
        passes.run(
            attrs.evolve(
                world.project(), tracker=HookedTracker(world.tracker(), before=set_back, after=raise_interrupt)
            )
        )
    world.advance_clock(hours=5)
    world.run()
    assert len(world.bugs()) == 1


def test_law_5_a_burst_during_which_a_person_decided_is_over_and_taken_back_once() -> None:
    world = make_agreed_world(UNTESTED)
    add_two_builds(world, TESTED)
    declined: list[bool] = []

    def decline_bug() -> None:
        world.person().set_status(1, Status.WONT_FIX)
        declined.append(True)

    tracker = HookedTracker(world.tracker(), before=decline_bug)
    passes.run(attrs.evolve(world.project(), tracker=tracker), stop=lambda: bool(declined))
    assert bug_states(world) == [(Status.WONT_FIX, ["closing"])]
    world.run()
    assert bug_states(world) == [(Status.WONT_FIX, ["closing", "withdrawn"])]
    world.run()
    assert bug_states(world) == [(Status.WONT_FIX, ["closing", "withdrawn"])]


def bug_states(world: World) -> list[tuple[Status, list[str]]]:
    """Return the status of each bug, and what its comments are about."""
    return [(bug.status, [name_comment(comment.text) for comment in bug.comments]) for bug in world.bugs()]


def name_comment(text: str) -> str:
    """Return what a comment of covbot is about."""
    return "closing" if "covbot closes this bug" in " ".join(text.split()) else "withdrawn"


def run_until_paused_after_one_write(world: World) -> None:
    def pause_covbot() -> None:
        world.store.switches.pause("release week", at=world.now)

    with pytest.raises(errors.Paused):
        passes.run(attrs.evolve(world.project(), tracker=HookedTracker(world.tracker(), after=pause_covbot)))
    world.store.switches.resume()


def test_what_an_earlier_pass_left_is_planned_anew() -> None:
    world = World()
    add_two_builds(world, {"a.py": ".xx", "b.py": ".x"})
    run_until_paused_after_one_write(world)
    world.advance_clock(days=90)
    add_two_builds(world, {"a.py": ".xx", "b.py": ".."})
    assert world.dry_run().plan.actions == ()
    world.run()
    assert [bug.title for bug in world.bugs()] == ["a.py: no test runs 2 statements"]


def test_law_5_a_burst_left_by_an_earlier_pass_stops_at_a_bug_that_a_person_took_and_says_so_once() -> None:
    world = make_agreed_world({"a.py": ".xx", "b.py": ".xx"})
    add_two_builds(world, {"a.py": "...", "b.py": "..."})
    run_until_paused_after_one_write(world)
    for number in (1, 2):
        world.person().tag(number, "covbot-ignore")
    world.run()
    assert bug_states(world) == [(Status.NEW, ["closing", "withdrawn"]), (Status.NEW, [])]
    world.run()
    assert bug_states(world) == [(Status.NEW, ["closing", "withdrawn"]), (Status.NEW, [])]


def test_a_burst_left_by_an_earlier_pass_is_finished() -> None:
    world = make_agreed_world({"a.py": ".xx"})
    add_two_builds(world, {"a.py": "..."})
    run_until_paused_after_one_write(world)
    world.run()
    [bug] = world.bugs()
    assert len(bug.comments) == 1
    assert bug.status is Status.FIX_RELEASED


@frozen
class LossyTracker(HookedTracker):
    """A tracker of which no write is ever confirmed."""

    def act(self, action: Action, seen: Bug | None = None) -> Bug:
        raise errors.WriteDoubtful(f"502 to {action} on {seen}")


def test_law_6_caps_hold_over_writes_that_stay_unconfirmed() -> None:
    world = World(policy=Policy(max_open=5))
    add_two_builds(world, {f"m{number:02}.py": ".x" for number in range(40)})
    for _ in range(10):
        passes.run(attrs.evolve(world.project(), tracker=LossyTracker(world.tracker())))
        world.advance_clock(hours=1)
    world.run()
    assert len(world.bugs()) == 3


def test_law_6_the_cap_on_writes_holds_over_a_crash() -> None:
    world = World(policy=Policy(max_open=90, new_per_day=90, writes_per_run=4))
    add_two_builds(world, {f"m{number:02}.py": ".x" for number in range(40)})
    with pytest.raises(KeyboardInterrupt):
        passes.run(attrs.evolve(world.project(), tracker=HookedTracker(world.tracker(), before=raise_interrupt)))
    world.run()
    assert len(world.bugs()) == 4
