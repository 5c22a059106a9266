"""A bare copy of a repository in a cache directory, fetched over safe protocols."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.errors import CannotReadRepository
from covbot.repository import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FETCH_TIMEOUT = 900.0
"""Seconds; the first copy of a large project takes minutes."""

_REMOTE = re.compile(r"(?:https|ssh|git)://(?!-)[^\s\x00-\x1f\x7f]+|file:///[^\x00-\x1f\x7f]+")
_SCP_LIKE = re.compile(r"(?:\w[\w.-]*@)?\w[\w.-]*:(?![-:])[^\s\x00-\x1f\x7f]+")
_SECRET = re.compile(r"(?<=://)[^/@]*@")
_UNSAFE_CHARACTERS = re.compile(r"[^A-Za-z0-9._-]+")
_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@frozen(kw_only=True)
class Mirror:
    """A remote repository, and the bare directory that holds a copy of its branches and tags."""

    url: str
    directory: Path

    @property
    def where(self) -> str:
        """The address without user and password, fit to be shown."""
        return _SECRET.sub("", self.url)

    def fetch(self, *, commit: str | None = None, timeout: float = FETCH_TIMEOUT) -> None:
        """Fetch branches and tags, or one commit that none of them contains; raise CannotReadRepository if that fails.

        Of two processes that fetch at the same time one waits for the other.
        """
        wanted = _REFS if commit is None else (f"{commit}:refs/covbot/{commit}",)
        with self._hold_lock():
            self._fetch_refs(wanted, prune=commit is None, timeout=timeout)

    def _fetch_refs(self, wanted: tuple[str, ...], *, prune: bool, timeout: float) -> None:
        commands.read_output(["init", "--quiet", "--bare", "--template=", str(self.directory)], where=self.where)
        options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--prune" if prune else "--no-prune"]
        try:
            commands.read_output(
                [f"--git-dir={self.directory}", "fetch", *options, "--", self.url, *wanted],
                where=self.where,
                network=True,
                timeout=timeout,
            )
        except CannotReadRepository as error:
            # git repeats the address in its message, and with it the password
            raise CannotReadRepository(_remove_secrets(str(error), _SECRET.findall(self.url))) from None

    @contextlib.contextmanager
    def _hold_lock(self) -> Iterator[None]:
        try:
            self.directory.parent.mkdir(parents=True, exist_ok=True)
            with self.directory.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise CannotReadRepository(f"{self.directory}: {error.strerror}; the cache must be writable") from None


def make_mirror(address: str, *, cache: Path) -> Mirror:
    """Return the mirror below `cache` of an address: https, ssh, git, file, `user@host:path`, a directory.

    Nothing is fetched. A directory that is given by an absolute path need not exist yet: then the fetch fails.

    Raise CannotReadRepository for an address of another protocol, or one that git would read as an option.
    """
    local = Path(address)
    if address and not address.startswith("-") and "\0" not in address and (local.is_absolute() or local.is_dir()):
        url = str(local.resolve())
    elif _REMOTE.fullmatch(address) or (_SCP_LIKE.fullmatch(address) and "://" not in address):
        url = address
    else:
        shown = _SECRET.sub("", address)
        raise CannotReadRepository(
            f"{shown!r} is no repository: give a directory or an address by https, ssh, git or file"
        )
    name = _UNSAFE_CHARACTERS.sub("-", url.rstrip("/").rpartition("/")[2].removesuffix(".git"))[:60]
    digest = hashlib.sha256(url.encode(errors="surrogateescape")).hexdigest()[:12]
    return Mirror(url=url, directory=cache / f"{name}-{digest}.git")


def _remove_secrets(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "")
    return text
