"""`covbot.toml`: read and checked, with all its errors reported at once."""

from covbot.settings.loading import load_settings
from covbot.settings.sources import SOURCES, DirectorySource, JenkinsSource, SourceSettings, UrlSource, ZuulSource
from covbot.settings.values import (
    TRACKERS,
    LaunchpadTrackerSettings,
    LocalTrackerSettings,
    Mode,
    ProjectSettings,
    RepositorySettings,
    Schedule,
    Settings,
    TrackerSettings,
)

__all__ = [
    "SOURCES",
    "TRACKERS",
    "DirectorySource",
    "JenkinsSource",
    "LaunchpadTrackerSettings",
    "LocalTrackerSettings",
    "Mode",
    "ProjectSettings",
    "RepositorySettings",
    "Schedule",
    "Settings",
    "SourceSettings",
    "TrackerSettings",
    "UrlSource",
    "ZuulSource",
    "load_settings",
]
