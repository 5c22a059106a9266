"""Short stories about code that changes, of which the build tells the revision; each builds real commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.pipeline import ingestion
from support import two_builds
from support.two_builds import COMMENT, U_PAGE, U_TEXT, V_PAGE

if TYPE_CHECKING:
    from support.world import World

W = ".|def w(size):\nx|    size += 1\nx|    return size * 2"
DONE = U_PAGE.replace("x|", ".|")
UNKNOWN = "f" * 40


def go(world: World, *pages: str, path: str = "m.py") -> list[Status]:
    """A build of each page, each with a pass over it: the statuses of all bugs then."""
    for page in pages:
        world.commit(len(world.shelf.lying) + 1, {path: page, "n.py": V_PAGE})
        world.run()
    return [bug.status for bug in world.bugs()]


@pytest.mark.parametrize(
    ("hits", "flaky", "filed"),
    [
        (".x.xx", True, False),
        (".x...x.xx", True, False),
        (".xx..xx", False, True),
        (".xx", False, True),
        (".x..........xx", False, True),
        ("x.x", True, False),
    ],
)
def test_two_flips_within_ten_builds_make_a_line_flaky_and_a_confirmed_change_is_none(
    hits: str, flaky: bool, filed: bool, world: World
) -> None:
    go(world, *(COMMENT * number + (U_PAGE if hit == "x" else DONE) for number, hit in enumerate(hits)))
    assert bool(world.ledger().flaky("m.py")) is flaky
    assert [bug.status for bug in world.bugs() if bug.status is Status.NEW] == [Status.NEW] * filed


def test_a_flaky_line_neither_closes_its_bug_nor_changes_its_text(world: World) -> None:
    go(world, U_PAGE + "\n" + W, U_PAGE + "\n" + W)
    before = world.seen()
    world.after(days=30)
    go(world, *(page + "\n" + W for page in (DONE, U_PAGE, DONE, DONE, COMMENT + DONE, DONE)))
    assert world.seen() == before
    assert list(world.ledger().flaky("m.py")) == [3]


def test_a_flaky_line_that_ran_long_enough_closes_its_bug(world: World) -> None:
    assert go(world, U_PAGE, U_PAGE, DONE, U_PAGE, *[DONE] * 9) == [Status.NEW]
    assert go(world, DONE) == [Status.FIX_RELEASED]


def test_flips_of_a_file_that_is_not_measured_for_a_while_stay_with_their_lines(world: World) -> None:
    go(world, U_PAGE, U_PAGE, DONE, U_PAGE)
    assert list(world.ledger().flaky("m.py")) == [3]
    for number in (5, 6):
        world.commit(number, {"n.py": V_PAGE}, beside={"m.py": f"# edited\n{U_TEXT}"})
        [taken] = world.run().builds
        ingestion.accept_build(world.project(), number, f"so be it: {taken.verdict.reasons}")
    go(world, COMMENT + COMMENT + U_PAGE)
    assert list(world.ledger().flaky("m.py")) == [5]


def test_a_queued_line_that_the_newest_build_ran_is_not_filed(world: World) -> None:
    world.policy = Policy(new_per_day=0)
    go(world, U_PAGE, U_PAGE)
    world.policy = Policy()
    assert go(world, DONE) == []


def test_queued_tasks_keep_their_keys_when_code_changes_above_them(world: World) -> None:
    world.policy = Policy(new_per_day=0, max_statements=2)
    go(world, U_PAGE + "\n" + W, U_PAGE + "\n" + W)
    keys = {entry.task.regions: key for key, entry in world.ledger().entries.items()}
    assert keys.keys() == {("u",), ("w",)}
    new = W.replace("w(size)", "a(size)").replace("size", "first")
    for number in (3, 4, 5):
        world.commit(number, {"renamed.py": "\n".join((new, COMMENT + U_PAGE, W)), "n.py": V_PAGE})
        world.run()
    later = {entry.task.regions: key for key, entry in world.ledger().entries.items()}
    assert later == {**keys, ("a",): later["a",]}


@pytest.mark.parametrize("left", [V_PAGE, None])
def test_deleted_code_makes_its_bug_invalid_after_two_builds_with_one_comment(left: str | None, world: World) -> None:
    go(world, U_PAGE, U_PAGE)
    for statuses in ([Status.NEW], [Status.INVALID], [Status.INVALID], [Status.INVALID]):
        number = len(world.shelf.lying) + 1
        world.commit(number, {"n.py": V_PAGE} | ({"m.py": left} if left else {}))
        world.run()
        assert [bug.status for bug in world.bugs()] == statuses
    assert [len(bug.comments) for bug in world.bugs()] == [1]


@pytest.mark.parametrize("left", [V_PAGE, None])
def test_code_deleted_and_put_back_at_once_changes_nothing(left: str | None, world: World) -> None:
    go(world, U_PAGE, U_PAGE)
    before = world.seen()
    world.commit(3, {"n.py": V_PAGE} | ({"m.py": left} if left else {}))
    world.run()
    world.after(days=30)
    assert go(world, U_PAGE, DONE, U_PAGE, COMMENT + U_PAGE, U_PAGE) == [Status.NEW]
    assert world.seen() == before


def test_a_build_of_unknown_revision_is_said_and_leaves_changed_files_to_the_next_known_one(world: World) -> None:
    go(world, f"{U_PAGE}\n{W}", f"{U_PAGE}\n{W}")
    before = world.seen()
    world.commit(3, {"m.py": f"{COMMENT}x|import this\n{U_PAGE}\n{W}", "n.py": V_PAGE}, revision=UNKNOWN)
    [taken] = world.run().builds
    assert taken.verdict.trusted
    assert "without the source" in " ".join(taken.notes)
    assert two_builds.describe_bugs(world) == ["New m.py 3, 6-7"]
    world.after(days=30)
    go(world, f"{COMMENT}{COMMENT}{U_PAGE}\n{W}", f"{COMMENT}{COMMENT}{U_PAGE}\n{W}")
    assert world.seen() == before
    assert two_builds.describe_bugs(world) == ["New m.py 5, 8-9"]
    gaps = {gap.region: (gap.since, list(gap.lines)) for gap in world.ledger().gaps.values() if gap.lines}
    assert gaps == {"u": (2, [5]), "w": (2, [8, 9])}


def test_a_build_of_unknown_revision_moves_files_on_whose_lines_stand_where_they_stood(world: World) -> None:
    go(world, f"{U_PAGE}\n{W}", f"{U_PAGE}\n{W}")
    for number, page in enumerate((f"{DONE}\n{W}", f"{DONE}\n{W}"), start=3):
        world.commit(number, {"m.py": page, "n.py": V_PAGE}, revision=UNKNOWN)
        world.run()
    assert two_builds.describe_bugs(world) == ["New* m.py 6-7"]
    go(world, COMMENT + DONE + "\n" + W)
    assert two_builds.describe_bugs(world) == ["New* m.py 7-8"]


def test_the_gap_of_a_module_body_waits_for_a_known_revision_too(world: World) -> None:
    body = f"x|done = 1\n{V_PAGE}"
    go(world, body, body)
    before = world.seen()
    world.after(days=30)
    for number in (3, 4, 5):
        world.commit(number, {"m.py": f"{COMMENT}{body}\n{W}", "n.py": V_PAGE}, revision=UNKNOWN)
        world.run()
        assert world.seen() == before
    go(world, f"{COMMENT}{body}\n{W}")
    assert two_builds.describe_bugs(world)[0] == "New m.py 2"
    assert world.seen()[:1] == before


@pytest.mark.parametrize(
    ("page", "beside", "filed"),
    [
        (U_PAGE.replace(".|", "x|"), {}, True),
        (U_PAGE.replace(".|", "x|"), {"tests/test_m.py": "test"}, False),
        (U_PAGE, {"tests/test_m.py": "test"}, True),
        (f"{V_PAGE}\n.|class C:\n.|    def c(self):\nx|        return 1", {}, True),
        (f"{V_PAGE}\nx|class C:\nx|    def c(self):\nx|        return 1", {"tests/test_m.py": "test"}, True),
    ],
)
def test_what_nothing_ran_of_is_not_filed_where_its_tests_are_there(
    page: str, beside: dict[str, str], filed: bool, world: World
) -> None:
    world.tests = ("tests/test_{name}.py",)
    for number in (1, 2):
        world.commit(number, {"m.py": page, "n.py": V_PAGE}, beside=beside)
    result = world.run()
    assert bool(world.bugs()) is filed
    assert filed or "not exercised: none of the 4 statements" in result.plan.skipped[0].why


@pytest.mark.parametrize("moved", [U_PAGE, DONE])
def test_part_of_a_filed_task_that_goes_into_another_file_is_not_filed_again(moved: str, world: World) -> None:
    for number, rest in enumerate((f"{U_PAGE}\n{W}", f"{U_PAGE}\n{W}", U_PAGE, U_PAGE, U_PAGE), start=1):
        beside = V_PAGE if W in rest else f"{W}\n{V_PAGE}"
        world.commit(number, {"m.py": rest, "n.py": beside})
        world.run()
        world.after(days=9)
        assert len(world.bugs()) == min(number - 1, 1)
    for number in (6, 7):
        world.commit(number, {"m.py": DONE, "n.py": f"{COMMENT}{W}\n{V_PAGE}"})
        world.run()
        world.after(days=9)
    assert two_builds.describe_bugs(world) == ["New* n.py 3-4"]
    for number in (8, 9):
        world.commit(
            number, {"m.py": moved.replace("x|", ".|"), "n.py": COMMENT + W.replace("x|", ".|") + "\n" + V_PAGE}
        )
        world.run()
        world.after(days=9)
    assert [bug.status for bug in world.bugs()] == [Status.FIX_RELEASED]


def test_code_that_was_away_and_then_ran_is_said_to_run_and_not_to_be_gone(world: World) -> None:
    world.policy = Policy(flaky_builds=1)
    statuses = go(world, U_PAGE, U_PAGE)
    assert statuses == [Status.NEW]
    world.commit(3, {"n.py": V_PAGE})
    world.run()
    assert go(world, U_PAGE, DONE) == [Status.NEW]
    assert go(world, DONE) == [Status.FIX_RELEASED]
