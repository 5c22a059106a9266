"""A double of Launchpad with its persons and projects, new for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doubles.launchpad.server import Double

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def double() -> Iterator[Double]:
    """Return a running double."""
    with Double() as double:
        double.people.settle()
        yield double
