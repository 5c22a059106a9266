"""`covbot.toml`: read, checked, and with all its faults told at once."""

from covbot.settings.reading import load
from covbot.settings.values import (
    SOURCES,
    TRACKERS,
    DirectorySource,
    LaunchpadTracker,
    LocalTracker,
    Mode,
    Project,
    Repository,
    Schedule,
    Settings,
    Source,
    Tracker,
)

__all__ = [
    "SOURCES",
    "TRACKERS",
    "DirectorySource",
    "LaunchpadTracker",
    "LocalTracker",
    "Mode",
    "Project",
    "Repository",
    "Schedule",
    "Settings",
    "Source",
    "Tracker",
    "load",
]
