"""A bug is filed with the tags of its areas, and a few easy bugs with that for beginners. No tag is changed later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs import bug_tags
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from support.strategies import make_agreed_world

if TYPE_CHECKING:
    from support.world import World

BEGINNER_TAG = "low-hanging-fruit"
PAGE = "".join(f".|def f{number}(a):\n.|    if a:\n" + "x|        a += 1\n" * 3 for number in range(4))
TESTS = "from pkg.m import f0, f1, f2\n" + "".join(f"def test_{n}():\n    f{n}(0)\n" for n in range(3))


def find_beginner_bugs(world: World) -> list[int]:
    """Return the numbers of the bugs with the tag for beginners."""
    return [bug.number for bug in world.bugs() if BEGINNER_TAG in bug.tags]


def run_builds(world: World, page: str = PAGE, days: int = 2) -> None:
    """Add two builds, and run a pass so many days later."""
    for _ in range(2):
        world.commit_build(
            len(world.source.stored) + 1, {"pkg/m.py": page, "o.py": ".|x = 1"}, beside={"tests/test_m.py": TESTS}
        )
    world.advance_clock(days=days)
    world.run()


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        ("nova/api/x.py", ("api",)),
        ("nova/api/openstack/x.py", ("api", "openstack")),
        ("nova/apis.py", ()),
        ("other/nova/api/x.py", ()),
        ("nova/Api/x.py", ()),
        ("nova/cmd/status.py", ("upgrade",)),
    ],
)
def test_an_area_holds_what_fits_one_of_its_patterns(path: str, tags: tuple[str, ...]) -> None:
    chosen = {
        "upgrade": ["nova/objects/*", "nova/cmd/status.py"],
        "openstack": ["*/openstack/*"],
        "api": ["nova/api/*"],
    }
    assert bug_tags.find_area_tags(path, chosen) == tags


def test_a_bug_is_filed_with_the_tags_of_its_areas() -> None:
    world = make_agreed_world({"a/b.py": ".xxxx", "c.py": ".xxxx"}, areas={"first": ("a/*",), "all": ("*",)})
    tags = {bug.title.partition(":")[0]: bug.tags for bug in world.bugs()}
    assert tags == {"a/b.py": {"covbot", "testing", "first", "all"}, "c.py": {"covbot", "testing", "all"}}


def test_a_change_of_the_areas_changes_no_tag() -> None:
    world = make_agreed_world({"a/b.py": ".xxxx"}, areas={"first": ("a/*",)})
    before = world.bugs()
    world.areas = {"second": ("a/*",)}
    world.run()
    assert world.bugs() == before


@pytest.mark.parametrize(("most", "tagged"), [(0, 0), (1, 1), (2, 2), (9, 3)])
def test_so_many_easy_bugs_at_most_are_for_beginners(most: int, tagged: int, world: World) -> None:
    world.tests, world.policy = ("tests/test_{name}.py",), Policy(new_per_day=9, low_hanging_fruit=most)
    run_builds(world)
    assert (len(world.bugs()), len(find_beginner_bugs(world))) == (4, tagged)
    assert set(find_beginner_bugs(world)) == set(range(1, tagged + 1))


def test_another_easy_bug_is_offered_once_one_is_closed_or_a_person_took_the_tag_off(world: World) -> None:
    world.tests = ("tests/test_{name}.py",)
    world.policy = Policy(new_per_day=1, low_hanging_fruit=1)
    run_builds(world)
    run_builds(world)
    assert (len(world.bugs()), find_beginner_bugs(world)) == (2, [1])
    world.person().untag(1, BEGINNER_TAG)
    run_builds(world)
    assert find_beginner_bugs(world) == [3]


def test_what_is_filed_again_is_not_offered_again(world: World) -> None:
    world.tests, world.policy = ("tests/test_{name}.py",), Policy(low_hanging_fruit=9)
    one = PAGE[: PAGE.index(".|def f1")]
    run_builds(world, one)
    assert find_beginner_bugs(world) == [1]
    world.person().set_status(1, Status.EXPIRED)
    run_builds(world, one, days=200)
    assert [bug.description.rstrip()[-2:] for bug in world.bugs()] == ["/1", "/2"]
    assert find_beginner_bugs(world) == [1]
