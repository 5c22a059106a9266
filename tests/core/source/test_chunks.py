"""A text is divided into chunks that can be left out one by one, and equal chunks of two versions are paired."""

from __future__ import annotations

import ast
import inspect
import json.decoder
import logging
import textwrap
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.lines import Lines
from covbot.core.source import chunks, normalization, parsing, regions

if TYPE_CHECKING:
    from types import ModuleType

SHOP = '''\
"""A module
def that_says_so(): pass
"""
import os
if os.name:
    CHEAP = 1
else:
    CHEAP = 2
@first
@second(
    1,
)
def buy():
    return """
def not_this():
class NorThis:
"""

class Shop(
    Base,
):
    """Its words

    def example(): no method
    """
    size = 1

    @property
    @cached
    def open(self):
        def inner(): ...
        return inner

    async def close(self):
        return 2
    closed = close
end = 1
'''


def test_chunks_are_statements_of_the_module_and_members_of_its_classes() -> None:
    shown = [(chunk.first, chunk.owner, chunk.text.strip().splitlines()[0]) for chunk in chunks.split_chunks(SHOP)]
    assert shown == [
        (1, "", '"""A module'),
        (4, "", "import os"),
        (5, "", "if os.name:"),
        (9, "", "@first"),
        (19, "", "class Shop("),
        (28, "Shop", "@property"),
        (34, "Shop", "async def close(self):"),
        (37, "", "end = 1"),
    ]


def test_a_part_of_a_text_still_shows_the_classes_of_its_chunks() -> None:
    found = chunks.split_chunks(SHOP)
    text, numbers = chunks.join_chunks(found, chunks.add_class_headers(found, [6]))
    assert [parsing.parse(text[1:]).tree.body[0].lineno, numbers[0], numbers[-1]] == [1, 19, 36]
    assert [region.name for region in regions.find_regions(text[1:])] == ["", "Shop", "Shop.close"]


@pytest.mark.parametrize("module", [json.decoder, logging, textwrap, inspect])
def test_near_every_statement_of_a_real_module_the_regions_are_those_of_the_whole_text(module: ModuleType) -> None:
    source = inspect.getsource(module)
    names = {line: region.name for region in regions.find_regions(source) for line in region.lines}
    for line in sorted({node.lineno for node in ast.walk(parsing.parse(source).tree) if isinstance(node, ast.stmt)})[
        ::7
    ]:
        assert regions.find_region_names(source, Lines.of([line])) == {line: names[line]}


LINES = ("class A:", "    class B:", "    def f(self):", "def f():", "@d", "    @d", "    pass", "pass", '"""', "")


@given(st.lists(st.sampled_from(LINES)))
def test_each_line_of_any_text_is_in_exactly_one_chunk(rows: list[str]) -> None:
    text = "\n".join(rows)
    plain, found = normalization.normalize_text(text), chunks.split_chunks(text)
    assert "".join(chunk.text for chunk in found) == plain
    assert [line for chunk in found for line in chunk.lines] == list(range(1, plain.count("\n") + 1))
