"""A real store in a file of its own."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from covbot.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/covbot.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with contextlib.closing(Store.open(url)) as opened:
        yield opened
