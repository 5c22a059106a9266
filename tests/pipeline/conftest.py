"""The fixture of a world whose builds are of real source, with the checkout that they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from covbot.repository import git
from support.git_repo import Workshop
from support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    workshop = Workshop(directory=tmp_path / "work").start()
    with git.open_checkout(workshop.directory) as repository:
        yield World(workshop=workshop, repository=repository)
