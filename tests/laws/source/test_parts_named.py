"""Law 20 of titles and headings: what is missing in a part of a file is said of that part, and of no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.world import split_page

if TYPE_CHECKING:
    from support.world import World

RETRY = """\
.|def retry(times):
.|    def decorate(function):
.|        def call(*args):
x|            for attempt in range(times):
x|                result = function(*args)
x|                if result:
x|                    return result
x|            return None
.|        return call
.|    return decorate
.|@retry(3)
.|def fetch(x):
x|    return x
"""
SWITCH = """\
.|import os
.|def go(a):
x|    return a
.|if os.name == "nt":
x|    SEP = "\\\\"
x|    DRIVE = "C:"
.|elif os.name == "java":
x|    SEP = ":"
x|    DRIVE = "J:"
"""
POINT = """\
.|class Point:
.|    @property
.|    def x(self):
.|        return self._x
.|    @x.setter
.|    def x(self, value):
x|        checked = float(value)
x|        self._x = checked
x|        return None
"""
SHOW = """\
.|import functools
.|@functools.singledispatch
.|def show(value):
.|    return str(value)
.|@show.register
.|def _(value: int):
.|    return hex(value)
.|@show.register(list)
.|def _(value):
x|    parts = map(show, value)
x|    joined = ", ".join(parts)
x|    return f"[{joined}]"
"""
OPEN = """\
.|import sys
.|if sys.platform == "win32":
x|    def open_file(path):
x|        handle = open(path, "rb")
x|        handle.seek(0)
x|        return handle
-|else:
.|    def open_file(path):
.|        return open(path)
"""
METHOD = """\
.|def make(kind):
.|    class Made:
.|        def name(self):
x|            word = kind.lower()
x|            return word
.|        def size(self):
.|            return 1
.|    return Made
"""
DEAD = """\
.|def used(a):
.|    return a
.|def outer(a):
x|    def inner(b):
x|        return b
x|    return inner
"""
BRANCH = """\
.|def outer(a):
.|    if a:
x|        def inner(b):
x|            return b
x|        return inner
.|    return None
"""


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        pytest.param(RETRY, {"no test runs 5 statements of retry.decorate.call and 1 of fetch"}, id="nested"),
        pytest.param(SWITCH, {"no test runs 1 statement of go and 4 of the module itself"}, id="module lines joined"),
        pytest.param(POINT, {"no test runs Point.x (setter)"}, id="setter"),
        pytest.param(SHOW, {"no test runs show (for list)"}, id="single dispatch"),
        pytest.param(
            OPEN, {"no test runs 3 statements of open_file (1 of 2) and 1 of the module itself"}, id="two definitions"
        ),
        pytest.param(METHOD, {"no test runs make.Made.name"}, id="method of a class in a function"),
        pytest.param(DEAD, {"no test runs outer"}, id="nested in what never runs"),
        pytest.param(BRANCH, {"a branch of outer has no test"}, id="nested in a branch"),
    ],
)
def test_a_title_names_the_part_in_which_statements_are_missing(world: World, page: str, titles: set[str]) -> None:
    for number in (1, 2):
        world.commit_build(number, {"m.py": page})
    world.run()
    assert {bug.title.removeprefix("m.py: ") for bug in world.bugs()} == titles
    missing = [line for line, mark in enumerate(split_page(page)[1], start=1) if mark == "x"]
    assert sorted(line for entry in world.ledger().entries.values() for line in entry.task.lines) == missing


def test_below_a_heading_are_the_lines_of_its_part_alone(world: World) -> None:
    for number in (1, 2):
        world.commit_build(number, {"m.py": SWITCH})
    world.run()
    [bug] = world.bugs()
    assert "runs 5 statements of go and the module itself in m.py" in bug.description
    assert (
        '  in go:\n    line 3     "go" (line 2) is never called\n'
        '  in the module itself:\n    lines 5-6  "if os.name == "nt"" (line 4) is never true\n'
    ) in bug.description
