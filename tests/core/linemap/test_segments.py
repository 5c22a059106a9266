"""A text is divided into functions and bodies by indentation, whatever its decorators, strings and brackets."""

from __future__ import annotations

import inspect
import json.decoder
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.linemap import segments
from covbot.core.source import normalization, regions


def split_source(source: str) -> dict[str, list[int]]:
    """Return the lines, numbered from 1, of each segment by name."""
    return {
        segment.name: [index + 1 for index in segment.lines]
        for segment in segments.split_segments(normalization.normalize_text(source)).segments
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\n", {"": [1]}),
        ("", {"": []}),
        ("def f():\n    a\n\nb\n", {"": [4], "f": [1, 2, 3]}),
        ("class A:\n    def m(self):\n        a\n    b = 1\nc\n", {"": [5], "A": [1, 4], "A.m": [2, 3]}),
        ("@d(\n    1,\n)\n@e\nasync def f():\n    a\n", {"": [], "f": [1, 2, 3, 4, 5, 6]}),
        ("@d\n# why\n\nclass A:\n    a\n", {"": [], "A": [1, 2, 3, 4, 5]}),
        ("@d\nx\ndef f():\n    a\n", {"": [1, 2], "f": [3, 4]}),
        ("if a:\n    @d\ndef f():\n    a\n", {"": [1, 2], "f": [3, 4]}),
        ("@d\n", {"": [1]}),
        ("def f(\n    a,\n):\n    b\n", {"": [], "f": [1, 2, 3, 4]}),
        ("def f():\n    a = (\n1)\n    b\n", {"": [3, 4], "f": [1, 2]}),
        ('def f():\n    a = """\nclass B:\n"""\n    b\n', {"": [], "f": [1, 2, 3, 4, 5]}),
        ("def f():\n    def g():\n        a\n    class H:\n        pass\nb\n", {"": [6], "f": [1, 2, 3, 4, 5]}),
        ("if a:\n    def f():\n        b\nelse:\n    c\n", {"": [1, 4, 5], "f": [2, 3]}),
        ("def f(): return 1", {"": [], "f": [1]}),
        ("define = 1\nclassy = 2\nasync_ = 3\n", {"": [1, 2, 3]}),
    ],
)
def test_a_text_is_divided_into_its_segments(source: str, expected: dict[str, list[int]]) -> None:
    assert split_source(source) == expected


def test_lines_are_kept_without_whitespace() -> None:
    assert segments.split_segments(normalization.normalize_text(dedent("  a = b  \n\n\tc\n"))).lines == ["a=b", "", "c"]


def test_real_code_is_divided_as_its_syntax_tree_is() -> None:
    source = inspect.getsource(json.decoder)
    found = split_source(source)
    for region in regions.find_regions(source):
        if region.kind is regions.RegionKind.FUNCTION:
            assert set(region.lines) <= set(found[region.name])


@given(st.text(alphabet="adefcls @():#\"'\n\t", max_size=100))
def test_every_line_of_any_text_is_in_one_segment(source: str) -> None:
    text = segments.split_segments(normalization.normalize_text(source))
    indices = [index for segment in text.segments for index in segment.lines]
    assert (
        sorted(indices) == list(range(normalization.normalize_text(source).count("\n"))) == list(range(len(text.lines)))
    )
