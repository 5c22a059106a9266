"""The account: letting covbot in once, and what can be known beforehand of whether it may do its work."""

from __future__ import annotations

import os
import re
import tempfile
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from covbot import errors
from covbot.trackers.launchpad import client, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from covbot.trackers.launchpad.access import Access

CLOCKS_APART = timedelta(minutes=1)
"""How far this machine's clock may be off: a search for what changed since a time reaches back twice that."""

_TAG = re.compile(r"[a-z0-9][a-z0-9+.\-]+")
_PRODUCTION = client.service_root("production")


@frozen(kw_only=True)
class Finding:
    """One thing that was looked at: what was found in one line, and if it is not good, who can mend it and how."""

    good: bool
    said: str
    mend: str = ""


def login(service_root: str, path: Path, show: Callable[[str], object], wait: Callable[[], object]) -> None:
    """Let a person authorise covbot, and write the credentials file, readable by its owner alone.

    `show` is given the URL where the person decides; `wait` is called between two looks whether they did. Raises
    CannotUseTracker if they say no, if Launchpad cannot be reached, or if the file cannot be written.
    """
    url, take = client.ask_for_access(service_root)
    show(url)
    while (content := take()) is None:
        wait()
    try:
        _write_privately(path, content)
    except OSError as error:
        raise errors.CannotUseTracker(f"{path}: the credentials cannot be written: {error.strerror}") from None


def examine(access: Access, project: str, tags: Sequence[str], now: datetime) -> tuple[Finding, ...]:
    """All that reading can tell of whether covbot can work on a project; it ends where nothing further can be read."""
    found = [_place(access.service_root), *(_tag(tag) for tag in tags)]
    try:
        line = client.Client(evolve(access, read_only=True))
        me, date = line.me()
        found += [_person(line, me), *_clock(date, now), *_project(line, project, tags)]
    except errors.CovbotError as trouble:
        mend = "see the tracker's settings in covbot.toml, or run `covbot login`"
        found.append(Finding(good=False, said=str(trouble), mend=mend))
    return tuple(found)


def _write_privately(path: Path, content: bytes) -> None:
    """Write a file that nobody else could read at any time, in place of one that may be there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _place(name: str) -> Finding:
    root = client.service_root(name)
    if root == _PRODUCTION:
        return Finding(good=True, said=f"bugs live at {root}, which is production")
    what = "staging" if "staging." in root else "neither production nor staging"
    return Finding(good=True, said=f"bugs live at {root}, which is {what}")


def _tag(tag: str) -> Finding:
    if _TAG.fullmatch(tag):
        return Finding(good=True, said=f"tag {tag!r} is sound")
    mend = "use two or more of a-z 0-9 + - . and begin with a letter or digit"
    return Finding(good=False, said=f"tag {tag!r}: Launchpad refuses it, and every bug that bears it", mend=mend)


def _person(line: client.Client, me: str) -> Finding:
    name = me.rpartition("/")[2]
    person = line.load(name, f"reading {name}").entry
    if person.get("is_valid") and not person.get("is_team"):
        return Finding(good=True, said=f"covbot works as {name}")
    return Finding(good=False, said=f"{name} is no active person", mend="log in to Launchpad as that account")


def _clock(date: str | None, now: datetime) -> Iterator[Finding]:
    if date is None:
        return
    off = abs(parsedate_to_datetime(date).astimezone(UTC) - now)
    if off <= CLOCKS_APART:
        yield Finding(good=True, said="this machine's clock is right")
    else:
        said = f"this machine's clock is off by {off.total_seconds():.0f} s"
        yield Finding(good=False, said=said, mend="set it by NTP")


def _project(line: client.Client, name: str, tags: Sequence[str]) -> Iterator[Finding]:
    try:
        project = line.load(name, f"reading project {name}").entry
    except errors.BugUnreadable:
        yield Finding(good=False, said=f"there is no project {name}", mend="correct `project` in covbot.toml")
        return
    yield from _openness(project, name)
    official = project.get("official_bug_tags")
    unofficial = sorted(set(tags) - set(map(str, official if isinstance(official, list) else [])))
    if unofficial:
        said = f"not among the official tags of {name}, which is allowed: {', '.join(unofficial)}"
        yield Finding(good=True, said=said)


def _openness(project: entries.Entry, name: str) -> Iterator[Finding]:
    if not project.get("active"):
        yield Finding(good=False, said=f"{name} is not active", mend="ask its owner")
    elif not project.get("official_bugs"):
        mend = "ask its maintainers where bugs belong; Launchpad would take them all the same"
        yield Finding(good=False, said=f"{name} does not use Launchpad for bugs", mend=mend)
    elif project.get("information_type") != "Public":
        yield Finding(good=False, said=f"{name} is not public: covbot could not see its own bugs", mend="ask its owner")
    else:
        yield Finding(good=True, said=f"{name} takes bugs on Launchpad, and anybody may file them")
