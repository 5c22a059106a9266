"""What must have run because something else did, and the quick look that shows where that may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.coverage import FileCoverage
from covbot.core.lines import Lines
from covbot.core.source import definitions, multiline
from support.pictures import make_file_coverage
from support.programs import random_programs


@pytest.mark.parametrize(
    ("source", "picture", "found"),
    [
        ("def f():\n    return 1\n", "x.", True),
        ("def f():\n    return 1\n", "xx", False),
        ("def f():\n    return 1\nx = 2\n", "xx.", False),
        ("def f():\n    pass\ndef g():\n    pass\n", "xxx.", True),
        ("class A:\n    def f(self):\n        pass\n    def g(self):\n        pass\n", ".xx..", True),
        ("class A:\n    def f(self):\n        pass\nclass B:\n    def g(self):\n        pass\n", ".xx...", False),
        ("if x:\n    def f():\n        pass\nelse:\n    def g():\n        pass\n", ".xx ..", True),
        ("@a\ndef f():\n    pass\n", "x..", True),
        ("x = 1\n", "x", False),
        ("def f():\n    pass\n", "x.   .", True),
    ],
)
def test_a_missing_header_above_what_ran_in_its_block_may_contradict(source: str, picture: str, found: bool) -> None:
    rows = ["", *source.split("\n")]
    assert definitions.may_contradict(rows, make_file_coverage(picture)) is found


@given(random_programs.programs(), st.lists(st.booleans(), min_size=1))
def test_where_nothing_may_contradict_nothing_does(source: str, choices: list[bool]) -> None:
    rows = ["", *source.split("\n")]
    further = multiline.map_first_lines(source)
    statements = [line for line, row in enumerate(rows) if row.strip() and line not in further]
    missing = [line for index, line in enumerate(statements) if choices[index % len(choices)]]
    file = FileCoverage(statements=Lines.of(statements), missing=Lines.of(missing))
    executed = definitions.find_executed_before(source, file.covered)
    headers = [line for line in executed.intersection(missing) if definitions.is_header(rows[line])]
    assert definitions.may_contradict(rows, file) or not headers
