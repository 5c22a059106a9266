"""Stories: what builds, people and time do to the bugs of one project, at random or as a test tells them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st

from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.texts.writer import Writer
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

fewer_examples = settings(max_examples=max(1, settings().max_examples * 2 // 5))
"""A law over whole stories, each of many passes, is tried on fewer of them than one over a single function."""

PATHS = ("a.py", "b/c.py", "b/d.py")
TIGHT_POLICY = Policy(max_open=2, new_per_day=2, max_statements=3, writes_per_run=4)
LOOSE_POLICY = Policy(
    max_open=1000, new_per_day=1000, writes_per_run=1000, close_share=1.0, jump_share=1.0, swing_share=1.0
)
"""Caps that hold nothing back."""

OTHER_WRITER = Writer(Path(__file__).parents[1] / "data" / "words")
"""Templates that say all of it otherwise."""

UNTESTED = {"a.py": "..xxx"}
TESTED = {"a.py": "....."}

marks = st.text(alphabet=".x ", min_size=0, max_size=6).map(lambda text: "." + text)
pictured = st.dictionaries(st.sampled_from(PATHS), marks, max_size=len(PATHS))
results = st.sampled_from(["SUCCESS", "SUCCESS", "SUCCESS", "FAILURE"])


@frozen
class UserAction:
    """What a person does to one of the bugs: the how-manieth, and what."""

    which: int
    what: str
    status: Status

    def do(self, world: World) -> None:
        """Do it, if there is such a bug."""
        listed = world.bugs()
        if not listed:
            return
        bug = listed[self.which % len(listed)]
        person, number = world.person(), bug.number
        match self.what:
            case "status":
                person.set_status(number, self.status)
            case "edit":
                person.edit(number, description=f"by ada\n\n{bug.description}")
            case "title":
                person.edit(number, title="by ada")
            case "comment":
                person.comment(number, "me too")
            case "assign":
                person.assign(number, "ada")
            case "untag":
                person.untag(number, "covbot")
            case _:
                person.tag(number, "covbot-ignore")


user_actions = st.builds(
    UserAction,
    st.integers(0, 5),
    st.sampled_from(["status", "status", "status", "edit", "title", "comment", "assign", "untag", "ignore"]),
    st.sampled_from([status for status in Status if status is not Status.UNKNOWN]),
)
stories = st.lists(
    st.one_of(
        st.tuples(st.just("build"), pictured, results),
        st.tuples(st.just("build"), pictured, results),
        st.tuples(st.just("deed"), user_actions),
        st.tuples(st.just("wait"), st.sampled_from([1, 8, 15, 40, 200])),
    ),
    min_size=3,
    max_size=14,
)


def play_step(world: World, step: tuple[object, ...]) -> None:
    """One step of a story: builds get ascending numbers."""
    match step:
        case ("build", dict() as picture, str() as result):
            world.build(len(world.shelf.lying) + 1, picture, result)
        case ("deed", UserAction() as deed):
            deed.do(world)
        case ("wait", int() as days):
            world.after(days=days)
        case _:
            raise AssertionError(step)


def add_two_builds(world: World, pictured: Mapping[str, str]) -> None:
    """Two more builds, which agree."""
    for _ in range(2):
        world.build(len(world.shelf.lying) + 1, pictured)


def make_agreed_world(pictured: Mapping[str, str], **chosen: Any) -> World:  # noqa: ANN401 -- what a World takes, as it takes it
    """A world in which two builds agreed on a picture, and covbot passed over it."""
    world = World(**chosen)
    add_two_builds(world, pictured)
    world.run()
    return world


def list_statuses(world: World) -> list[Status]:
    """What the bugs' statuses are."""
    return [bug.status for bug in world.bugs()]
