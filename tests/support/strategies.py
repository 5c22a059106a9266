"""Draw stories of builds, people and time in one project, and play their steps."""

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
"""Fewer examples for a law over whole stories, each of many passes, than for a law over a single function."""

PATHS = ("a.py", "b/c.py", "b/d.py")
TIGHT_POLICY = Policy(max_open=2, new_per_day=2, max_statements=3, writes_per_run=4)
LOOSE_POLICY = Policy(
    max_open=1000, new_per_day=1000, writes_per_run=1000, close_share=1.0, jump_share=1.0, swing_share=1.0
)
"""Caps that never hold an action back."""

OTHER_WRITER = Writer(Path(__file__).parents[1] / "data" / "words")
"""A writer whose templates word each text in another way."""

UNTESTED = {"a.py": "..xxx"}
TESTED = {"a.py": "....."}

marks = st.text(alphabet=".x ", min_size=0, max_size=6).map(lambda text: "." + text)
pictured = st.dictionaries(st.sampled_from(PATHS), marks, max_size=len(PATHS))
results = st.sampled_from(["SUCCESS", "SUCCESS", "SUCCESS", "FAILURE"])


@frozen
class UserAction:
    """What a person does to one of the bugs, chosen by its index."""

    which: int
    kind: str
    status: Status

    def apply(self, world: World) -> None:
        """Do it, if there is any bug."""
        bugs = world.bugs()
        if not bugs:
            return
        bug = bugs[self.which % len(bugs)]
        person, number = world.person(), bug.number
        match self.kind:
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
        st.tuples(st.just("user action"), user_actions),
        st.tuples(st.just("wait"), st.sampled_from([1, 8, 15, 40, 200])),
    ),
    min_size=3,
    max_size=14,
)


def play_step(world: World, step: tuple[object, ...]) -> None:
    """Play one step of a story; builds have ascending numbers."""
    match step:
        case ("build", dict() as picture, str() as result):
            world.add_build(len(world.source.stored) + 1, picture, result)
        case ("user action", UserAction() as user_action):
            user_action.apply(world)
        case ("wait", int() as days):
            world.advance_clock(days=days)
        case _:
            raise AssertionError(step)


def add_two_builds(world: World, pictured: Mapping[str, str]) -> None:
    """Add two builds that agree."""
    for _ in range(2):
        world.add_build(len(world.source.stored) + 1, pictured)


def make_agreed_world(pictured: Mapping[str, str], **fields: Any) -> World:  # noqa: ANN401 -- the fields of World
    """Return a world after a pass over two builds that agree on these pictures."""
    world = World(**fields)
    add_two_builds(world, pictured)
    world.run()
    return world


def list_statuses(world: World) -> list[Status]:
    """Return the status of each bug."""
    return [bug.status for bug in world.bugs()]
