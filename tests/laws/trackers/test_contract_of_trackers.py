"""The laws of the life of a bug over random stories, with faults and restarts: one contract for both trackers."""

from __future__ import annotations

import collections
import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
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

few_examples = settings(
    max_examples=max(2, settings().max_examples // 30), suppress_health_check=[HealthCheck.too_slow]
)
LOOSE_POLICY = Policy(max_open=90, new_per_day=90, writes_per_run=900)
Story = list[tuple[object, ...]]


@pytest.fixture(scope="module", params=["local", "launchpad"], autouse=True)
def site(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give all worlds this tracker; one double of Launchpad serves all stories, reset for each."""
    with tracker_worlds.share_tracker(request.param):
        yield


def play_story(story: Story, policy: Policy = TIGHT_POLICY) -> Life:
    """Return a life after a story with a pass after each of its steps."""
    life = Life(World(policy=policy))
    for step in story:
        life.play_step(step)
        life.run_pass()
    return life


def play_until_idle(story: Story, policy: Policy = LOOSE_POLICY) -> Life:
    """Return a life after a story in which nothing is due any more."""
    life = play_story(story, policy)
    life.run_until_idle()
    return life


def play_and_add_builds(story: Story, picture: dict[str, str]) -> Life:
    """Return a life after a story in which two builds that agree wait for a pass."""
    life = play_story(story, LOOSE_POLICY)
    life.add_build(picture)
    life.add_build(picture)
    return life


@contextlib.contextmanager
def expect_no_writes(life: Life) -> Iterator[None]:
    """Check that meanwhile no bug changes and no request is sent that may write."""
    before, sent = life.world.bugs(), life.count_writes()
    yield
    assert life.world.bugs() == before
    assert life.count_writes() == sent


def list_texts(bugs: Sequence[Bug]) -> list[str]:
    """Return the contents of bugs without their numbers, in an order that does not depend on the order of filing."""
    rows = ((b.title, b.description, b.status, sorted(b.tags), b.assignee, [c.text for c in b.comments]) for b in bugs)
    return sorted(re.sub(r"bugs?/? ?\d+", "bug", str(row)) for row in rows)


@few_examples
@given(random_lives.stories)
def test_law_1_a_plan_once_applied_leaves_nothing_to_plan(story: Story) -> None:
    life = Life(World(policy=LOOSE_POLICY))
    for step in story:
        life.play_step(step)
        if life.run_pass() is None:
            continue
        before = life.world.bugs()
        again = life.run_pass()
        assert again is not None
        assert again.plan.actions == ()
        assert life.world.bugs() == before


@few_examples
@given(random_lives.stories, st.lists(random_lives.disturbances, max_size=3))
def test_laws_2_5_6_11_and_16_hold_after_each_pass_of_a_disturbed_story(story: Story, disturbances: Story) -> None:
    life = Life()
    for index, step in enumerate(story):
        life.play_step(step)
        if index < len(disturbances):
            life.run_disturbed(disturbances[index])
        life.run_pass()
    assert life.pass_count >= len(story)


@few_examples
@given(random_lives.stories, st.lists(random_lives.disturbances, min_size=1, max_size=6))
def test_law_3_cut_off_at_any_write_and_run_again_the_same_bugs_are_left(story: Story, disturbances: Story) -> None:
    ends = []
    for disturbed in (False, True):
        life = Life(World(policy=LOOSE_POLICY))
        for index, step in enumerate(story):
            life.play_step(step)
            life.run_disturbed(disturbances[index % len(disturbances)]) if disturbed else life.run_pass()
            life.run_until_idle()
        ends.append(list_texts(life.world.bugs()))
    assert ends[0] == ends[1]


@few_examples
@given(random_lives.stories, random_lives.pictured)
def test_law_9_an_older_build_or_the_same_again_changes_nothing(story: Story, picture: dict[str, str]) -> None:
    life = play_until_idle(story)
    before, ledger = life.world.bugs(), life.world.ledger()
    life.world.add_build(0, picture)
    life.run_pass()
    life.restart_covbot()
    life.run_pass()
    assert life.world.bugs() == before
    assert life.world.ledger() == ledger


@few_examples
@given(random_lives.stories, random_lives.pictured, st.integers(1, 5))
def test_law_10_flapping_faster_than_the_quorum_writes_nothing(story: Story, other: dict[str, str], times: int) -> None:
    life = play_until_idle(story)
    picture = dict.fromkeys(random_lives.NAMES, "......")
    life.play_step(("agree", picture))
    life.run_until_idle()
    flap = {path: marks.ljust(6, ".").replace(" ", ".") for path, marks in other.items()}
    with expect_no_writes(life):
        for turn in range(times):
            life.add_build(picture if turn % 2 else picture | flap)
            life.run_pass()


@few_examples
@given(random_lives.stories)
def test_law_12_a_template_change_alone_writes_nothing(story: Story) -> None:
    life = play_until_idle(story)
    with expect_no_writes(life):
        life.world.writer = OTHER_WRITER
        life.run_pass()


@few_examples
@given(random_lives.stories)
@example([("agree", {"b.py": ".x"}), ("size", 1), ("agree", {"a.py": "."}), ("agree", {"b.py": ".xx"})])
def test_law_13_a_lost_store_is_rebuilt_from_the_tracker_without_filing(story: Story) -> None:
    life = play_until_idle([step for step in story if "private" not in step])
    before = life.world.bugs()
    life.lose_store()
    for _ in range(2):
        life.run_pass()
    assert [bug.number for bug in life.world.bugs()] == [bug.number for bug in before]


@few_examples
@given(random_lives.stories, random_lives.pictured)
def test_law_14_a_read_that_fails_lets_nothing_be_created(story: Story, picture: dict[str, str]) -> None:
    life = play_and_add_builds(story, picture)
    before, site = life.world.bugs(), life.world.site
    if isinstance(site, trackers.LaunchpadSite):
        site.double.fail(Fault.BAD_GATEWAY, times=10**6, of=lambda request: request.method == "GET")
        life.run_pass()
        site.double.mend()
    else:
        life.run_pass(FailingTracker(life.world.tracker(), errors.CannotUseTracker("no answer")))
    assert life.world.bugs() == before


@few_examples
@given(random_lives.stories, random_lives.pictured)
def test_law_15_a_plan_and_observe_mode_write_nothing_anywhere(story: Story, picture: dict[str, str]) -> None:
    life = play_and_add_builds(story, picture)
    ledger = life.world.ledger()
    with expect_no_writes(life):
        passes.dry_run(life.world.project())
        assert life.world.ledger() == ledger
        life.world.live = False
        life.run_pass()


@few_examples
@given(random_lives.stories, random_lives.pictured, st.integers(1, 4), st.booleans())
def test_law_17_two_runners_at_once_file_nothing_twice(
    story: Story, picture: dict[str, str], nth: int, stolen: bool
) -> None:
    life = play_and_add_builds(story, picture)
    writes = 0

    def run_second_runner() -> None:
        nonlocal writes
        writes += 1
        if writes != nth:
            return
        if not stolen:
            with pytest.raises(errors.LeaseTaken):
                passes.run(life.world.project())
            return
        thief = life.world.store.leases
        thief.acquire("pictured", "thief", dead=thief.read("pictured"))
        thief.release("pictured", "thief")
        passes.run(life.world.project())

    tracker = HookedTracker(life.world.tracker(), **{"after" if stolen else "before": run_second_runner})
    with contextlib.suppress(
        errors.CannotUseStore
    ):  # the runner whose lease was stolen finds its write confirmed by the thief
        life.run_pass(tracker)
    life.run_until_idle()
    keys = collections.Counter(footer for bug in life.world.bugs() if (footer := footers.parse(bug.description)))
    assert set(keys.values()) <= {1}


@few_examples
@given(random_lives.stories, random_lives.pictured, st.integers(0, 9))
def test_law_19_one_failing_bug_does_not_stop_the_others(story: Story, picture: dict[str, str], nth: int) -> None:
    life = play_and_add_builds(story, picture)
    keys = list(dict.fromkeys(action.footer.key for action in passes.dry_run(life.world.project()).plan.actions))
    if not keys:
        return
    key = keys[nth % len(keys)]
    result = life.run_pass(FailingTracker(life.world.tracker(), errors.WriteRefused("not this one"), key))
    assert result is not None
    done = {receipt.action.footer.key for receipt in result.receipts if receipt.outcome is Outcome.DONE}
    assert done == set(keys) - {key}


@few_examples
@given(random_lives.stories, random_lives.pictured)
def test_law_19_a_failing_account_stops_all(story: Story, picture: dict[str, str]) -> None:
    life = play_and_add_builds(story, picture)
    before, site = life.world.bugs(), life.world.site
    if isinstance(site, trackers.LaunchpadSite):
        tokens = dict(site.double.service.tokens)
        site.double.service.tokens.clear()
        assert life.run_pass() is None
        site.double.service.tokens.update(tokens)
    else:
        assert life.run_pass(FailingTracker(life.world.tracker(), errors.CannotUseTracker("no such account"))) is None
    assert life.world.bugs() == before
