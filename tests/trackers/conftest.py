"""The embedded tracker with one bug in it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from covbot.store.store import Store
from covbot.trackers.local.people import Person
from covbot.trackers.local.tracker import LocalTracker
from support.filed_bug import FILE_BUG, Clock, FiledBug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FiledBug]:
    clock = Clock()
    with contextlib.closing(Store.open(f"sqlite:///{tmp_path}/covbot.db")) as store:
        tracker = LocalTracker(bugs=store.local_bugs, project="nova", now=clock)
        tracker.act(FILE_BUG)
        yield FiledBug(store, tracker, Person(bugs=store.local_bugs, project="nova", name="ann", now=clock))
