"""A git repository in a temporary directory, the same opened for reading, and a function that maps lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest

from covbot.core.lines import Lines
from covbot.repository import git
from support.git_repo import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from covbot.repository.git import Repository

Files: TypeAlias = "Mapping[str, str]"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(directory=tmp_path / "work shop").create()


@pytest.fixture
def repository(checkout: Checkout) -> Iterator[Repository]:
    with git.open_checkout(checkout.directory) as opened:
        yield opened


@pytest.fixture
def follow(checkout: Checkout, repository: Repository) -> Callable[[Files, Files], dict[str, str]]:
    """Return a function that commits two trees and maps each line of code before, as `path:line`, to its place."""

    def follow_lines(before: Files, after: Files) -> dict[str, str]:
        found = repository.line_map(checkout.commit(before), checkout.commit(after), {*before, *after})
        return {
            f"{path}:{number}": f"{there}:{place}"
            for path, text in before.items()
            for number, line in enumerate(text.splitlines(), start=1)
            if line.strip()
            for there, lines in found.forward(path, Lines.of([number])).items()
            for place in lines
        }

    return follow_lines
