"""The laws of the life of a bug over random stories, with faults and restarts: one contract for both trackers."""

from __future__ import annotations

import collections
import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covbot import errors
from covbot.core.bugs import footers
from covbot.core.bugs.actions import Outcome
from covbot.core.policy import Policy
from covbot.pipeline import passes
from doubles.launchpad.faults import Fault
from support import random_lives, tracker_worlds, trackers
from support.crashes.failing_tracker import FailingTracker, HookedTracker
from support.random_lives import Life
from support.strategies import OTHER_WRITER, TIGHT_POLICY
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.bugs.bug import Bug

few = settings(max_examples=max(2, settings().max_examples // 30), suppress_health_check=[HealthCheck.too_slow])
ROOMY = Policy(max_open=90, new_per_day=90, writes_per_run=900)
Story = list[tuple[object, ...]]


@pytest.fixture(scope="module", params=["local", "launchpad"], autouse=True)
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where all bugs live; Launchpad is one for all stories, and empty again for each."""
    with tracker_worlds.share_tracker(request.param):
        yield


def tell(story: Story, policy: Policy = TIGHT_POLICY) -> Life:
    """A life after a story, with a pass after each of its steps."""
    life = Life(World(policy=policy))
    for step in story:
        life.take(step)
        life.go()
    return life


def settled(story: Story, policy: Policy = ROOMY) -> Life:
    """A life in which nothing is due any more."""
    life = tell(story, policy)
    life.settle()
    return life


def awaited(story: Story, picture: dict[str, str]) -> Life:
    """A life after a story, in which two builds that agree wait for a pass."""
    life = tell(story, ROOMY)
    life.build(picture)
    life.build(picture)
    return life


@contextlib.contextmanager
def unwritten(life: Life) -> Iterator[None]:
    """Meanwhile no bug changes, and no request is sent that may write."""
    before, sent = life.world.bugs(), life.sent()
    yield
    assert life.world.bugs() == before
    assert life.sent() == sent


def words(found: Sequence[Bug]) -> list[str]:
    """What bugs say, in an order and without the numbers that depend on when they were filed."""
    rows = ((b.title, b.description, b.status, sorted(b.tags), b.assignee, [c.text for c in b.comments]) for b in found)
    return sorted(re.sub(r"bugs?/? ?\d+", "bug", str(row)) for row in rows)


@few
@given(random_lives.stories)
def test_law_1_a_plan_once_applied_leaves_nothing_to_plan(story: Story) -> None:
    life = Life(World(policy=ROOMY))
    for step in story:
        life.take(step)
        if life.go() is None:
            continue
        before = life.world.bugs()
        again = life.go()
        assert again is not None
        assert again.plan.actions == ()
        assert life.world.bugs() == before


@few
@given(random_lives.stories, st.lists(random_lives.disturbances, max_size=3))
def test_laws_2_5_6_11_and_16_hold_after_each_pass_of_a_disturbed_story(story: Story, blows: Story) -> None:
    life = Life()
    for place, step in enumerate(story):
        life.take(step)
        if place < len(blows):
            life.disturb(blows[place])
        life.go()
    assert life.passes >= len(story)


@few
@given(random_lives.stories, st.lists(random_lives.disturbances, min_size=1, max_size=6))
def test_law_3_cut_off_at_any_write_and_run_again_the_same_bugs_are_left(story: Story, blows: Story) -> None:
    ends = []
    for disturbed in (False, True):
        life = Life(World(policy=ROOMY))
        for place, step in enumerate(story):
            life.take(step)
            life.disturb(blows[place % len(blows)]) if disturbed else life.go()
            life.settle()
        ends.append(words(life.world.bugs()))
    assert ends[0] == ends[1]


@few
@given(random_lives.stories, random_lives.pictured)
def test_law_9_an_older_build_or_the_same_again_changes_nothing(story: Story, picture: dict[str, str]) -> None:
    life = settled(story)
    before, ledger = life.world.bugs(), life.world.ledger()
    life.world.build(0, picture)
    life.go()
    life.restart()
    life.go()
    assert life.world.bugs() == before
    assert life.world.ledger() == ledger


@few
@given(random_lives.stories, random_lives.pictured, st.integers(1, 5))
def test_law_10_flapping_faster_than_the_quorum_writes_nothing(story: Story, other: dict[str, str], times: int) -> None:
    life = settled(story)
    picture = dict.fromkeys(random_lives.NAMES, "......")
    life.take(("agree", picture))
    life.settle()
    flap = {path: marks.ljust(6, ".").replace(" ", ".") for path, marks in other.items()}
    with unwritten(life):
        for turn in range(times):
            life.build(picture if turn % 2 else picture | flap)
            life.go()


@few
@given(random_lives.stories)
def test_law_12_a_template_change_alone_writes_nothing(story: Story) -> None:
    life = settled(story)
    with unwritten(life):
        life.world.writer = OTHER_WRITER
        life.go()


@few
@given(random_lives.stories)
def test_law_13_a_lost_store_is_rebuilt_from_the_tracker_without_filing(story: Story) -> None:
    life = settled([step for step in story if "private" not in step])
    before = life.world.bugs()
    life.lose()
    for _ in range(2):
        life.go()
    assert [bug.number for bug in life.world.bugs()] == [bug.number for bug in before]


@few
@given(random_lives.stories, random_lives.pictured)
def test_law_14_a_read_that_fails_lets_nothing_be_created(story: Story, picture: dict[str, str]) -> None:
    life = awaited(story, picture)
    before, site = life.world.bugs(), life.world.site
    if isinstance(site, trackers.LaunchpadSite):
        site.double.fail(Fault.BAD_GATEWAY, times=10**6, of=lambda request: request.method == "GET")
        life.go()
        site.double.mend()
    else:
        life.go(FailingTracker(life.world.tracker(), errors.CannotUseTracker("no answer")))
    assert life.world.bugs() == before


@few
@given(random_lives.stories, random_lives.pictured)
def test_law_15_a_plan_and_observe_mode_write_nothing_anywhere(story: Story, picture: dict[str, str]) -> None:
    life = awaited(story, picture)
    ledger = life.world.ledger()
    with unwritten(life):
        passes.dry_run(life.world.project())
        assert life.world.ledger() == ledger
        life.world.live = False
        life.go()


@few
@given(random_lives.stories, random_lives.pictured, st.integers(1, 4), st.booleans())
def test_law_17_two_runners_at_once_file_nothing_twice(
    story: Story, picture: dict[str, str], nth: int, stolen: bool
) -> None:
    life = awaited(story, picture)
    seen = 0

    def meet() -> None:
        nonlocal seen
        seen += 1
        if seen != nth:
            return
        if not stolen:
            with pytest.raises(errors.LeaseTaken):
                passes.run(life.world.project())
            return
        thief = life.world.store.leases
        thief.acquire("pictured", "thief/1/x", until=life.world.now, now=life.world.now.replace(year=2100))
        thief.release("pictured", "thief/1/x")
        passes.run(life.world.project())

    tracker = HookedTracker(life.world.tracker(), **{"after" if stolen else "before": meet})
    with contextlib.suppress(errors.CannotUseStore):  # the runner that was robbed finds its write settled by the thief
        life.go(tracker)
    life.settle()
    keys = collections.Counter(footer for bug in life.world.bugs() if (footer := footers.parse(bug.description)))
    assert set(keys.values()) <= {1}


@few
@given(random_lives.stories, random_lives.pictured, st.integers(0, 9))
def test_law_19_one_failing_bug_does_not_stop_the_others(story: Story, picture: dict[str, str], nth: int) -> None:
    life = awaited(story, picture)
    keys = list(dict.fromkeys(action.footer.key for action in passes.dry_run(life.world.project()).plan.actions))
    if not keys:
        return
    key = keys[nth % len(keys)]
    result = life.go(FailingTracker(life.world.tracker(), errors.WriteRefused("not this one"), key))
    assert result is not None
    done = {receipt.action.footer.key for receipt in result.receipts if receipt.outcome is Outcome.DONE}
    assert done == set(keys) - {key}


@few
@given(random_lives.stories, random_lives.pictured)
def test_law_19_a_failing_account_stops_all(story: Story, picture: dict[str, str]) -> None:
    life = awaited(story, picture)
    before, site = life.world.bugs(), life.world.site
    if isinstance(site, trackers.LaunchpadSite):
        tokens = dict(site.double.service.tokens)
        site.double.service.tokens.clear()
        assert life.go() is None
        site.double.service.tokens.update(tokens)
    else:
        assert life.go(FailingTracker(life.world.tracker(), errors.CannotUseTracker("no such account"))) is None
    assert life.world.bugs() == before
