"""The laws of the life of a bug, over random builds, random people, and runs and restarts in any order."""

from __future__ import annotations

import collections
import datetime as dt
import random
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from covbot.core.bugs import statuses
from covbot.core.bugs.footers import parse
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from support.strategies import OTHER_WRITER, TIGHT_POLICY, fewer_examples, pictured, play_step, stories
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence


@fewer_examples
@given(stories)
def test_law_1_a_plan_once_applied_leaves_nothing_to_plan(story: list[tuple[object, ...]]) -> None:
    world = World()
    for step in story:
        play_step(world, step)
        world.run()
        before = world.bugs()
        again = world.run()
        assert again.plan.actions == ()
        assert world.bugs() == before


@fewer_examples
@given(stories)
def test_law_2_each_missing_line_is_in_one_task_and_each_key_in_one_live_bug(story: list[tuple[object, ...]]) -> None:
    world = World(policy=TIGHT_POLICY)
    for step in story:
        play_step(world, step)
        world.run()
        owned: collections.Counter[tuple[str, int]] = collections.Counter()
        for entry in world.store.ledgers.load("pictured").entries.values():
            if not entry.ambiguous:
                owned.update((entry.task.path, line) for line in entry.task.lines)
        assert not [place for place, owners in owned.items() if owners > 1]
        footers = collections.Counter(parse(bug.description) for bug in world.bugs())
        assert not [footer for footer, times in footers.items() if times > 1]


@fewer_examples
@given(stories, pictured)
def test_law_4_a_suspect_build_writes_nothing(story: list[tuple[object, ...]], picture: dict[str, str]) -> None:
    world = World()
    for step in story:
        play_step(world, step)
    world.add_build(len(world.source.stored) + 1, picture, "FAILURE")
    world.advance_clock(days=30)
    before = world.bugs()
    world.run()
    assert world.bugs() == before


@fewer_examples
@given(stories)
def test_law_5_what_a_person_wrote_or_decided_stays(story: list[tuple[object, ...]]) -> None:
    world = World()
    for step in story:
        play_step(world, step)
        world.run()
    for bug in world.bugs():
        by_person: dict[str, str] = {}
        for change in world.store.local_bugs.changes(bug.number):
            if change.who != "covbot":
                by_person[change.what] = change.after
                continue
            assert change.what in {"title", "description", "status"}
            assert change.what == "status" or change.what not in by_person
            assert change.what != "status" or Status(by_person.get("status", "New")) not in statuses.DECLINED


@fewer_examples
@given(stories)
def test_law_6_caps_hold_over_runs_and_restarts(story: list[tuple[object, ...]]) -> None:
    world = World(policy=TIGHT_POLICY)
    for step in story:
        play_step(world, step)
        filed_before = {bug.number for bug in world.bugs()}
        receipts = world.run().receipts
        assert len(receipts) <= TIGHT_POLICY.writes_per_run
        listed = world.bugs()
        fresh = [bug for bug in listed if bug.number not in filed_before]
        if fresh:
            assert sum(bug.status in statuses.OPEN for bug in listed) <= TIGHT_POLICY.max_open
        made = sorted(bug.created_at for bug in listed)
        for moment in made:
            assert sum(moment <= other < moment + dt.timedelta(days=1) for other in made) <= TIGHT_POLICY.new_per_day


@fewer_examples
@given(st.lists(pictured, min_size=2, max_size=6), st.integers())
def test_law_8_the_result_does_not_depend_on_the_order_of_input(pictures: list[dict[str, str]], seed: int) -> None:
    order = random.Random(seed)  # noqa: S311 -- it shuffles a test's input
    one, other = World(), World()
    for number, picture in enumerate(pictures, start=1):
        shuffled = list(picture.items())
        order.shuffle(shuffled)
        one.add_build(number, picture)
        other.add_build(number, dict(shuffled))
    one.run()
    other.run()
    assert one.bugs() == other.bugs()


@fewer_examples
@given(stories, pictured)
def test_law_9_the_same_an_older_or_an_out_of_order_build_changes_nothing(
    story: list[tuple[object, ...]], picture: dict[str, str]
) -> None:
    world = World()
    for step in story:
        play_step(world, step)
    if world.source.stored:
        world.source.stored.pop(min(world.source.stored))
    world.run()
    before, ledger = world.bugs(), world.store.ledgers.load("pictured")
    if ledger.as_of is None:
        return
    world.add_build(0, picture)
    world.run()
    assert world.bugs() == before
    assert world.store.ledgers.load("pictured") == ledger


@fewer_examples
@given(pictured, pictured, st.integers(2, 8))
def test_law_10_flapping_faster_than_the_quorum_writes_nothing(
    one: dict[str, str], other: dict[str, str], times: int
) -> None:
    both = {path: ("".join("." for _ in one[path]), one[path].replace(" ", ".")) for path in one.keys() & other.keys()}
    world = World()
    for number in range(1, times + 1):
        world.add_build(number, {path: flapping[number % 2] for path, flapping in both.items()})
        world.advance_clock(days=30)
        world.run()
    assert world.bugs() == []


@fewer_examples
@given(stories, st.sampled_from(sorted(statuses.DECLINED)), st.lists(pictured, max_size=4))
def test_law_11_suppression_survives_everything(
    story: list[tuple[object, ...]], verdict: Status, later: Sequence[dict[str, str]]
) -> None:
    world = World()
    for step in story:
        play_step(world, step)
        world.run()
    for bug in world.bugs():
        world.person().set_status(bug.number, verdict)
    before = world.bugs_without_times()
    paths = {entry.task.path for entry in world.store.ledgers.load("pictured").entries.values() if entry.record}
    world.policy = Policy(max_statements=1)
    for picture in later:
        for _ in range(2):
            world.add_build(
                len(world.source.stored) + 1, {path: text for path, text in picture.items() if path in paths}
            )
        world.advance_clock(days=300)
        world.run()
    assert world.bugs_without_times()[: len(before)] == before
    fresh = world.store.ledgers.load("pictured").entries
    new = [entry for entry in fresh.values() if entry.record and entry.record.bug > len(before)]
    assert not [entry for entry in new if entry.task.path in paths and entry.record and entry.record.generation > 1]


@fewer_examples
@given(stories)
def test_law_12_a_template_change_alone_writes_nothing(story: list[tuple[object, ...]]) -> None:
    world = World()
    for step in story:
        play_step(world, step)
    world.run()
    before = world.bugs()
    world.writer = OTHER_WRITER
    world.run()
    assert world.bugs() == before
