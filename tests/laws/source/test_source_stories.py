"""Short stories about code that changes between builds of known revisions, each on real commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.pipeline.builds import ingestion
from support import two_builds
from support.two_builds import COMMENT, U_PAGE, U_TEXT, V_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.world import World

W_PAGE = ".|def w(size):\nx|    size += 1\nx|    return size * 2"
DONE_PAGE = U_PAGE.replace("x|", ".|")
UNKNOWN = "f" * 40


def run_builds(world: World, *pages: str, path: str = "m.py") -> list[Status]:
    """Add a build of each page and run a pass after each; return the statuses of all bugs then."""
    for page in pages:
        world.commit_build(len(world.source.stored) + 1, {path: page, "n.py": V_PAGE})
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
    run_builds(world, *(COMMENT * number + (U_PAGE if hit == "x" else DONE_PAGE) for number, hit in enumerate(hits)))
    assert bool(world.ledger().flaky("m.py")) is flaky
    assert [bug.status for bug in world.bugs() if bug.status is Status.NEW] == [Status.NEW] * filed


def test_a_flaky_line_neither_closes_its_bug_nor_changes_its_text(world: World) -> None:
    run_builds(world, U_PAGE + "\n" + W_PAGE, U_PAGE + "\n" + W_PAGE)
    before = world.bugs_without_times()
    world.advance_clock(days=30)
    run_builds(
        world,
        *(page + "\n" + W_PAGE for page in (DONE_PAGE, U_PAGE, DONE_PAGE, DONE_PAGE, COMMENT + DONE_PAGE, DONE_PAGE)),
    )
    assert world.bugs_without_times() == before
    assert list(world.ledger().flaky("m.py")) == [3]


def test_a_flaky_line_that_ran_long_enough_closes_its_bug(world: World) -> None:
    assert run_builds(world, U_PAGE, U_PAGE, DONE_PAGE, U_PAGE, *[DONE_PAGE] * 9) == [Status.NEW]
    assert run_builds(world, DONE_PAGE) == [Status.FIX_RELEASED]


def test_flips_of_a_file_that_is_not_measured_for_a_while_stay_with_their_lines(world: World) -> None:
    run_builds(world, U_PAGE, U_PAGE, DONE_PAGE, U_PAGE)
    assert list(world.ledger().flaky("m.py")) == [3]
    for number in (5, 6):
        world.commit_build(number, {"n.py": V_PAGE}, beside={"m.py": f"# edited\n{U_TEXT}"})
        [ingested] = world.run().builds
        ingestion.accept_build(world.project(), number, f"so be it: {ingested.verdict.reasons}")
    run_builds(world, COMMENT + COMMENT + U_PAGE)
    assert list(world.ledger().flaky("m.py")) == [5]


def test_a_queued_line_that_the_newest_build_ran_is_not_filed(world: World) -> None:
    world.policy = Policy(new_per_day=0)
    run_builds(world, U_PAGE, U_PAGE)
    world.policy = Policy()
    assert run_builds(world, DONE_PAGE) == []


def test_queued_tasks_keep_their_keys_when_code_changes_above_them(world: World) -> None:
    world.policy = Policy(new_per_day=0, max_statements=2)
    run_builds(world, U_PAGE + "\n" + W_PAGE, U_PAGE + "\n" + W_PAGE)
    keys = {entry.task.regions: key for key, entry in world.ledger().entries.items()}
    assert keys.keys() == {("u",), ("w",)}
    new = W_PAGE.replace("w(size)", "a(size)").replace("size", "first")
    for number in (3, 4, 5):
        world.commit_build(number, {"renamed.py": "\n".join((new, COMMENT + U_PAGE, W_PAGE)), "n.py": V_PAGE})
        world.run()
    later = {entry.task.regions: key for key, entry in world.ledger().entries.items()}
    assert later == {**keys, ("a",): later["a",]}


@pytest.mark.usefixtures("launchpad")
@pytest.mark.parametrize("status", [None, Status.IN_PROGRESS, Status.FIX_COMMITTED])
@pytest.mark.parametrize(
    "back", [W_PAGE, W_PAGE.replace(" * 2", " * 3"), f"{W_PAGE}\nx|    more = size\nx|    again = more"]
)
def test_a_bug_in_work_takes_its_code_back_however_it_was_edited(
    status: Status | None, back: str, new_world: Callable[[], World]
) -> None:
    world = new_world()
    first, without = f"{V_PAGE}\n{W_PAGE}", V_PAGE
    assert run_builds(world, first, first) == [Status.NEW]
    if status is None:
        world.person().assign(1, "ada")
    else:
        world.person().set_status(1, status)
    run_builds(world, without, without, f"{V_PAGE}\n{back}", f"{V_PAGE}\n{back}", f"{V_PAGE}\n{back}")
    assert len(world.bugs()) == 1
    assert len(world.bugs()[0].comments) == 1  # that the code was gone


@pytest.mark.parametrize("left", [V_PAGE, None])
def test_deleted_code_makes_its_bug_invalid_after_two_builds_with_one_comment(left: str | None, world: World) -> None:
    run_builds(world, U_PAGE, U_PAGE)
    for statuses in ([Status.NEW], [Status.INVALID], [Status.INVALID], [Status.INVALID]):
        number = len(world.source.stored) + 1
        world.commit_build(number, {"n.py": V_PAGE} | ({"m.py": left} if left else {}))
        world.run()
        assert [bug.status for bug in world.bugs()] == statuses
    assert [len(bug.comments) for bug in world.bugs()] == [1]


@pytest.mark.parametrize("left", [V_PAGE, None])
def test_code_deleted_and_put_back_at_once_changes_nothing(left: str | None, world: World) -> None:
    run_builds(world, U_PAGE, U_PAGE)
    before = world.bugs_without_times()
    world.commit_build(3, {"n.py": V_PAGE} | ({"m.py": left} if left else {}))
    world.run()
    world.advance_clock(days=30)
    assert run_builds(world, U_PAGE, DONE_PAGE, U_PAGE, COMMENT + U_PAGE, U_PAGE) == [Status.NEW]
    assert world.bugs_without_times() == before


def test_a_build_of_unknown_revision_changes_nothing_and_leaves_all_to_the_next_known_one(world: World) -> None:
    run_builds(world, f"{U_PAGE}\n{W_PAGE}", f"{U_PAGE}\n{W_PAGE}")
    before = world.bugs_without_times()
    world.commit_build(3, {"m.py": f"{COMMENT}x|import this\n{U_PAGE}\n{W_PAGE}", "n.py": V_PAGE}, revision=UNKNOWN)
    [ingested] = world.run().builds
    assert "its source is not known" in ingested.verdict.reasons[0]
    assert two_builds.describe_bugs(world) == ["New m.py 3, 6-7"]
    world.advance_clock(days=30)
    run_builds(world, f"{COMMENT}{COMMENT}{U_PAGE}\n{W_PAGE}", f"{COMMENT}{COMMENT}{U_PAGE}\n{W_PAGE}")
    assert world.bugs_without_times() == before
    assert two_builds.describe_bugs(world) == ["New m.py 5, 8-9"]
    gaps = {gap.region: (gap.since, list(gap.lines)) for gap in world.ledger().gaps.values() if gap.lines}
    assert gaps == {"u": (2, [5]), "w": (2, [8, 9])}


def test_builds_are_read_again_once_their_revision_is_known(world: World) -> None:
    run_builds(world, f"{U_PAGE}\n{W_PAGE}", f"{U_PAGE}\n{W_PAGE}")
    for number in (3, 4):
        world.commit_build(number, {"m.py": f"{DONE_PAGE}\n{W_PAGE}", "n.py": V_PAGE}, revision="later")
        assert world.run().receipts == ()
    assert world.checkout
    world.checkout.run_git("branch", "later")
    assert [ingested.verdict.trusted for ingested in world.run().builds] == [True, True]
    assert two_builds.describe_bugs(world) == ["New* m.py 6-7"]
    assert world.run().builds == ()


def test_the_gap_of_a_module_body_waits_for_a_known_revision_too(world: World) -> None:
    body = f"x|done = 1\n{V_PAGE}"
    run_builds(world, body, body)
    before = world.bugs_without_times()
    world.advance_clock(days=30)
    for number in (3, 4, 5):
        world.commit_build(number, {"m.py": f"{COMMENT}{body}\n{W_PAGE}", "n.py": V_PAGE}, revision=UNKNOWN)
        world.run()
        assert world.bugs_without_times() == before
    run_builds(world, f"{COMMENT}{body}\n{W_PAGE}")
    assert two_builds.describe_bugs(world)[0] == "New m.py 2"
    assert world.bugs_without_times()[:1] == before


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
        world.commit_build(number, {"m.py": page, "n.py": V_PAGE}, beside=beside)
    result = world.run()
    assert bool(world.bugs()) is filed
    assert filed or "not exercised: none of the 4 statements" in result.plan.skipped[0].why


@pytest.mark.parametrize("moved", [U_PAGE, DONE_PAGE])
def test_part_of_a_filed_task_that_moves_into_another_file_is_not_filed_again(moved: str, world: World) -> None:
    for number, rest in enumerate((f"{U_PAGE}\n{W_PAGE}", f"{U_PAGE}\n{W_PAGE}", U_PAGE, U_PAGE, U_PAGE), start=1):
        beside = V_PAGE if W_PAGE in rest else f"{W_PAGE}\n{V_PAGE}"
        world.commit_build(number, {"m.py": rest, "n.py": beside})
        world.run()
        world.advance_clock(days=9)
        assert len(world.bugs()) == min(number - 1, 1)
    for number in (6, 7):
        world.commit_build(number, {"m.py": DONE_PAGE, "n.py": f"{COMMENT}{W_PAGE}\n{V_PAGE}"})
        world.run()
        world.advance_clock(days=9)
    assert two_builds.describe_bugs(world) == ["New* n.py 3-4"]
    for number in (8, 9):
        world.commit_build(
            number, {"m.py": moved.replace("x|", ".|"), "n.py": COMMENT + W_PAGE.replace("x|", ".|") + "\n" + V_PAGE}
        )
        world.run()
        world.advance_clock(days=9)
    assert [bug.status for bug in world.bugs()] == [Status.FIX_RELEASED]


def test_code_that_was_deleted_for_one_build_and_then_ran_is_closed_as_fixed_and_not_as_deleted(world: World) -> None:
    world.policy = Policy(flaky_builds=1)
    statuses = run_builds(world, U_PAGE, U_PAGE)
    assert statuses == [Status.NEW]
    world.commit_build(3, {"n.py": V_PAGE})
    world.run()
    assert run_builds(world, U_PAGE, DONE_PAGE) == [Status.NEW]
    assert run_builds(world, DONE_PAGE) == [Status.FIX_RELEASED]
