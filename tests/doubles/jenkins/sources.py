"""Sources that look at the double, as settings would make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.sources.http.client import Limits, Site
from covbot.sources.jenkins.source import Jenkins
from doubles.jenkins import pages

if TYPE_CHECKING:
    from doubles.jenkins.server import Double

TOKEN = "s3cr3t-t0ken"  # noqa: S105 -- the double's own
LISTING_PATH, REPORT_PATH = "/widget-cover/api/json", "/coverage.xml"
"""How the paths end at which the double lists the builds of its job, and keeps the report of one."""

LOGIN_PAGE = pages.show_page("Sign in", "21ea99cc")
QUICK_LIMITS = Limits(connect=5, read=5, wait=0)


def make_site(double: Double, *, token: str = TOKEN, limits: Limits = QUICK_LIMITS) -> Site:
    """The double, with its user's token."""
    return Site(url=double.url, user="reader", token=token, limits=limits)


def make_source(double: Double, *files: str, site: Site | None = None, job: str = "widget-cover") -> Jenkins:
    """A source for one job of the double: its `coverage.xml`, unless told otherwise."""
    return Jenkins(site=site or make_site(double), job=job, files=files or ("coverage.xml",))
