"""A workshop for each story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from workshops import Workshop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(directory=tmp_path / "work").start()
