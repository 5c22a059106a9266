"""What `/healthz` says: of each project the last pass, the next one, and what is in trouble since when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from covbot import logs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from covbot.core.builds.condition import Condition

ProjectHealth: TypeAlias = dict[str, str | int | None]
"""What is said of one project."""


@frozen(kw_only=True)
class Pass:
    """The end of a job's last pass.

    `result` is its exit code by name, in lower case, or `left` or `away`; `why` is the text of its error. It is in
    trouble `since` the first of the passes in a row that did not succeed.
    """

    ended_at: dt.datetime
    result: str
    why: str = ""
    since: dt.datetime | None = None
    condition: Condition | None = None


def build_app(list_projects: Callable[[], Mapping[str, ProjectHealth]], is_alive: Callable[[], bool]) -> Starlette:
    """Return the web application, which responds with status 200 while the scheduler runs, else 503."""

    async def report_health(_request: Request) -> JSONResponse:
        alive = is_alive()
        health: dict[str, Any] = {"status": "ok" if alive else "scheduler died", "projects": list_projects()}
        return JSONResponse(health, status_code=200 if alive else 503)

    return Starlette(routes=[Route("/healthz", report_health)])


def describe_project(
    last: Pass | None, *, running_since: dt.datetime | None, next_pass: dt.datetime | None, now: dt.datetime
) -> ProjectHealth:
    """Return what is known of a project: of its last pass, None before the first one, and of the one that runs now.

    Times are in UTC, and the age of the newest trusted build is in seconds.
    """
    condition = last.condition if last else None
    trusted = condition.trusted if condition else None
    away_since = (condition.away_since if condition else None) or (last.since if last else None)
    return {
        "last_pass": _format_moment(last.ended_at if last else None),
        "last_result": last.result if last else None,
        "running_since": _format_moment(running_since),
        "next_pass": _format_moment(next_pass),
        "why": logs.redact(last.why or (condition.away if condition else "")) if last else "",
        "away_since": _format_moment(away_since),
        "waiting_builds": condition.waiting if condition else None,
        "last_trusted_build": trusted.number if trusted else None,
        "last_trusted_at": _format_moment(trusted.started_at if trusted else None),
        "last_trusted_age": int((now - trusted.started_at).total_seconds()) if trusted else None,
    }


def _format_moment(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else None
