"""The parts of a text are named so that a reader finds them, and no two of them have one name."""

from __future__ import annotations

from hypothesis import given

from covbot.core.source import parts
from support.programs import random_programs

NAMES = """\
import functools
from typing import overload


class Point:
    size = 1

    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, value):
        self._x = value

    @x.deleter
    def x(self):
        del self._x


@overload
def area(a: int) -> int:
    ...


@overload
def area(a: str) -> str:
    ...


def area(a):
    return a


@functools.singledispatch
def show(value):
    return str(value)


@show.register
def _(value: int):
    return hex(value)


@show.register(list)
def _(value):
    return repr(value)


async def outer():
    class Inner:
        kind = 1

        def call(self):
            return [part for part in (lambda: "a")()]

    if Inner:
        async def tell():
            return 1
    return Inner
"""


def _name(source: str, row: str) -> str:
    line = next(number for number, text in enumerate(source.split("\n"), start=1) if text.strip() == row)
    return parts.find_parts(source, [line])[line].name


def test_each_part_is_named_by_what_tells_it_from_others() -> None:
    rows = {
        "import functools": "the module itself",
        "size = 1": "class Point",
        "return self._x": "Point.x (getter)",
        "self._x = value": "Point.x (setter)",
        "del self._x": "Point.x (deleter)",
        "...": "area (overload, 1 of 2)",
        "return a": "area",
        "return str(value)": "show",
        "return hex(value)": "show (for int)",
        "return repr(value)": "show (for list)",
        "kind = 1": "class outer.Inner",
        'return [part for part in (lambda: "a")()]': "outer.Inner.call",
        "return 1": "outer.tell",
        "return Inner": "outer",
    }
    assert {row: _name(NAMES, row) for row in rows} == rows


def test_definitions_of_one_name_that_nothing_else_tells_apart_are_numbered() -> None:
    source = "try:\n    def f():\n        return 1\nexcept E:\n    def f():\n        return 2\n"
    assert (_name(source, "return 1"), _name(source, "return 2")) == ("f (1 of 2)", "f (2 of 2)")


def test_a_text_that_no_python_can_parse_has_no_parts() -> None:
    assert parts.find_parts("def f(:\n", [1]) == {}


@given(source=random_programs.programs())
def test_no_two_parts_have_one_name(source: str) -> None:
    lines = range(1, source.count("\n") + 1)
    found = set(parts.find_parts(source, lines).values())
    assert len({part.name for part in found}) == len(found)


@given(source=random_programs.programs())
def test_a_line_is_in_the_body_of_its_part_and_of_no_smaller_one(source: str) -> None:
    lines = range(1, source.count("\n") + 1)
    owners = parts.find_parts(source, lines)
    for line, part in owners.items():
        assert part.contains(line)
        inner = [one for one in owners.values() if one.contains(line) and one != part and one is not parts.MODULE]
        assert all(one.first <= part.first and part.last <= one.last for one in inner)
