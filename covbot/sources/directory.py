"""Builds that something else puts into a directory: each a folder with a `build.json` and its coverage files."""

from __future__ import annotations

import functools
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from attrs import define, field

from covbot import logs
from covbot.core.builds.build import Build
from covbot.errors import CannotFetch, CannotFetchNow
from covbot.ports import Attachment, Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

SHEET = "build.json"

_LONGEST_SHEET = 64 * 1024
"""Bytes of a `build.json` at most."""

_LONGEST_TEXT = 1000
"""Characters of a revision, result or address at most."""

_NUMBERS = 2**63
"""A number of a build is smaller: the store holds no larger one."""

_PACKINGS = ("", ".gz", ".xz")


@define(kw_only=True)
class Directory:
    """The adapter of `ports.Source`: `path` holds the builds of `job`, and each has the coverage files `names`.

    When a file was written is not told: folders are copied, and copies have times of their own.
    """

    path: Path
    job: str
    names: tuple[str, ...]
    _folders: dict[tuple[int, datetime], Path] = field(init=False, factory=dict)

    def builds(self, depth: int = 100) -> Sequence[Build]:
        """All builds with a `build.json` that can be read, by number and start: there is no end to reach beyond.

        A folder without one is not complete yet and left alone; a broken one is logged and left out, so that it does
        not hide the others. CannotFetch if the directory cannot be listed, or if every build in it is broken.
        """
        del depth
        found: dict[tuple[int, datetime], Build] = {}
        broken: list[str] = []
        self._folders.clear()
        for folder in self._list():
            try:
                build = _read_sheet(folder / SHEET, self.job)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, ValueError, RecursionError) as error:
                broken.append(f"{folder / SHEET}: {_reason(error)}")
                continue
            twin = self._folders.setdefault(_identify(build), folder)
            if twin == folder:
                found[_identify(build)] = build
            else:
                broken.append(f"{folder / SHEET}: has the number and start of {twin / SHEET}")
        if broken and not found:
            raise CannotFetch("; ".join(broken))
        for what in broken:
            logs.warning("build.skipped", job=self.job, why=what)
        return [found[identity] for identity in sorted(found)]

    def reports(self, build: Build) -> Delivery:
        """The coverage files of a build, as NAME, NAME.gz or NAME.xz; CannotFetchNow while its folder is not there.

        A name or a link that leads out of the folder of the build is not followed: the file counts as missing.
        """
        if _identify(build) not in self._folders:
            self.builds()
        folder = self._folders.get(_identify(build))
        if folder is None or not folder.is_dir():
            raise CannotFetchNow(f"{self.path}: build {build.number} is not there any more")
        found = {name: _find(folder, name) for name in self.names}
        return Delivery(
            attachments=tuple(attachment for attachment in found.values() if attachment),
            missing=tuple(name for name, attachment in found.items() if not attachment),
        )

    def check(self) -> Sequence[str]:
        """What an operator should know of the directory now; CannotFetch if it cannot be listed."""
        builds = self.builds()
        said = [f"{self.path}: {len(builds)} builds"]
        if not builds:
            return [*said, "covbot waits for the first"]
        newest = max(builds, key=lambda build: build.started_at)
        missing = self.reports(newest).missing
        return [*said, *(f"build {newest.number} has no {name}" for name in missing)]

    def _list(self) -> list[Path]:
        """What may be folders of builds, each once whatever links lead to it."""
        try:
            return sorted({Path(os.path.realpath(entry)) for entry in self.path.iterdir()})
        except OSError as error:
            raise CannotFetch(f"{self.path}: the directory of builds cannot be listed: {_reason(error)}") from error


def _identify(build: Build) -> tuple[int, datetime]:
    return build.number, build.started_at


def _reason(error: Exception) -> str:
    match error:
        case OSError(strerror=str(reason)):
            return reason
        case RecursionError():
            return "is nested too deeply"
        case _:
            return str(error)


def _read_sheet(path: Path, job: str) -> Build:
    """The build that a `build.json` tells of; ValueError, RecursionError or OSError if it does not tell of one."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("is not a file")
    with path.open("rb") as stream:
        content = stream.read(_LONGEST_SHEET + 1)
    if len(content) > _LONGEST_SHEET:
        raise ValueError(f"is longer than {_LONGEST_SHEET} bytes")
    sheet = json.loads(content)
    if not isinstance(sheet, dict):
        raise ValueError("must be an object")  # noqa: TRY004 -- a broken file, told like any other
    return Build(
        job=job,
        number=_read_number(sheet.get("number")),
        started_at=_read_moment(sheet.get("started_at")),
        revision=_read_line(sheet, "revision") or None,
        result=_read_line(sheet, "result") or None,
        url=_read_address(_read_line(sheet, "url")),
    )


def _read_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _NUMBERS:
        return value
    raise ValueError("number must be a positive whole number")


def _read_moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("started_at must be a moment with its zone, such as 2026-08-21T21:01:48Z")


def _read_line(sheet: dict[str, object], key: str) -> str:
    value = sheet.get(key)
    if value is None:
        return ""
    if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_TEXT:
        return value
    raise ValueError(f"{key} must be a text of one line, of {_LONGEST_TEXT} characters at most")


def _read_address(value: str) -> str:
    if not value or value.startswith(("https://", "http://")):
        return value
    raise ValueError("url must begin with https:// or http://")


def _find(folder: Path, name: str) -> Attachment | None:
    """The coverage file of that name, packed or not; None if there is none, or if it lies outside the folder."""
    for packing in _PACKINGS:
        file = Path(os.path.realpath(folder / f"{name}{packing}"))
        try:
            facts = file.stat()
        except OSError:
            continue
        if stat.S_ISREG(facts.st_mode) and file.is_relative_to(folder):
            return Attachment(
                name=f"{folder.name}/{file.relative_to(folder)}",
                open=functools.partial(_open, file),
            )
    return None


def _open(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise CannotFetch(f"{file}: cannot be read: {_reason(error)}") from error
