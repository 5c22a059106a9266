"""Gaps become tasks of one evening: small gaps are joined, others become a task each, each line is in one task."""

from __future__ import annotations

import pytest

from covbot.core.lines import Lines
from covbot.core.policy import Policy
from covbot.core.tasks import grouping
from covbot.core.tasks.gap import Gap

DEFAULTS = Policy()


def _group_into_tasks(sizes: dict[str, int], limits: Policy = DEFAULTS) -> list[list[str]]:
    """Return the regions of each task made of gaps with these numbers of statements, in the order of the source."""
    gaps, first = [], 1
    for region, size in sizes.items():
        gaps.append(Gap(path="a.py", region=region, lines=Lines.of(range(first, first + size)), at=1, since=1))
        first += 100
    entries = grouping.group_gaps_into_tasks(grouping.Scope(project="p", policy=limits), gaps, {}, {})
    owned = [line for entry in entries for line in entry.task.lines]
    assert sorted(owned) == sorted(line for gap in gaps for line in gap.lines)
    tasks = sorted((min(entry.task.lines), list(entry.task.regions)) for entry in entries)
    return [regions for _, regions in tasks]


@pytest.mark.parametrize(
    ("sizes", "tasks"),
    [
        ({"f": 3, "g": 30}, [["f"], ["g"]]),
        ({"f": 1, "g": 2}, [["f", "g"]]),
        ({"A.f": 2, "B.f": 2, "A.g": 1}, [["A.f", "A.g"], ["B.f"]]),
        ({"A.f": 1, "B.f": 1, "B.g": 1}, [["A.f", "B.f", "B.g"]]),
        ({"A.f": 5, "A.g": 1, "B.f": 1}, [["A.f"], ["A.g", "B.f"]]),
        ({"f": 3, "": 1}, [["f", ""]]),
        ({"f": 30, "": 1}, [["f"], [""]]),
        ({f"f{number}": 1 for number in range(7)}, [["f0", "f1", "f2", "f3", "f4"], ["f5", "f6"]]),
    ],
)
def test_small_gaps_are_joined_and_others_become_one_task_each(sizes: dict[str, int], tasks: list[list[str]]) -> None:
    assert _group_into_tasks(sizes) == tasks


def test_no_more_statements_are_joined_than_fit_one_evening() -> None:
    assert _group_into_tasks({"f": 2, "g": 2, "h": 1}, Policy(max_statements=4)) == [["f", "g"], ["h"]]


def test_regions_joined_in_the_queue_stay_together_when_one_of_them_is_covered() -> None:
    def make_gap(region: str, *lines: int) -> Gap:
        return Gap(path="a.py", region=region, lines=Lines.of(lines), at=1, since=1)

    before = [make_gap("f", 1), make_gap("g", 3), make_gap("h", 5), make_gap("i", 7)]
    scope = grouping.Scope(project="p", policy=Policy(min_statements=2, max_statements=2))
    entries = grouping.group_gaps_into_tasks(scope, before, {}, {})
    keys = {entry.task.regions: entry.task.key for entry in entries}
    assert set(keys) == {("f", "g"), ("h", "i")}
    later = grouping.group_gaps_into_tasks(scope, before[1:], {entry.task.key: entry for entry in entries}, {})
    assert {entry.task.regions: entry.task.key for entry in later} == {
        ("g",): keys["f", "g"],
        ("h", "i"): keys["h", "i"],
    }
