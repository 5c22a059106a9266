"""How much files changed lately, and how complex their functions are, by the counts of git and McCabe's measure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from covbot.core.source import complexity
from covbot.errors import CannotReachRepository

if TYPE_CHECKING:
    from covbot.repository.git import Repository
    from support.git_repo import Checkout

BEFORE = datetime(2026, 8, 21, tzinfo=UTC)
AFTER = datetime(2026, 8, 22, tzinfo=UTC)
TEXT = "".join(f"line_{number} = {number}\n" for number in range(20))


def test_lines_added_and_deleted_are_counted_for_the_name_that_a_file_has_now(
    checkout: Checkout, repository: Repository
) -> None:
    checkout.commit({"a.py": TEXT, "b\n.py": "x = 1\n", "c.txt": "words\n", "d.py": b"\x00\x01"})
    checkout.commit({"a.py": TEXT + "more = 1\n", "b\n.py": "x = 2\n", "d.py": b"\x00\x02"})
    checkout.commit({"moved/z.py": TEXT + "more = 2\n", "b\n.py": "x = 2\n"})
    last = checkout.commit({"moved/z.py": TEXT, "b\n.py": "x = 2\n"})
    churn = repository.churn(last, since=BEFORE)
    assert churn == {"moved/z.py": 20 + 1 + 2 + 1, "b\n.py": 1 + 2, "d.py": 0}


def test_what_changed_before_a_moment_is_not_counted(checkout: Checkout, repository: Repository) -> None:
    assert repository.churn(checkout.commit({"a.py": TEXT}), since=AFTER) == {}


def test_a_count_that_takes_too_long_is_reported(checkout: Checkout, repository: Repository) -> None:
    with pytest.raises(CannotReachRepository, match="within 0 seconds"):
        repository.churn(checkout.commit({"a.py": TEXT}), since=BEFORE, timeout=0)


def test_each_function_has_a_complexity_by_its_qualified_name() -> None:
    text = "def f():\n    if x:\n        y()\n\n\nclass C:\n    def m(self):\n        pass\n"
    assert complexity.measure_complexity(text) == {"f": 2, "C.m": 1}


@pytest.mark.parametrize("text", ["", "def broken(", "if x:\n    def f():\n        pass\n"])
def test_of_a_text_without_functions_of_its_own_nothing_is_known(text: str) -> None:
    assert "f" not in complexity.measure_complexity(text)


def test_of_a_text_that_is_nested_too_deep_nothing_is_known() -> None:
    branches = "".join(f"    elif x == {number}:\n        pass\n" for number in range(1500))
    assert complexity.measure_complexity(f"def f():\n    if x:\n        pass\n{branches}") == {}
