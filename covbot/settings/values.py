"""The settings as values: each field is a key of `covbot.toml`, with its meaning and default."""

import datetime as dt
import enum
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen, validators

from covbot.core.policy import Policy
from covbot.settings import checks


class Mode(enum.StrEnum):
    """Whether a run may write to the tracker."""

    OBSERVE = "observe"
    LIVE = "live"


@frozen(kw_only=True)
class DirectorySource:
    """`[projects.NAME.source]` of kind `directory`: builds that something else puts into a directory."""

    kind: str = field(
        default="directory",
        metadata={"help": "`directory`: each build is a folder with a `build.json`", "default": "must be given"},
    )
    path: Path = field(metadata={"help": "the directory of the builds"})
    reports: tuple[str, ...] = field(
        default=("coverage.xml",),
        validator=checks.check_file_names,
        metadata={"help": "coverage files of a build, taken as a union; if one is missing the build is suspect"},
    )
    job: str = field(default="", metadata={"help": "what the job is called in the bugs", "default": "NAME"})
    accept: tuple[str, ...] = field(
        default=("SUCCESS",),
        validator=checks.check_filled,
        metadata={"help": "results of a build that may be trusted"},
    )
    unpacked_mb: int = field(
        default=512,
        validator=validators.ge(1),
        metadata={"help": "a coverage file that unpacks to more megabytes than this is refused"},
    )

    @property
    def unpacked_bytes(self) -> int:
        """The limit on one unpacked coverage file, in bytes."""
        return self.unpacked_mb * 10**6


@frozen(kw_only=True)
class Repository:
    """`[projects.NAME.repository]`: where the source lies, as far as it is known."""

    url: str = field(default="", validator=checks.check_public, metadata={"help": "address of the repository"})
    browse: str = field(
        default="",
        validator=[checks.check_web, checks.check_public, checks.check_places("revision", "path", "line")],
        metadata={"help": "address of one line on the web, with `{revision}`, `{path}` and `{line}` to be filled in"},
    )
    prefix: str = field(
        default="",
        validator=checks.check_folder,
        metadata={"help": "what stands before the report's filenames in the repository"},
    )
    tests: tuple[str, ...] = field(
        default=(),
        validator=checks.check_places("dir", "name"),
        metadata={"help": "where tests lie: `{dir}` and `{name}` are a file's folder below `prefix` and its bare name"},
    )


@frozen(kw_only=True)
class LocalTracker:
    """`[projects.NAME.tracker]` of kind `local`: bugs live in covbot's own store."""

    kind: str = field(
        default="local",
        metadata={"help": "`local`: bugs live in covbot's own store", "default": "must be given"},
    )
    project: str = field(default="", metadata={"help": "the project's name in the tracker", "default": "NAME"})
    tags: tuple[str, ...] = field(
        default=(), validator=checks.check_tags, metadata={"help": "tags of a new bug, besides `covbot`"}
    )


@frozen(kw_only=True)
class LaunchpadTracker:
    """`[projects.NAME.tracker]` of kind `launchpad`: bugs live on Launchpad."""

    kind: str = field(
        default="launchpad",
        metadata={"help": "`launchpad`: bugs live on Launchpad", "default": "must be given"},
    )
    project: str = field(default="", metadata={"help": "the project's name on Launchpad", "default": "NAME"})
    service_root: str = field(
        default="https://api.launchpad.net/",
        validator=checks.check_service_root,
        metadata={"help": "which Launchpad: `production`, `staging`, `qastaging`, or the address of its API"},
    )
    credentials_file: Path = field(
        metadata={"help": "the file that `covbot login` writes, readable by its owner alone"},
    )
    tags: tuple[str, ...] = field(
        default=(), validator=checks.check_tags, metadata={"help": "tags of a new bug, besides `covbot`"}
    )


@frozen(kw_only=True)
class Schedule:
    """`[projects.NAME.schedule]`: when `covbot serve` runs a pass."""

    every: dt.timedelta = field(
        default=dt.timedelta(days=1),
        metadata={
            "help": "time between two passes, such as `6 hours`: a number of minutes, hours, days or weeks",
            "default": "1 day",
        },
    )
    at: dt.time | None = field(
        default=None,
        metadata={
            "help": "instead of `every`: the time of day of a daily pass, such as `04:30`, in the machine's own zone",
            "default": "",
        },
    )

    @property
    def when(self) -> dt.timedelta | dt.time:
        """Each day at a time, or else every so long."""
        return self.at or self.every


Source: TypeAlias = DirectorySource
"""The closed union of sources."""

SOURCES: Mapping[str, type[Source]] = MappingProxyType({"directory": DirectorySource})
"""What `kind` of a source stands for."""

Tracker: TypeAlias = LocalTracker | LaunchpadTracker
"""The closed union of trackers."""

TRACKERS: Mapping[str, type[Tracker]] = MappingProxyType({"launchpad": LaunchpadTracker, "local": LocalTracker})
"""What `kind` of a tracker stands for."""


@frozen(kw_only=True)
class Project:
    """`[projects.NAME]`: one job whose coverage becomes bugs of one project."""

    name: str = ""
    title: str = field(default="", metadata={"help": "what the project is called in texts", "default": "NAME"})
    mode: Mode = field(
        default=Mode.OBSERVE,
        metadata={"help": "`observe`: plan and show only; `live`: write to the tracker"},
    )
    contact: str = field(
        default="",
        metadata={"help": "who runs this covbot, and how to reach and stop them; every bug shows it"},
    )
    source: Source = field(metadata={"help": "where builds come from", "kinds": SOURCES})
    repository: Repository = field(default=Repository(), metadata={"help": "where the source lies"})
    tracker: Tracker = field(default=LocalTracker(), metadata={"help": "where bugs live", "kinds": TRACKERS})
    policy: Policy = field(default=Policy(), metadata={"help": "limits and choices"})
    schedule: Schedule = field(default=Schedule(), metadata={"help": "when `covbot serve` runs a pass"})


@frozen(kw_only=True)
class Settings:
    """The whole of `covbot.toml`, with all paths absolute and all names filled in."""

    store: str = field(
        default="sqlite:///covbot.db",
        validator=checks.check_store,
        metadata={"help": "where covbot remembers: `sqlite:///FILE` or `postgresql+psycopg://HOST/NAME`"},
    )
    templates: Path = field(
        default=Path("templates"),
        metadata={"help": "directory of your own templates, which win over the packaged ones file by file"},
    )
    cache: Path = field(
        default=Path("cache"),
        metadata={"help": "directory for copies of repositories; it can be deleted, and is then filled again"},
    )
    projects: Mapping[str, Project] = field(validator=checks.check_some, metadata={"help": "one or more, by NAME"})
