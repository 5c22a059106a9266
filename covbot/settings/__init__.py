"""`covbot.toml`: read, checked, and with all its faults told at once."""

from covbot.settings.reading import load
from covbot.settings.sources import SOURCES, AddressSource, DirectorySource, JenkinsSource, Source, ZuulSource
from covbot.settings.values import (
    TRACKERS,
    LaunchpadTracker,
    LocalTracker,
    Mode,
    Project,
    Repository,
    Schedule,
    Settings,
    Tracker,
)

__all__ = [
    "SOURCES",
    "TRACKERS",
    "AddressSource",
    "DirectorySource",
    "JenkinsSource",
    "LaunchpadTracker",
    "LocalTracker",
    "Mode",
    "Project",
    "Repository",
    "Schedule",
    "Settings",
    "Source",
    "Tracker",
    "ZuulSource",
    "load",
]
