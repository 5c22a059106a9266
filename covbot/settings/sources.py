"""The sources of builds as settings: one class for each kind."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen, validators

from covbot.settings import checks

_TOKEN_FILE = "a file with nothing but that user's token"  # noqa: S105 -- a description of it
_CA_FILE = {"help": "certificates of authorities that are trusted beside the system's", "default": ""}


def _make_reports_field(addition: str) -> tuple[str, ...]:
    """Return the key `reports`, which every source with several files has."""
    return field(
        default=("coverage.xml",),
        validator=checks.check_file_names,
        metadata={
            "help": f"coverage files of a build, taken as a union; if one is missing the build is suspect{addition}"
        },
    )


def _make_accept_field() -> tuple[str, ...]:
    return field(
        default=("SUCCESS",),
        validator=checks.check_not_empty,
        metadata={"help": "results of a build that may be trusted"},
    )


def _make_unpacked_field() -> int:
    return field(
        default=512,
        validator=validators.ge(1),
        metadata={"help": "a coverage file that unpacks to more megabytes than this is refused"},
    )


def _make_user_field() -> str:
    return field(default="", metadata={"help": "the account by which covbot reads; without one it reads as anybody"})


@frozen(kw_only=True)
class DirectorySource:
    """`[projects.NAME.source]` of kind `directory`: builds that another program puts into a directory."""

    kind: str = field(
        default="directory",
        metadata={"help": "`directory`: each build is a folder with a `build.json`", "default": "must be given"},
    )
    path: Path = field(metadata={"help": "the directory of the builds"})
    reports: tuple[str, ...] = _make_reports_field("")
    job: str = field(default="", metadata={"help": "what the job is called in the bugs", "default": "NAME"})
    accept: tuple[str, ...] = _make_accept_field()
    unpacked_mb: int = _make_unpacked_field()


@frozen(kw_only=True)
class JenkinsSource:
    """`[projects.NAME.source]` of kind `jenkins`: the builds of one job of a Jenkins server."""

    kind: str = field(
        default="jenkins",
        metadata={"help": "`jenkins`: the builds of one job of a Jenkins server", "default": "must be given"},
    )
    url: str = field(
        validator=[checks.check_server_url, checks.check_base_url],
        metadata={"help": "address of Jenkins, with the path under which it runs"},
    )
    job: str = field(
        validator=checks.check_job_name, metadata={"help": "whole name of the job, with its folders: `folder/job`"}
    )
    branch: str = field(default="", metadata={"help": "the branch, if the job is a multibranch project"})
    browse: str = field(
        default="",
        validator=checks.check_shown_server,
        metadata={"help": "address of Jenkins for people, which texts link to, if `url` is an inner one"},
    )
    reports: tuple[str, ...] = _make_reports_field("; `*`, `?` and `**` choose several")
    user: str = _make_user_field()
    token_file: Path | None = field(
        default=None,
        metadata={
            "help": f"{_TOKEN_FILE}; without it the variable COVBOT_JENKINS_TOKEN holds the token",
            "default": "",
        },
    )
    accept: tuple[str, ...] = _make_accept_field()
    ca_file: Path | None = field(default=None, metadata=_CA_FILE)
    unpacked_mb: int = _make_unpacked_field()


@frozen(kw_only=True)
class ZuulSource:
    """`[projects.NAME.source]` of kind `zuul`: the builds of one Zuul job in a pipeline that runs merged changes."""

    kind: str = field(
        default="zuul",
        metadata={"help": "`zuul`: the builds of one Zuul job, and the files among their logs"}
        | {"default": "must be given"},
    )
    url: str = field(
        validator=[checks.check_server_url, checks.check_base_url],
        metadata={"help": "address of Zuul's web server, under which `api/` lies"},
    )
    tenant: str = field(default="", metadata={"help": "the tenant, if the server has several"})
    project: str = field(metadata={"help": "the project as Zuul names it: `openstack/nova`"})
    job: str = field(validator=checks.check_job_name, metadata={"help": "name of the job"})
    pipeline: str = field(
        metadata={"help": "the pipeline, one that runs what is merged: `periodic` or `post`, never `check`"}
    )
    branch: str = field(default="", metadata={"help": "the branch; without it builds of all branches are taken"})
    reports: tuple[str, ...] = _make_reports_field("; exact paths below the logs")
    accept: tuple[str, ...] = _make_accept_field()
    ca_file: Path | None = field(default=None, metadata=_CA_FILE)
    unpacked_mb: int = _make_unpacked_field()


@frozen(kw_only=True)
class UrlSource:
    """`[projects.NAME.source]` of kind `url`: one URL with the newest coverage file."""

    kind: str = field(
        default="url",
        metadata={"help": "`url`: one address at which the newest coverage file lies", "default": "must be given"},
    )
    url: str = field(validator=checks.check_server_url, metadata={"help": "address of the coverage file"})
    job: str = field(default="", metadata={"help": "what the job is called in the bugs", "default": "NAME"})
    user: str = _make_user_field()
    token_file: Path | None = field(default=None, metadata={"help": f"{_TOKEN_FILE}, or the password", "default": ""})
    ca_file: Path | None = field(default=None, metadata=_CA_FILE)
    unpacked_mb: int = _make_unpacked_field()


SourceSettings: TypeAlias = DirectorySource | JenkinsSource | ZuulSource | UrlSource
"""The closed union of sources."""

SOURCES: Mapping[str, type[SourceSettings]] = MappingProxyType(
    {"directory": DirectorySource, "jenkins": JenkinsSource, "zuul": ZuulSource, "url": UrlSource}
)
"""The class for each `kind` of a source."""
