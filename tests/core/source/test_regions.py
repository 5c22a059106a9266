"""Each line of a text belongs to exactly one region, and functions are what coverage.py takes for them."""

from __future__ import annotations

import inspect
import json
import tokenize
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from coverage.regions import code_regions
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.lines import Lines, format_ranges
from covbot.core.source import normalization, regions
from covbot.core.source.regions import RegionKind

if TYPE_CHECKING:
    from types import ModuleType

EXAMPLE = dedent("""\
    import a
    @deco(
        1,
    )
    def f(x,
          y=2):
        @inner
        def g():
            return 1
        class L:
            z = 1
        return g
    class C(Base):
        size = 1
        def m(self): return 1
        class D:
            y = 2
            async def n(self):
                pass
        @property
        def p(self):
            return 1
        @p.setter
        def p(self, v):
            self.v = v
    try:
        def h():
            pass
    except E:
        class X: pass
    else:
        match a:
            case 1:
                def k():
                    pass
""")


def test_an_example_is_divided_as_a_reader_would() -> None:
    found = [(region.name, region.kind, format_ranges(region.lines)) for region in regions.find_regions(EXAMPLE)]
    assert found == [
        ("", RegionKind.MODULE, "1-6, 13, 26-27, 29, 31-34"),
        ("f", RegionKind.FUNCTION, "7-12"),
        ("C", RegionKind.CLASS, "14, 16, 20-21, 23-24"),
        ("C.m", RegionKind.FUNCTION, "15"),
        ("C.D", RegionKind.CLASS, "17-18"),
        ("C.D.n", RegionKind.FUNCTION, "19"),
        ("C.p", RegionKind.FUNCTION, "22, 25"),
        ("h", RegionKind.FUNCTION, "28"),
        ("X", RegionKind.CLASS, "30"),
        ("k", RegionKind.FUNCTION, "35"),
    ]


@pytest.mark.parametrize("source", ["def f(:\n", "x = 1\0\n", "print 1\nx = 2\n", "(" * 5000])
def test_what_cannot_be_parsed_is_one_module_region(source: str) -> None:
    [only] = regions.find_regions(source)
    assert (only.name, only.kind) == ("", RegionKind.MODULE)
    assert list(only.lines) == list(range(1, normalization.normalize_text(source).count("\n") + 1))


def test_an_empty_text_is_an_empty_module() -> None:
    [only] = regions.find_regions("")
    assert only.lines == Lines()


def test_an_invalid_escape_in_a_source_gives_no_warning() -> None:
    assert [region.name for region in regions.find_regions("def f():\n    return '\\d'\n")] == ["", "f"]


def test_a_long_chain_of_branches_is_walked() -> None:
    chain = "if x == 0:\n    pass\n" + "".join(f"elif x == {n}:\n    pass\n" for n in range(1, 900))
    assert [region.name for region in regions.find_regions(chain + "else:\n    def f():\n        pass\n")] == ["", "f"]


@pytest.mark.parametrize("module", [inspect, json.decoder, tokenize], ids=lambda module: module.__name__)
def test_every_line_of_real_code_has_one_owner_that_coverage_agrees_with(module: ModuleType) -> None:
    source = inspect.getsource(module)
    found = regions.find_regions(source)
    owners = [(line, region) for region in found for line in region.lines]
    assert sorted(line for line, _ in owners) == list(range(1, source.count("\n") + 1))
    mine = {line: region.name for line, region in owners if region.kind is RegionKind.FUNCTION}
    theirs = {
        line: region.name for region in code_regions(source) if region.kind == "function" for line in region.lines
    }
    assert {line: name for line, name in theirs.items() if not f"{name}.".startswith(f"{mine.get(line)}.")} == {}


@given(st.text(alphabet="adefclsx():@ \n\t\r\f\"'=1", max_size=120))
def test_every_line_of_any_text_has_one_owner_and_every_name_is_one_region(source: str) -> None:
    found = regions.find_regions(source)
    assert sorted(line for region in found for line in region.lines) == list(
        range(1, normalization.normalize_text(source).count("\n") + 1)
    )
    assert len({region.name for region in found}) == len(found)
