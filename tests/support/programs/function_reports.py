"""Make builds of one file whose reports name its functions, each drawn as a picture, in several formats."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from covbot.core.policy import Policy
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FunctionPictures = list[tuple[str, str]]
"""The functions of `m.py` in the order of the file, each with its picture; "" is the code outside of them."""


def list_statements(functions: FunctionPictures) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield each function with its statements, each a line and its mark."""
    ends = [0, *itertools.accumulate(len(picture) for _, picture in functions)]
    for (name, picture), start in zip(functions, ends, strict=False):
        yield name, [(start + at, mark) for at, mark in enumerate(picture, start=1) if mark in ".x"]


def write_json(functions: FunctionPictures) -> bytes:
    """Return the report as JSON of coverage.py."""
    entries: dict[str, dict[str, list[int]]] = {}
    for name, lines in list_statements(functions):
        own = entries.setdefault(name, {"executed_lines": [], "missing_lines": []})
        for line, mark in lines:
            own["executed_lines" if mark == "." else "missing_lines"].append(line)
    whole = {
        key: [line for own in entries.values() for line in own[key]] for key in ("executed_lines", "missing_lines")
    }
    file = {**whole, "excluded_lines": [], "functions": entries}
    return json.dumps({"meta": {"version": "7.17.3", "format": 3}, "files": {"m.py": file}}).encode()


def write_xml(functions: FunctionPictures) -> bytes:
    """Return the report as Cobertura XML with the lines of its methods."""
    lines = {
        name: "".join(f'<line number="{line}" hits="{int(mark == ".")}"/>' for line, mark in own)
        for name, own in list_statements(functions)
    }
    every = "".join(lines.values())
    named = "".join(f'<method name="{name}"><lines>{own}</lines></method>' for name, own in lines.items() if name)
    inside = f'<class name="m.py" filename="m.py"><methods>{named}</methods><lines>{every}</lines></class>'
    packages = f"<packages><package><classes>{inside}</classes></package></packages>"
    return f'<coverage version="7.17.3">{packages}</coverage>'.encode()


def write_without_functions(functions: FunctionPictures) -> bytes:
    """Return the report as JSON that names no functions."""
    return write_json([("", "".join(picture for _, picture in functions))])


def add_build(
    world: World, number: int, functions: FunctionPictures, write: Callable[[FunctionPictures], bytes] = write_json
) -> None:
    """Add a build whose report names these functions."""
    world.add_build(number, {})
    world.source.stored[number] = world.source.stored[number][0], write(functions)


def run_builds(*pages: FunctionPictures, write: Callable[[FunctionPictures], bytes] = write_json) -> World:
    """Return a world after two builds of each of these pages, with a pass after each build."""
    world = World(policy=Policy(new_per_day=9))
    for number, page in enumerate(itertools.chain.from_iterable((page, page) for page in pages), start=1):
        add_build(world, number, page, write)
        world.run()
        world.advance_clock(days=10)
    return world
