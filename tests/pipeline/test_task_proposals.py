"""Law 19 for texts: a task whose text cannot be made is held with the reason, and the others are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot import errors
from covbot.core.bugs.holds import HoldKind
from covbot.core.bugs.statuses import Status
from covbot.core.policy import Policy
from covbot.texts.writer import Writer
from support.world import World

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = {"a.py": ".xxx", "b.py": ".xx", "c.py": ".xxxx"}
FAILING_FOR_B = "{% if path == 'b.py' %}{{ nothing }}{% endif %}{{ path }}"
FAULT = "line 1: 'nothing' is undefined"


def make_world(folder: Path, name: str, text: str) -> World:
    """Return a world of three tasks after its first build, whose template of this name is replaced."""
    (folder / name).write_text(text)
    world = World(writer=Writer(folder))
    take_build(world)
    return world


def take_build(world: World, **changed: str) -> None:
    """Add a build in which some files look otherwise, and run a pass."""
    number = len(world.source.stored) + 1
    world.add_build(number, PICTURES | {f"{name}.py": picture for name, picture in changed.items()})
    world.advance_clock(days=1)
    world.run()


@pytest.mark.parametrize("name", ["title.txt", "description.txt"])
def test_law_19_a_task_whose_text_cannot_be_made_is_held_and_the_others_are_filed(tmp_path: Path, name: str) -> None:
    world = make_world(tmp_path, name, FAILING_FOR_B)
    take_build(world)
    assert sorted(bug.title[:4] for bug in world.bugs()) == ["a.py", "c.py"]
    [held] = [skipped for skipped in world.run().plan.skipped if skipped.kind is HoldKind.NO_TEXT]
    assert held.title.startswith("b.py [")
    assert held.why == f"its text cannot be made: template {name}, {FAULT}"


def test_law_19_the_next_task_in_place_of_one_without_a_text_has_all_that_its_source_shows(
    tmp_path: Path, world: World
) -> None:
    (tmp_path / "words").mkdir()
    failing = "{% if excerpt and path == 'a.py' %}{{ nothing }}{% endif %}{{ excerpt | join('; ') }}"
    (tmp_path / "words" / "description.txt").write_text(f"of {{{{ path }}}}: {failing}")
    world.writer, world.policy = Writer(tmp_path / "words"), Policy(new_per_day=1)
    page = ".|def f(x):\nx|    y = x\nx|    z = y\nx|    return z"
    for number in (1, 2):
        world.commit_build(number, {"a.py": page, "b.py": page, "c.py": ".|x = 1"})
        world.run()
    [bug] = world.bugs()
    assert bug.description.startswith("of b.py: ")
    assert "return z" in bug.description


def test_law_19_a_comment_that_cannot_be_made_holds_its_bug_alone(tmp_path: Path) -> None:
    world = make_world(tmp_path, "closing.txt", FAILING_FOR_B)
    take_build(world)
    for _ in range(3):
        take_build(world, a="....", b="...")
    assert [bug.status for bug in world.bugs() if "a.py" in bug.title] == [Status.FIX_RELEASED]
    assert [bug.status for bug in world.bugs() if "b.py" in bug.title] == [Status.NEW]
    (tmp_path / "closing.txt").write_text("closed")
    world.writer = Writer(tmp_path)
    take_build(world, a="....", b="...")
    assert [bug.status for bug in world.bugs() if "b.py" in bug.title] == [Status.FIX_RELEASED]


def test_a_template_that_fails_for_every_task_ends_the_pass(tmp_path: Path) -> None:
    world = make_world(tmp_path, "title.txt", "{{ nothing }}")
    with pytest.raises(errors.CannotRender, match=rf"template title\.txt, {FAULT}"):
        take_build(world)
