"""covbot in a folder of its own, with a project of pictures whose bugs live on the double of Launchpad."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sites
from folders import Folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from doubles.launchpad.server import Double

SETTINGS = """
store = "sqlite:///covbot.db"
[projects.pictured]
mode = "{mode}"
[projects.pictured.source]
kind = "directory"
path = "builds"
[projects.pictured.tracker]
kind = "launchpad"
service_root = "{root}"
credentials_file = "credentials"
tags = ["testing"]
"""
UNTESTED = {"pkg/a.py": "..xx", "pkg/b.py": ".xxx", "pkg/c.py": ".x"}


def settle(path: Path, double: Double, *, mode: str = "live") -> Folder:
    """The folder, with credentials, settings, and two builds that agree on three tasks."""
    sites.settle(double)
    double.write_credentials(path / "credentials", sites.ME)
    (path / "covbot.toml").write_text(SETTINGS.format(mode=mode, root=double.root))
    folder = Folder(path)
    lay_two(folder, 1, UNTESTED)
    return folder


def lay_two(folder: Folder, first: int, pictured: Mapping[str, str]) -> None:
    """Two builds that agree."""
    for number in (first, first + 1):
        folder.lay(number, pictured)


def titles(double: Double) -> list[str]:
    """What all bugs are called, in the order in which they were filed."""
    return [bug.title for _, bug in sorted(double.world.bugs.items())]
