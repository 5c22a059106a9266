"""Easy new bugs are tagged for beginners while fewer than allowed are open, and no other bug ever is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from core.planning.sample_proposals import make_bug, make_entry, make_footer, make_record, propose
from covbot.core.bugs.actions import About, CommentOnBug, FileBug
from covbot.core.bugs.statuses import Status
from covbot.core.planning import beginners, life_table
from covbot.core.planning.caps import DueBurst
from covbot.core.policy import Policy
from covbot.core.tasks.assessment import Assessment, NearbyTest

if TYPE_CHECKING:
    from covbot.core.bugs.bug import Bug

EASY = Assessment(statements=3, studied=True, conditions=1, nearby_test=NearbyTest.CALLS)
TAGGED = frozenset({"covbot", "low-hanging-fruit"})


def _file(number: int, **changes: Any) -> DueBurst:  # noqa: ANN401 -- the fields of an Entry
    """Return the due filing of an easy task."""
    proposal = propose(make_entry(number, **{"assessment": EASY} | changes), tags=("testing",))
    burst = life_table.decide_filing(proposal)
    assert isinstance(burst, tuple)
    return DueBurst(proposal=proposal, burst=burst)


def _tag(due: list[DueBurst], known: list[Bug], most: int) -> list[str]:
    """Return the tags of each filed bug, in order."""
    numbered = {bug.number: bug for bug in known}
    found = [*beginners.tag_beginner_bugs(due, numbered, Policy(low_hanging_fruit=most))]
    assert [item.proposal for item in found] == [item.proposal for item in due]
    return [" ".join(action.tags) for item in found for action in item.burst if isinstance(action, FileBug)]


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_no_more_bugs_are_tagged_than_allowed_and_the_first_ones_are(most: int) -> None:
    tags = _tag([_file(91), _file(92), _file(93)], [], most)
    assert tags == ["covbot low-hanging-fruit testing"] * most + ["covbot testing"] * (3 - most)


@pytest.mark.parametrize(
    ("known", "tagged"),
    [
        ([], 2),
        ([make_bug(1, tags=TAGGED)], 1),
        ([make_bug(1, tags=TAGGED, status=Status.IN_PROGRESS)], 1),
        ([make_bug(1, tags=TAGGED), make_bug(2, tags=TAGGED)], 0),
        ([make_bug(1, tags=TAGGED, status=Status.FIX_RELEASED)], 2),
        ([make_bug(1)], 2),
    ],
)
def test_the_open_bugs_that_are_tagged_already_count(known: list[Bug], tagged: int) -> None:
    tags = _tag([_file(91), _file(92)], known, 2)
    assert sum("low-hanging-fruit" in found for found in tags) == tagged


@pytest.mark.parametrize(
    "changes",
    [
        {"assessment": None},
        {"assessment": attrs.evolve(EASY, conditions=3)},
        {"assessment": attrs.evolve(EASY, nearby_test=NearbyTest.NONE)},
        {"record": make_record(91)},
    ],
    ids=["not assessed", "many conditions", "no test", "a bug before"],
)
def test_a_bug_that_is_not_easy_or_not_the_first_of_its_task_is_not_tagged_and_takes_no_room(
    changes: dict[str, Any],
) -> None:
    assert _tag([_file(91, **changes), _file(92)], [], 1) == ["covbot testing", "covbot low-hanging-fruit testing"]


def test_other_writes_pass_through_unchanged() -> None:
    comment = CommentOnBug(footer=make_footer(1), bug=1, about=About.DONE, text="t", why="w")
    due = DueBurst(proposal=propose(make_entry(1, assessment=EASY)), burst=(comment,))
    assert [*beginners.tag_beginner_bugs([due], {}, Policy(low_hanging_fruit=9))] == [due]
