"""An edited statement is not one more: the bug of its function keeps its text, and what that text counts is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.actions import EditBug, FileBug
from covbot.core.bugs.statuses import Status
from support import two_builds

if TYPE_CHECKING:
    from support.two_builds import Pages
    from support.world import World

PUT = """\
.|class Store:
.|    def put(self, key, value):
.|        if key in ("x", "y"):
x|            msg = "reserved key %s" % key
x|            code = len(msg)
x|            raise KeyError(code)
.|        return value
"""
LONG = "\n".join([".|def old(a):", ".|    if a:", *(f"x|        b{number} = {number} + a" for number in range(40))])
EDITED = PUT.replace('"reserved key %s" % key', 'f"reserved key {key}"')
OTHER = ".|import os\n.|def other(path):\n.|    found = os.listdir(path)\n.|    return found\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"m.py": PUT}, {"m.py": EDITED}, id="a formatted string"),
        pytest.param({"m.py": PUT}, {"m.py": EDITED.replace("code = len(msg)", "code = hash(msg)")}, id="two of them"),
        pytest.param({"m.py": PUT}, {"m.py": "-|# one\n" + EDITED.replace("code", "number")}, id="all of them, moved"),
        pytest.param({"m.py": LONG}, {"m.py": LONG.replace("+ a", "- a", 1)}, id="of more than fit one evening"),
    ],
)
def test_an_edited_statement_changes_nothing(before: Pages, after: Pages, world: World) -> None:
    two_builds.run_builds(world, before, after)
    [bug] = world.bugs()
    assert two_builds.describe_bugs(world)[0].startswith("New m.py ")
    [skipped] = world.dry_run().plan.skipped
    assert skipped.why == "as many statements are missing as its text lists"
    assert "Before, this text spoke" not in bug.description


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.INCOMPLETE])
def test_no_bug_is_filed_for_an_edited_statement_of_one_that_somebody_works_on(world: World, status: Status) -> None:
    for number in (1, 2):
        world.commit_build(number, {"m.py": PUT})
    world.run()
    world.person().set_status(1, status)
    for number in (3, 4):
        world.commit_build(number, {"m.py": EDITED})
        assert world.run().receipts == ()


def test_the_first_build_of_an_edit_is_not_believed_alone(world: World) -> None:
    for number in (1, 2):
        world.commit_build(number, {"m.py": PUT})
    world.run()
    world.commit_build(3, {"m.py": EDITED})
    [skipped] = world.run().plan.skipped
    assert skipped.why == "it changed in the newest build: a second trusted build must agree"


def test_a_class_moved_to_another_file_with_one_line_edited_is_said_to_be_moved(world: World) -> None:
    two_builds.run_builds(
        world,
        {"m.py": two_builds.V_PAGE + "\n" + PUT, "n.py": OTHER},
        {"m.py": two_builds.V_PAGE, "n.py": OTHER + EDITED},
    )
    [edit] = _list_edits(world)
    assert edit.why == "its code is in another file"
    assert "Before, this text spoke" not in edit.description
    assert "[" not in edit.title


def test_a_text_names_the_number_of_statements_that_it_listed_before(world: World) -> None:
    """Two are edited and one is new: the text listed three, and lists four now."""
    after = EDITED.replace("code = len(msg)", "code = hash(msg)\nx|            code += 1")
    two_builds.run_builds(world, {"m.py": PUT}, {"m.py": after})
    [edit] = _list_edits(world)
    assert edit.why == "more statements are missing"
    assert "Before, this text spoke of 3 statements. Edited or deleted since: 2 of them. New or edited: lines 4-6." in (
        " ".join(edit.description.split())
    )
    assert "[" not in edit.title


def test_deleted_statements_leave_the_text(world: World) -> None:
    two_builds.run_builds(world, {"m.py": PUT}, {"m.py": PUT.replace("x|            code = len(msg)\n", "")})
    [edit] = _list_edits(world)
    assert edit.why == "fewer statements are missing"
    assert "spoke of 3 statements. Edited or deleted since: 1 of them." in " ".join(edit.description.split())


def _list_edits(world: World) -> list[EditBug]:
    receipts = world.store.outbox.receipts("pictured")
    assert sum(isinstance(receipt.action, FileBug) for receipt in receipts) == 1
    return [receipt.action for receipt in receipts if isinstance(receipt.action, EditBug)]
