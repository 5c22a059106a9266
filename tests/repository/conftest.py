"""A workshop, a repository opened on it, and a way to ask where lines went."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from covbot.core.lines import Lines
from covbot.repository import git
from support.git_repo import Workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from covbot.repository.git import Repository

Files: TypeAlias = "Mapping[str, str]"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(directory=tmp_path / "work shop").start()


@pytest.fixture
def repository(workshop: Workshop) -> Iterator[Repository]:
    with git.open_checkout(workshop.directory) as opened:
        yield opened


@pytest.fixture
def follow(workshop: Workshop, repository: Repository) -> Callable[[Files, Files], dict[str, str]]:
    """Commit two trees; for each line of code before, as `path:line`, where it lies after, if it does."""

    def followed(before: Files, after: Files) -> dict[str, str]:
        found = repository.line_map(workshop.commit(before), workshop.commit(after), {*before, *after})
        return {
            f"{path}:{number}": f"{there}:{place}"
            for path, text in before.items()
            for number, line in enumerate(text.splitlines(), start=1)
            if line.strip()
            for there, lines in found.forward(path, Lines.of([number])).items()
            for place in lines
        }

    return followed
