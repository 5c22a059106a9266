"""The branches of a line, counted and with their targets."""

from __future__ import annotations

import pytest

from covbot.core.coverage import Branch
from covbot.formats.fields import branches

HUGE = "9" * 1_000_000


@pytest.mark.parametrize(
    ("condition", "targets", "branch"),
    [
        ("50% (1/2)", "5", Branch(total=2, targets=frozenset({"5"}), at_most=1)),
        ("0% (0/2)", "5,exit", Branch(total=2, targets=frozenset({"5", "exit"}), at_most=2)),
        ("0% (0/3)", "exit,7,exit", Branch(total=3, targets=frozenset({"exit", "exit#2", "7"}), at_most=3)),
        ("100% (2/2)", None, Branch(total=2, at_most=0)),
        ("100% (2/2)", "", Branch(total=2, at_most=0)),
        ("75% ( 3 / 4 )", None, Branch(total=4, at_most=1)),
        ("50% (1/2)", "5,6", Branch(total=2, at_most=1)),
        ("33% (1/3)", "5", Branch(total=3, at_most=2)),
        ("50% (1/2)", "<b>", Branch(total=2, at_most=1)),
        ("50%", "5", None),
        ("NaN% (0/0)", None, None),
        ("150% (3/2)", None, None),
        ("(1/" + HUGE + ")", None, None),
        ("half", None, None),
        ("", None, None),
    ],
)
def test_a_branch_is_read_only_if_its_count_is_valid(
    condition: str, targets: str | None, branch: Branch | None
) -> None:
    assert branches.from_condition(condition, targets) == branch


@pytest.mark.parametrize(
    ("total", "missing", "targets"),
    [
        (2, [], None),
        (2, ["7"], {"7"}),
        (3, ["exit", "exit", "7"], {"exit", "exit#2", "7"}),
        (2, [None, "7"], None),
    ],
)
def test_targets_are_kept_only_if_each_branch_has_one(
    total: int, missing: list[str | None], targets: set[str] | None
) -> None:
    known = None if targets is None else frozenset(targets)
    assert branches.from_targets(total, missing) == Branch(total=total, targets=known, at_most=len(missing))
