"""Of functions that are much alike, only statements that are new or deleted open or close."""

from __future__ import annotations

import random

import pytest

from covbot.core.linemap import file_map
from covbot.core.linemap.file_versions import SourceFile
from support.programs import look_alikes


@pytest.mark.parametrize("seed", range(260))
def test_what_is_shuffled_renamed_moved_swapped_or_handed_on_stays_what_it_was(seed: int) -> None:
    order = random.Random(seed)  # noqa: S311 -- it draws a test's input
    functions = look_alikes.draw_module(order)
    before = look_alikes.write_module(functions)
    after = look_alikes.write_module(look_alikes.change_module(order, functions))
    runs = file_map.map_pair(
        SourceFile(path="m.py", text=before.text), SourceFile(path="m.py", text=after.text)
    ).file.runs
    there = {start + step: first + step for start, first, length in runs for step in range(length)}
    here = {line: other for other, line in there.items()}
    opened = [line for line in after.missing if here.get(line) not in before.missing]
    closed = [line for line in before.missing if there.get(line) not in after.missing]
    assert {after.origins[line] for line in opened}.isdisjoint(before.origins.values()), after.text
    assert {before.origins[line] for line in closed}.isdisjoint(after.origins.values()), before.text
