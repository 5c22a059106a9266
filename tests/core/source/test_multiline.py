"""Each further line of a statement of several lines leads to its first line."""

from __future__ import annotations

from textwrap import dedent

import pytest

from covbot.core.source import multiline


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = foo(\n    1,\n)\n", {2: 1, 3: 1}),
        ("x = 1\ny = 2\n", {}),
        ('def f():\n    """Doc\n    more."""\n    return 1\n', {3: 2}),
        ("if (a and\n    b):\n    c(\n    )\nelse:\n    d\n", {2: 1, 4: 3}),
        ("@one(\n    1,\n)\n@two\ndef f(\n    x,\n):\n    pass\n", {2: 1, 3: 1, 6: 5, 7: 5}),
        ("class A(\n    B,\n): pass\n", {2: 1}),
        ("try:\n    pass\nexcept (A,\n    B):\n    pass\n", {4: 3}),
        ("match f(\n    x):\n    case (1 |\n        2):\n        pass\n", {2: 1, 4: 3}),
        ("for x in (\n    1,\n): x\n", {2: 1}),
        ("with a, \\\n    b:\n    pass\n", {2: 1}),
        ("x = (\n", {}),
    ],
)
def test_further_lines_lead_to_the_first(source: str, expected: dict[int, int]) -> None:
    assert multiline.map_first_lines(dedent(source)) == expected
