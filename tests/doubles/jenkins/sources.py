"""Make sources that read the double, as from settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.sources.http.client import Site
from covbot.sources.http.session import Limits
from covbot.sources.jenkins.source import Jenkins
from doubles.jenkins import pages

if TYPE_CHECKING:
    from doubles.jenkins.server import Double

TOKEN = "s3cr3t-t0ken"  # noqa: S105 -- the double's own
LISTING_PATH, REPORT_PATH = "/widget-cover/api/json", "/coverage.xml"
"""The endings of the paths of the list of builds, and of the report of a build."""

LOGIN_PAGE = pages.show_page("Sign in", "21ea99cc")
QUICK_LIMITS = Limits(connect=5, read=5, wait=0)


def make_site(double: Double, *, token: str = TOKEN, limits: Limits = QUICK_LIMITS) -> Site:
    """Return the site of the double, with the token of its user."""
    return Site(url=double.url, user="reader", token=token, limits=limits)


def make_source(double: Double, *files: str, site: Site | None = None, job: str = "widget-cover") -> Jenkins:
    """Return a source of one job of the double, by default of its `coverage.xml`."""
    return Jenkins(site=site or make_site(double), job=job, files=files or ("coverage.xml",))
