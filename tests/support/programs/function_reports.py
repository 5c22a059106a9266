"""Builds of one file whose reports tell its functions, each drawn as a picture, in the forms that reports have."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from covbot.core.policy import Policy
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FunctionPictures = list[tuple[str, str]]
"""The functions of `m.py` in the order of the file, each with its picture; "" is what is outside of them."""


def list_statements(told: FunctionPictures) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Each function with its statements and what became of them."""
    ends = [0, *itertools.accumulate(len(picture) for _, picture in told)]
    for (name, picture), start in zip(told, ends, strict=False):
        yield name, [(start + at, mark) for at, mark in enumerate(picture, start=1) if mark in ".x"]


def write_json(told: FunctionPictures) -> bytes:
    """As coverage.py tells it in JSON."""
    functions: dict[str, dict[str, list[int]]] = {}
    for name, lines in list_statements(told):
        own = functions.setdefault(name, {"executed_lines": [], "missing_lines": []})
        for line, mark in lines:
            own["executed_lines" if mark == "." else "missing_lines"].append(line)
    whole = {
        key: [line for own in functions.values() for line in own[key]] for key in ("executed_lines", "missing_lines")
    }
    file = {**whole, "excluded_lines": [], "functions": functions}
    return json.dumps({"meta": {"version": "7.17.3", "format": 3}, "files": {"m.py": file}}).encode()


def write_xml(told: FunctionPictures) -> bytes:
    """As Cobertura XML with the lines of its methods."""
    lines = {
        name: "".join(f'<line number="{line}" hits="{int(mark == ".")}"/>' for line, mark in own)
        for name, own in list_statements(told)
    }
    every = "".join(lines.values())
    named = "".join(f'<method name="{name}"><lines>{own}</lines></method>' for name, own in lines.items() if name)
    inside = f'<class name="m.py" filename="m.py"><methods>{named}</methods><lines>{every}</lines></class>'
    packages = f"<packages><package><classes>{inside}</classes></package></packages>"
    return f'<coverage version="7.17.3">{packages}</coverage>'.encode()


def write_without_functions(told: FunctionPictures) -> bytes:
    """As a report that names no functions."""
    return write_json([("", "".join(picture for _, picture in told))])


def add_build(
    world: World, number: int, told: FunctionPictures, write: Callable[[FunctionPictures], bytes] = write_json
) -> None:
    """A build whose report tells these functions."""
    world.build(number, {})
    world.shelf.lying[number] = world.shelf.lying[number][0], write(told)


def run_builds(*told: FunctionPictures, write: Callable[[FunctionPictures], bytes] = write_json) -> World:
    """A world after two builds of each of these, a pass after each build."""
    world = World(policy=Policy(new_per_day=9))
    for number, page in enumerate(itertools.chain.from_iterable((page, page) for page in told), start=1):
        add_build(world, number, page, write)
        world.run()
        world.after(days=10)
    return world
