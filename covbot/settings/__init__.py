"""`covbot.toml`: read, checked, and with all its faults told at once."""

from covbot.settings.loading import load_settings
from covbot.settings.sources import SOURCES, DirectorySource, JenkinsSource, SourceSettings, UrlSource, ZuulSource
from covbot.settings.values import (
    TRACKERS,
    LaunchpadTracker,
    LocalTracker,
    Mode,
    ProjectSettings,
    Repository,
    Schedule,
    Settings,
    Tracker,
)

__all__ = [
    "SOURCES",
    "TRACKERS",
    "DirectorySource",
    "JenkinsSource",
    "LaunchpadTracker",
    "LocalTracker",
    "Mode",
    "ProjectSettings",
    "Repository",
    "Schedule",
    "Settings",
    "SourceSettings",
    "Tracker",
    "UrlSource",
    "ZuulSource",
    "load_settings",
]
