"""Builds that another program puts into a directory: each a folder with a `build.json` and its coverage files."""

from __future__ import annotations

import functools
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from attrs import define, field, frozen

from covbot import logs
from covbot.core import addresses
from covbot.core.builds.build import Build
from covbot.errors import CannotFetch, CannotFetchNow
from covbot.ports import Attachment, Delivery, PassedOver

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILD_FILE = "build.json"

_LONGEST_BUILD_FILE = 64 * 1024
"""The greatest number of bytes of a `build.json`."""

_LONGEST_TEXT = 1000
"""The greatest number of characters of a revision, result or address."""

_NUMBER_LIMIT = 2**63
"""The number of a build is below this limit: the store holds no larger one."""

_PACKED_SUFFIXES = ("", ".gz", ".xz")


@define(kw_only=True)
class Directory:
    """The adapter of `ports.Source`: `path` holds the builds of `job`, and each has the coverage files `names`.

    The time at which a file was written is not given: folders are copied, and copies have times of their own.
    """

    path: Path
    job: str
    names: tuple[str, ...]
    _folders: dict[tuple[int, datetime], Path] = field(init=False, factory=dict)
    _left_out: tuple[str, ...] = field(init=False, default=())

    def builds(self, depth: int = 100) -> Sequence[Build]:
        """Return all builds with a readable `build.json`, by number and start, whatever the `depth`.

        A folder without one is incomplete and skipped. A broken one is logged and left out, so that it does not hide
        the others. Raise CannotFetch if the directory cannot be listed, or if every build in it is broken.
        """
        del depth
        found: dict[tuple[int, datetime], Build] = {}
        broken: list[str] = []
        self._folders.clear()
        for folder in self._list_folders():
            try:
                build = _read_build_file(folder / BUILD_FILE, self.job)
            except (FileNotFoundError, NotADirectoryError):
                continue
            except (OSError, ValueError, RecursionError) as error:
                broken.append(f"{folder / BUILD_FILE}: {_describe_error(error)}")
                continue
            first = self._folders.setdefault(_identify_build(build), folder)
            if first == folder:
                found[_identify_build(build)] = build
            else:
                broken.append(f"{folder / BUILD_FILE}: has the number and start of {first / BUILD_FILE}")
        if broken and not found:
            raise CannotFetch("; ".join(broken))
        self._left_out = tuple(broken)
        for what in broken:
            logs.warning("build.skipped", job=self.job, why=what)
        return [found[identity] for identity in sorted(found)]

    def reports(self, build: Build) -> Delivery:
        """Return the coverage files of a build, as NAME, NAME.gz or NAME.xz.

        Raise CannotFetchNow if its folder is missing. A name or a link that points outside the folder of the build is
        not followed: the file counts as missing.
        """
        if _identify_build(build) not in self._folders:
            self.builds()
        folder = self._folders.get(_identify_build(build))
        if folder is None or not folder.is_dir():
            raise CannotFetchNow(f"{self.path}: build {build.number} is not there any more")
        found = {name: _find_file(folder, name) for name in self.names}
        return Delivery(
            attachments=tuple(_make_attachment(folder, file.path) for file in found.values() if file),
            missing=tuple(name for name, file in found.items() if not file),
        )

    def version(self, build: Build) -> str:
        """Return the sizes of the coverage files of a listed build, and when each was last changed."""
        folder = self._folders.get(_identify_build(build))
        files = [_find_file(folder, name) for name in self.names] if folder else []
        return " ".join(f"{file.status.st_size}:{file.status.st_mtime_ns}" if file else "-" for file in files)

    def left_out(self) -> Sequence[str]:
        """Return what is wrong with each `build.json` that the last listing left out."""
        return self._left_out

    def passed_over(self) -> Sequence[PassedOver]:
        """Return nothing, since every build that can be read is offered."""
        return ()

    def check(self) -> Sequence[str]:
        """Return what an operator should know of the directory now; raise CannotFetch if it cannot be listed."""
        builds = self.builds()
        sentences = [f"{self.path}: {len(builds)} builds", *(f"left out: {what}" for what in self._left_out)]
        if not builds:
            return [*sentences, "covbot waits for the first"]
        newest = max(builds, key=lambda build: build.started_at)
        missing = self.reports(newest).missing
        return [*sentences, *(f"build {newest.number} has no {name}" for name in missing)]

    def _list_folders(self) -> list[Path]:
        """Return the paths that may be folders of builds, each once whatever links point to it."""
        try:
            return sorted({Path(os.path.realpath(entry)) for entry in self.path.iterdir()})
        except OSError as error:
            raise CannotFetch(
                f"{self.path}: the directory of builds cannot be listed: {_describe_error(error)}"
            ) from error


def _identify_build(build: Build) -> tuple[int, datetime]:
    return build.number, build.started_at


def _describe_error(error: Exception) -> str:
    match error:
        case OSError(strerror=str(reason)):
            return reason
        case RecursionError():
            return "is nested too deeply"
        case _:
            return str(error)


def _read_build_file(path: Path, job: str) -> Build:
    """Return the build that a `build.json` describes; raise ValueError, RecursionError or OSError if it is broken."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("is not a file")
    with path.open("rb") as stream:
        content = stream.read(_LONGEST_BUILD_FILE + 1)
    if len(content) > _LONGEST_BUILD_FILE:
        raise ValueError(f"is longer than {_LONGEST_BUILD_FILE} bytes")
    document = json.loads(content)
    if not isinstance(document, dict):
        raise ValueError("must be an object")  # noqa: TRY004 -- a broken file, reported like any other
    return Build(
        job=job,
        number=_read_number(document.get("number")),
        started_at=_read_time(document.get("started_at")),
        revision=_read_line(document, "revision") or None,
        result=_read_line(document, "result") or None,
        url=_read_address(_read_line(document, "url")),
    )


def _read_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _NUMBER_LIMIT:
        return value
    raise ValueError("number must be a positive whole number")


def _read_time(value: object) -> datetime:
    try:
        time = datetime.fromisoformat(str(value))
        if time.tzinfo:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("started_at must be a moment with its zone, such as 2026-08-21T21:01:48Z")


def _read_line(document: dict[str, object], key: str) -> str:
    value = document.get(key)
    if value is None:
        return ""
    if isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_TEXT:
        return value
    raise ValueError(f"{key} must be a text of one line, of {_LONGEST_TEXT} characters at most")


def _read_address(value: str) -> str:
    if not value or value.startswith(("https://", "http://")):
        return addresses.hide_accounts(value)
    raise ValueError("url must begin with https:// or http://")


@frozen(kw_only=True)
class _StoredFile:
    """A file of a build, and its status."""

    path: Path
    status: os.stat_result


def _find_file(folder: Path, name: str) -> _StoredFile | None:
    """Return the coverage file of that name, packed or not; None if there is none, or if it is outside the folder."""
    for suffix in _PACKED_SUFFIXES:
        file = Path(os.path.realpath(folder / f"{name}{suffix}"))
        try:
            status = file.stat()
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and file.is_relative_to(folder):
            return _StoredFile(path=file, status=status)
    return None


def _make_attachment(folder: Path, file: Path) -> Attachment:
    return Attachment(name=f"{folder.name}/{file.relative_to(folder)}", open=functools.partial(_open_file, file))


def _open_file(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise CannotFetch(f"{file}: cannot be read: {_describe_error(error)}") from error
