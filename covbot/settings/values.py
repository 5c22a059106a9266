"""The settings as values: each field is a key of `covbot.toml`, with its meaning and default."""

import datetime as dt
import enum
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from covbot.core.policy import Policy
from covbot.settings import checks
from covbot.settings.sources import SOURCES, SourceSettings


class Mode(enum.StrEnum):
    """Whether a run may write to the tracker."""

    OBSERVE = "observe"
    LIVE = "live"


CHECK_COMMANDS = [
    checks.check_placeholders("test_module", "test_class", "test_path", "path", "key"),
    checks.check_public_texts,
]


@frozen(kw_only=True)
class RepositorySettings:
    """`[projects.NAME.repository]`: where the source is, as far as it is known."""

    url: str = field(
        default="",
        validator=checks.check_public_address,
        metadata={"help": "address of the repository, or its path on this machine"},
    )
    browse: str = field(
        default="",
        validator=[
            checks.check_web_url,
            checks.check_public_address,
            checks.check_placeholders("revision", "path", "line"),
        ],
        metadata={"help": "address of one line on the web, with `{revision}`, `{path}` and `{line}` to be filled in"},
    )
    prefix: str = field(
        default="",
        validator=checks.check_folder_path,
        metadata={"help": "what stands before the report's filenames in the repository"},
    )
    tests: tuple[str, ...] = field(
        default=(),
        validator=checks.check_placeholders("dir", "name"),
        metadata={"help": "where tests lie: `{dir}` and `{name}` are a file's folder below `prefix` and its bare name"},
    )
    run: tuple[str, ...] = field(
        default=(),
        validator=CHECK_COMMANDS,
        metadata={
            "help": "commands that run a test file, with `{test_module}`, `{test_class}` (the class in it where a test "
            "fits, the module if none is known), `{test_path}`, the `{path}` of the source and the `{key}` of the task"
        },
    )
    see: tuple[str, ...] = field(
        default=(),
        validator=CHECK_COMMANDS,
        metadata={"help": "commands that show which lines of the source a test file runs, with the same names"},
    )
    test_kinds: tuple[str, ...] = field(
        default=(),
        validator=checks.check_words,
        metadata={"help": 'the kinds of tests that the job runs, which bugs ask for: `["unit", "functional"]`'},
    )


Areas: TypeAlias = Mapping[str, tuple[str, ...]]
"""Patterns of paths by the tag of their area."""

NO_AREAS: Areas = MappingProxyType({})
CHECK_FOOTER = [checks.check_placeholders("bug"), checks.check_public_texts]
CLOSES_HELP = "the line of a commit message that closes a bug, with its number for `{bug}`; empty for none"
PARTLY_CLOSES_HELP = "the same, of a commit that runs some of the lines of a bug"
AREAS_HELP = {"help": 'tags of a new bug whose file fits one of their patterns: `TAG = ["PATTERN"]`', "default": "`{}`"}


@frozen(kw_only=True)
class LocalTrackerSettings:
    """`[projects.NAME.tracker]` of kind `local`: bugs are kept in covbot's own store."""

    kind: str = field(
        default="local",
        metadata={"help": "`local`: bugs live in covbot's own store", "default": "must be given"},
    )
    project: str = field(default="", metadata={"help": "the project's name in the tracker", "default": "NAME"})
    tags: tuple[str, ...] = field(
        default=(), validator=checks.check_tags, metadata={"help": "tags of a new bug, besides `covbot`"}
    )
    areas: Areas = field(default=NO_AREAS, validator=checks.check_areas, metadata=AREAS_HELP)
    closes: str = field(default="", validator=CHECK_FOOTER, metadata={"help": CLOSES_HELP})
    partly_closes: str = field(default="", validator=CHECK_FOOTER, metadata={"help": PARTLY_CLOSES_HELP})


@frozen(kw_only=True)
class LaunchpadTrackerSettings:
    """`[projects.NAME.tracker]` of kind `launchpad`: bugs are kept on Launchpad."""

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
    ca_file: Path | None = field(
        default=None,
        metadata={"help": "certificates of authorities that are trusted beside the system's", "default": ""},
    )
    tags: tuple[str, ...] = field(
        default=(), validator=checks.check_tags, metadata={"help": "tags of a new bug, besides `covbot`"}
    )
    areas: Areas = field(default=NO_AREAS, validator=checks.check_areas, metadata=AREAS_HELP)
    closes: str = field(default="Closes-Bug: #{bug}", validator=CHECK_FOOTER, metadata={"help": CLOSES_HELP})
    partly_closes: str = field(
        default="Partial-Bug: #{bug}", validator=CHECK_FOOTER, metadata={"help": PARTLY_CLOSES_HELP}
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
        """The time of day of a daily pass, or else the time between two passes."""
        return self.at or self.every


TrackerSettings: TypeAlias = LocalTrackerSettings | LaunchpadTrackerSettings
"""The closed union of trackers."""

TRACKERS: Mapping[str, type[TrackerSettings]] = MappingProxyType(
    {"launchpad": LaunchpadTrackerSettings, "local": LocalTrackerSettings}
)
"""The class for each `kind` of a tracker."""


@frozen(kw_only=True)
class ProjectSettings:
    """`[projects.NAME]`: one job whose coverage becomes bugs of one project."""

    name: str = ""
    title: str = field(
        default="",
        validator=checks.check_public_texts,
        metadata={"help": "what the project is called in texts", "default": "NAME"},
    )
    mode: Mode = field(
        default=Mode.OBSERVE,
        metadata={"help": "`observe`: plan and show only; `live`: write to the tracker"},
    )
    contact: str = field(
        default="",
        validator=checks.check_public_texts,
        metadata={"help": "who runs this covbot, and how to reach and stop them; every bug shows it"},
    )
    source: SourceSettings = field(metadata={"help": "where builds come from", "kinds": SOURCES})
    repository: RepositorySettings = field(default=RepositorySettings(), metadata={"help": "where the source lies"})
    tracker: TrackerSettings = field(
        default=LocalTrackerSettings(), metadata={"help": "where bugs live", "kinds": TRACKERS}
    )
    policy: Policy = field(default=Policy(), metadata={"help": "limits and choices"})
    schedule: Schedule = field(default=Schedule(), metadata={"help": "when `covbot serve` runs a pass"})


@frozen(kw_only=True)
class Settings:
    """The whole of `covbot.toml`, with all paths absolute and all names filled in."""

    store: str = field(
        default="sqlite:///covbot.db",
        validator=checks.check_store_url,
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
    projects: Mapping[str, ProjectSettings] = field(
        validator=checks.check_any_project, metadata={"help": "one or more, by NAME"}
    )
