"""Rows with several statements are followed to the rows that a formatter gives them."""

from __future__ import annotations

import pytest

from covbot.core.linemap import mapping
from covbot.core.linemap.file_versions import SourceFile
from covbot.core.lines import Lines


def follow(before: str, after: str, line: int) -> tuple[list[int], dict[int, list[int]]]:
    """Return where a line is after, and from there back to the lines before."""
    found = mapping.map_files([(SourceFile(path="a.py", text=before), SourceFile(path="a.py", text=after))], (), ())
    there = found.forward("a.py", Lines.of([line])).get("a.py", Lines())
    return [*there], {number: [*found.backward("a.py", Lines.of([number])).get("a.py", ())] for number in there}


@pytest.mark.parametrize(
    ("before", "after", "line", "lines"),
    [
        ("import a\nx = 1; y = 2\nz = 3\n", "import a\n\nx = 1\ny = 2\nz = 3\n", 2, [3, 4]),
        (
            "from nova import m; m.patch('t')  # noqa\n",
            '# off\nfrom nova import m\n\nm.patch("t")  # noqa\n',
            1,
            [2, 4],
        ),
        (
            "def f(x):\n    if x: return 'a'\n    return 2\n",
            'def f(x):\n    if x:\n        return "a"\n    return 2\n',
            2,
            [2, 3],
        ),
        ("def f(x):\n  a(x); b(x); c(x)\n", "def f(x):\n    a(x)\n    b(\n        x,\n    )\n    c(x)\n", 2, [2, 3, 6]),
        ("class A: pass\nx = 1\n", "class A:\n    pass\n\n\nx = 1\n", 1, [1, 2]),
        ("for x in y: print(x)\n", "for x in y:\n    print(x)\n", 1, [1, 2]),
    ],
)
def test_each_statement_of_a_row_is_found_on_the_row_that_it_got(
    before: str, after: str, line: int, lines: list[int]
) -> None:
    assert follow(before, after, line) == (lines, {number: [line] for number in lines})


@pytest.mark.parametrize(
    ("before", "after", "line", "lines"),
    [
        ("x = ';'\n", "x = ';'\ny = 1\n", 1, [1]),
        ("x = 1; y = 2\n", "x = 1\ny = 3\n", 1, []),
        ("x = 1; y = 2\n", "y = 2\nx = 1\n", 1, []),
        ("if x: return_('a')\n", "if x:\n    raise_('a')\n", 1, []),
        ("x = 1; y = 2  # one; two\n", "x = 1; y = 2\n", 1, [1]),
    ],
)
def test_what_became_something_else_is_not_found(before: str, after: str, line: int, lines: list[int]) -> None:
    assert follow(before, after, line)[0] == lines
