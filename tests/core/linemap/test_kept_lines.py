"""Lines that a plain diff leaves in place are followed, however small the functions around them were cut."""

from __future__ import annotations

import pytest

from covbot.core.linemap import mapping
from covbot.core.linemap.file_versions import SourceFile

REST = "def keep():\n    return os\n"
LONG = "def f(x):\n    y = start(x)\n    a = one(y)\n    b = two(a)\n    return three(b)\n"


def follow_lines(before: str, after: str) -> list[str]:
    """Return the lines of a text before that are in the text after, without blanks, as they are followed there."""
    versions = SourceFile(path="a.py", text=before + REST), SourceFile(path="a.py", text=after + REST)
    runs = mapping.map_files([versions], (), ()).files["a.py"].runs
    numbers = {start + step: first + step for start, first, length in runs for step in range(length)}
    old, new = before.splitlines(), (after + REST).splitlines()
    assert all(old[i - 1].strip() == new[j - 1].strip() for i, j in numbers.items() if i <= len(old))
    return [old[number - 1].strip() for number in sorted(numbers) if number <= len(old)]


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_the_end_of_a_function_that_becomes_a_function_is_followed(cut: int) -> None:
    rows = LONG.splitlines()
    after = [*rows[:-cut], "", "def g(a):", *rows[-cut:]]
    assert follow_lines(LONG, "\n".join(after) + "\n") == [row.strip() for row in rows]


def test_the_only_statement_of_a_renamed_function_is_followed_past_a_line_that_was_added() -> None:
    assert follow_lines("def g(c):\n    return five(c)\n", "def h(c):\n    log(c)\n    return five(c)\n") == [
        "return five(c)"
    ]


def test_the_two_statements_of_a_method_are_followed_out_of_its_class() -> None:
    before = "class A:\n    size = 3\n    def g(self):\n        d = four(self)\n        return five(d)\n"
    after = "class A:\n    size = 3\n\ndef grown(a):\n    check(a)\n    d = four(a)\n    return five(d)\n"
    assert "return five(d)" in follow_lines(before, after)


def test_a_statement_that_stays_is_followed_though_those_beside_it_were_edited() -> None:
    after = LONG.replace("b = two(a)", "b = 2 * two(a)\n\ndef g(b):")
    assert "return three(b)" in follow_lines(LONG, after)


@pytest.mark.parametrize("row", ["return None", "pass", "return result"])
def test_a_common_line_does_not_make_another_function_the_same(row: str) -> None:
    before = f"def f(x):\n    one(x)\n    two(x)\n    {row}\n"
    after = f"def g(y, z):\n    eins(y)\n    zwei(z)\n    drei(z)\n    {row}\n"
    assert row not in follow_lines(before, after)
