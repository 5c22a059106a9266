"""The sources of builds, made from settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, assert_never

from covbot.settings.sources import DirectorySource, JenkinsSource, UrlSource, ZuulSource
from covbot.sources.directory import Directory
from covbot.sources.http.client import Site
from covbot.sources.http.session import Limits
from covbot.sources.jenkins.source import Jenkins
from covbot.sources.url import UrlFile
from covbot.sources.zuul import Zuul

if TYPE_CHECKING:
    from covbot.ports import Source
    from covbot.settings.values import ProjectSettings


TOKEN_VARIABLE = "COVBOT_JENKINS_TOKEN"  # noqa: S105 -- the name of the variable that holds it
"""The environment variable with the token for Jenkins, if the settings name no file."""


def open_source(chosen: ProjectSettings) -> tuple[Source, str]:
    """Return the source of a project's builds, and the name of their job there."""
    match chosen.source:
        case DirectorySource() as source:
            return Directory(path=source.path, job=source.job, names=source.reports), source.job
        case JenkinsSource() as source:
            jenkins = Jenkins(
                site=_make_site(source),
                job=source.job,
                files=source.reports,
                branch=source.branch or None,
                repository=chosen.repository.url or None,
                accept=source.accept,
                browse=source.browse,
            )
            return jenkins, jenkins.label
        case ZuulSource() as source:
            zuul = Zuul(
                site=_make_site(source),
                tenant=source.tenant or None,
                project=source.project,
                job=source.job,
                pipeline=source.pipeline,
                files=source.reports,
                branch=source.branch or None,
            )
            return zuul, zuul.job
        case UrlSource() as source:
            return UrlFile(site=_make_site(source), job=source.job), source.job
        case _:
            assert_never(chosen.source)


def _make_site(source: JenkinsSource | ZuulSource | UrlSource) -> Site:
    """Return a server with the account of the settings; a token in a file is read when it is needed."""
    ca_file = str(source.ca_file) if source.ca_file else None
    limits = Limits(report=count_bytes(source.unpacked_mb))
    if isinstance(source, ZuulSource) or not source.user:
        return Site(url=source.url, ca_file=ca_file, limits=limits)
    token_file = str(source.token_file) if source.token_file else None
    token = (
        os.environ.get(TOKEN_VARIABLE, "").strip().removeprefix("\ufeff")
        if isinstance(source, JenkinsSource) and not token_file
        else ""
    )
    return Site(
        url=source.url, user=source.user, token=token or None, token_file=token_file, ca_file=ca_file, limits=limits
    )


def list_accepted_results(chosen: ProjectSettings) -> tuple[str, ...]:
    """Return the results that may be trusted; a file at a URL always counts as a success."""
    return ("SUCCESS",) if isinstance(chosen.source, UrlSource) else chosen.source.accept


def count_bytes(megabytes: int) -> int:
    """Return the number of bytes in so many megabytes."""
    return megabytes * 10**6
