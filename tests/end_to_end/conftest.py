"""Fixtures of a folder with a project of pictures, empty or with a bug filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.cli_folder import SETTINGS, Folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "covbot.toml").write_text(SETTINGS)
    return Folder(tmp_path)


@pytest.fixture
def filed(folder: Folder) -> Folder:
    """Return a project whose first two builds filed one bug."""
    folder.add_build(1, {"pkg/a.py": "..xx", "pkg/b.py": ".."})
    folder.add_build(2, {"pkg/a.py": "..xx", "pkg/b.py": ".."})
    assert folder.invoke("run").code == 0
    return folder
