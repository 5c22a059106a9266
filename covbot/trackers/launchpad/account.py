"""The account: a login that authorises covbot once, and a check of whether it can work."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from covbot import errors
from covbot.trackers.launchpad import authorization, bug_usage, client
from covbot.trackers.launchpad.access import find_service_root
from covbot.trackers.launchpad.bug_usage import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from covbot.trackers.launchpad.access import Access

MAX_CLOCK_SKEW = timedelta(minutes=1)
"""How far this machine's clock may be off: a search for what changed since a time reaches back twice as far."""

_TAG = re.compile(r"[a-z0-9][a-z0-9+.\-]+")
_PRODUCTION = find_service_root("production")


def login(
    service_root: str,
    path: Path,
    show: Callable[[str], object],
    wait: Callable[[], object],
    *,
    ca_file: Path | None = None,
) -> None:
    """Let a person authorise covbot, and write the credentials file, readable by its owner alone.

    `show` is given the URL where the person decides; `wait` is called between two polls for the decision. Raise
    CannotUseTracker if the person declines, if Launchpad cannot be reached, or if the file cannot be written.
    """
    url, poll = authorization.request_access(service_root, ca_file)
    show(url)
    while (content := poll()) is None:
        wait()
    try:
        _write_private_file(path, content)
    except OSError as error:
        raise errors.CannotUseTracker(f"{path}: the credentials cannot be written: {error.strerror}") from None


def check_account(access: Access, project: str, tags: Sequence[str], now: datetime) -> tuple[Finding, ...]:
    """Check by reading alone whether covbot can work on a project; it ends where nothing further can be read."""
    found = [_describe_service(access.service_root), *(_check_tag(tag) for tag in tags)]
    try:
        connection = client.Client(evolve(access, read_only=True))
        me, date = connection.me()
        found += [_check_person(connection, me), *_check_clock(date, now), *_check_project(connection, project, tags)]
    except errors.CovbotError as error:
        fix = "see the tracker's settings in covbot.toml, or run `covbot login`"
        found.append(Finding(good=False, text=str(error), fix=fix))
    return tuple(found)


def _write_private_file(path: Path, content: bytes) -> None:
    """Write a file that nobody else can read at any time, in place of one that may exist."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _describe_service(name: str) -> Finding:
    root = find_service_root(name)
    if root == _PRODUCTION:
        return Finding(good=True, text=f"bugs live at {root}, which is production")
    what = "staging" if "staging." in root else "neither production nor staging"
    return Finding(good=True, text=f"bugs live at {root}, which is {what}")


def _check_tag(tag: str) -> Finding:
    if _TAG.fullmatch(tag):
        return Finding(good=True, text=f"tag {tag!r} is sound")
    fix = "use two or more of a-z 0-9 + - . and begin with a letter or digit"
    return Finding(good=False, text=f"tag {tag!r}: Launchpad refuses it, and every bug that bears it", fix=fix)


def _check_person(connection: client.Client, me: str) -> Finding:
    name = me.rpartition("/")[2]
    person = connection.load(name, f"reading {name}").entry
    if person.get("is_valid") and not person.get("is_team"):
        return Finding(good=True, text=f"covbot works as {name}")
    return Finding(good=False, text=f"{name} is no active person", fix="log in to Launchpad as that account")


def _check_clock(date: str | None, now: datetime) -> Iterator[Finding]:
    if date is None:
        return
    skew = abs(parsedate_to_datetime(date).astimezone(UTC) - now)
    if skew <= MAX_CLOCK_SKEW:
        yield Finding(good=True, text="this machine's clock is right")
    else:
        text = f"this machine's clock is off by {skew.total_seconds():.0f} s"
        yield Finding(good=False, text=text, fix="set it by NTP")


def _check_project(connection: client.Client, name: str, tags: Sequence[str]) -> Iterator[Finding]:
    try:
        project = connection.load(name, f"reading project {name}").entry
    except errors.BugUnreadable:
        yield Finding(good=False, text=f"there is no project {name}", fix="correct `project` in covbot.toml")
        return
    yield bug_usage.check_bug_usage(project, name)
    official = project.get("official_bug_tags")
    unofficial = sorted(set(tags) - set(map(str, official if isinstance(official, list) else [])))
    if unofficial:
        text = f"not among the official tags of {name}, which is allowed: {', '.join(unofficial)}"
        yield Finding(good=True, text=text)
