"""Make a folder for covbot, with a project whose builds are pictures and whose bugs are on the double of Launchpad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support import trackers
from support.cli_folder import SETTINGS, Folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from doubles.launchpad.server import Double

TRACKER_SETTINGS = """
[projects.pictured.tracker]
kind = "launchpad"
service_root = "{root}"
credentials_file = "credentials"
tags = ["testing"]
"""
"""The settings of the tracker, below those that each folder has."""

UNTESTED = {"pkg/a.py": "..xx", "pkg/b.py": ".xxx", "pkg/c.py": ".x"}


def create_folder(path: Path, double: Double, *, pictured: Mapping[str, str] = UNTESTED, more: str = "") -> Folder:
    """Create the folder with credentials, settings, and two builds that agree, by default on three tasks."""
    trackers.add_project_and_people(double)
    double.write_credentials(path / "credentials", trackers.ACCOUNT)
    write_settings(path, double, more=more)
    folder = Folder(path)
    add_two_builds(folder, 1, pictured)
    return folder


def write_settings(path: Path, double: Double, *, mode: str = "live", more: str = "") -> None:
    """Write the settings of the project, with `more` appended to them."""
    settings = SETTINGS.replace('"live"', f'"{mode}"') + TRACKER_SETTINGS.format(root=double.root) + more
    (path / "covbot.toml").write_text(settings)


def add_two_builds(folder: Folder, first: int, pictured: Mapping[str, str]) -> None:
    """Add two builds that agree."""
    for number in (first, first + 1):
        folder.add_build(number, pictured)


def list_titles(double: Double) -> list[str]:
    """Return the titles of all bugs, in the order of filing."""
    return [bug.title for _, bug in sorted(double.world.bugs.items())]
