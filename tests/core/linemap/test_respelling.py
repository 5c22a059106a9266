"""Whether a change of spelling is behind lines without a counterpart is found out without parsing most texts."""

from __future__ import annotations

import pytest

from covbot.core.linemap import respelling


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"x = 'a'"}, {'x = "a"'}, True),
        ({"x = 'a'"}, {"x = 'a'"}, False),
        ({"x = 'a'"}, {"x = 'b'"}, False),
        ({"x = 1"}, {"x = 2"}, False),
        ({"x = 16"}, {"x = 0x10"}, True),
        ({"x = 1"}, {"x = 1  # one"}, True),
        ({"import b, a"}, {"import a, b"}, True),
        ({"x = '\\x41'"}, {"x = 'A'"}, True),
        ({"'a',", "b)"}, {'"a", b', ")"}, False),
        ({"'a',\nb)"}, {'"a", b\n)'}, True),
        ({"x = 'a'", 'x = "a"'}, {'x = "a"'}, True),
        (set(), {"x = 'a'"}, False),
    ],
)
def test_statements_that_are_only_spelled_differently_are_noticed(
    before: set[str], after: set[str], expected: bool
) -> None:
    assert respelling.is_respelled(before, after) is expected


def test_the_statements_of_rows_that_are_not_mapped_are_listed_whole() -> None:
    plain = "\nx = f(\n    1,\n)\n# note\n\ny = 2\nz = 3"
    rows = ["".join(row.split()) for row in plain.split("\n")[1:]]
    assert respelling.list_statements(plain, rows, {5}) == {"x = f(\n    1,\n)", "z = 3"}
    assert respelling.list_statements(plain, rows, set(range(7))) == set()
