"""A bare copy of a repository in a cache directory, fetched over safe protocols."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import re
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from covbot.errors import CannotReachRepository, CannotReadRepository, CannotRunGit
from covbot.repository import commands, leftovers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

FETCH_TIMEOUT = 900.0
"""Seconds; the first copy of a large project takes minutes."""

_REMOTE = re.compile(r"(?:https|ssh|git)://(?!-)[^\s\x00-\x1f\x7f]+|file:///[^\x00-\x1f\x7f]+")
_SCP_LIKE = re.compile(r"(?:\w[\w.-]*@)?\w[\w.-]*:(?![-:])[^\s\x00-\x1f\x7f]+")
_SECRET = re.compile(r"(?<=://)[^/@]*@")
_UNSAFE_CHARACTERS = re.compile(r"[^A-Za-z0-9._-]+")
_LOCK_PAUSE = 0.1
"""Seconds between two attempts to get the lock of a copy."""

_UNKNOWN_COMMIT = re.compile(rb"not our ref|remote ref|unadvertised object")
"""What git says if the remote answers, but does not have a commit or does not give it away."""

_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@frozen(kw_only=True)
class Mirror:
    """A remote repository, and the bare directory that holds a copy of its branches and tags.

    If its address is `refused` for a reason, git is never called with it.
    """

    url: str
    directory: Path
    refused: str | None = None

    @property
    def where(self) -> str:
        """The address without user and password, fit to be shown."""
        return _SECRET.sub("", self.url)

    def check_address(self) -> None:
        """Raise CannotRunGit if the address is refused."""
        if self.refused is not None:
            raise CannotRunGit(self.refused)

    def fetch(self, *, commit: str | None = None, timeout: float = FETCH_TIMEOUT) -> None:
        """Fetch branches and tags, or one commit that none of them contains.

        What a git that was killed left in the copy is removed first, and a copy that turns out to be broken is made
        anew. Raise CannotReadRepository if the remote does not have that commit, CannotReachRepository for any other
        failure. Of two processes that fetch at the same time one waits for the other.
        """
        with self._hold_lock(timeout) as lock:
            leftovers.remove_leftovers(self.directory)
            try:
                self._fetch_refs(self.directory, commit, lock, timeout)
            except CannotReachRepository:
                leftovers.remove_leftovers(self.directory)
                if not self._answers(lock, min(timeout, commands.READ_TIMEOUT)) or self._is_sound():
                    raise
                self._make_anew(lock, timeout)
                if commit is not None:
                    self._fetch_refs(self.directory, commit, lock, timeout)

    def remake(self, *, timeout: float = FETCH_TIMEOUT) -> None:
        """Replace the copy, in which objects are broken or missing, by a new one; CannotReachRepository."""
        with self._hold_lock(timeout) as lock:
            self._make_anew(lock, timeout)

    def _fetch_refs(self, directory: Path, commit: str | None, lock: int, timeout: float) -> None:
        """Fetch into a directory; raise CannotReadRepository or CannotReachRepository as `fetch` does."""
        wanted = _REFS if commit is None else (f"{commit}:refs/covbot/{commit}",)
        options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-prune" if commit else "--prune"]
        self._run(["init", "--quiet", "--bare", "--template=", str(directory)], lock, commands.READ_TIMEOUT)
        self._run([f"--git-dir={directory}", "fetch", *options, "--", self.url, *wanted], lock, timeout)

    def _run(self, arguments: list[str], lock: int, timeout: float) -> None:
        done = commands.run_git(arguments, where=self.where, network=True, timeout=timeout, kept_open=[lock])
        if done.returncode:
            # git repeats the address in its message, and with it the password
            reason = _remove_secrets(commands.find_error_line(done.stderr), _SECRET.findall(self.url))
            message = f"{self.where}: {reason}"
            if _UNKNOWN_COMMIT.search(done.stderr):
                raise CannotReadRepository(message)
            raise CannotReachRepository(message)

    def _answers(self, lock: int, timeout: float) -> bool:
        """Whether the remote lists its branches, so that a failure is the fault of the copy."""
        try:
            self._run(["ls-remote", "--quiet", "--heads", "--", self.url], lock, timeout)
        except (CannotReadRepository, CannotReachRepository):
            return False
        return True

    def _is_sound(self) -> bool:
        """Whether the copy can be written to, and has every object that its branches and tags need."""
        if not leftovers.is_writable(self.directory):
            return False
        check = ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"]
        done = commands.run_git([f"--git-dir={self.directory}", *check], where=self.where, timeout=FETCH_TIMEOUT)
        return done.returncode == 0

    def _make_anew(self, lock: int, timeout: float) -> None:
        """Fetch all branches and tags into a new directory, and put it into the place of the copy."""
        fresh, old = self.directory.with_suffix(".new"), self.directory.with_suffix(".old")
        try:
            for directory in (fresh, old):
                shutil.rmtree(directory, ignore_errors=True)
            self._fetch_refs(fresh, None, lock, timeout)
            with contextlib.suppress(FileNotFoundError):
                self.directory.rename(old)
            fresh.rename(self.directory)
        except OSError as error:
            raise self._make_cache_error(error) from None
        finally:
            for directory in (fresh, old):
                shutil.rmtree(directory, ignore_errors=True)

    @contextlib.contextmanager
    def _hold_lock(self, timeout: float) -> Iterator[int]:
        """Hold the lock of the copy, and yield its file descriptor.

        Each git inherits it, so that one that outlives a killed covbot holds the lock to its own end. Raise
        CannotRunGit if the address is refused.
        """
        self.check_address()
        try:
            self.directory.parent.mkdir(parents=True, exist_ok=True)
            lock = self.directory.with_suffix(".lock").open("w")
        except OSError as error:
            raise self._make_cache_error(error) from None
        with lock:
            self._wait_for_lock(lock, timeout)
            yield lock.fileno()

    def _wait_for_lock(self, lock: TextIO, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    message = f"{self.where}: another process has been copying it for {timeout:g} seconds"
                    raise CannotReachRepository(message) from None
                time.sleep(_LOCK_PAUSE)
            else:
                return

    def _make_cache_error(self, error: OSError) -> CannotReachRepository:
        return CannotReachRepository(f"{self.directory}: {error.strerror}; the cache must be writable")


def make_mirror(address: str, *, cache: Path) -> Mirror:
    """Return the mirror below `cache` of an address: https, ssh, git, file, `user@host:path`, a directory.

    Nothing is fetched. A directory that is given by an absolute path need not exist yet: then the fetch fails. An
    address of another protocol, or one that git would read as an option, is refused.
    """
    local = Path(address)
    if address and not address.startswith("-") and "\0" not in address and (local.is_absolute() or local.is_dir()):
        url = str(local.resolve())
    elif _REMOTE.fullmatch(address) or (_SCP_LIKE.fullmatch(address) and "://" not in address):
        url = address
    else:
        shown = _SECRET.sub("", address)
        refused = f"{shown!r} is no repository: give a directory or an address by https, ssh, git or file"
        return Mirror(url=address, directory=cache / "refused.git", refused=refused)
    name = _UNSAFE_CHARACTERS.sub("-", url.rstrip("/").rpartition("/")[2].removesuffix(".git"))[:60]
    digest = hashlib.sha256(url.encode(errors="surrogateescape")).hexdigest()[:12]
    return Mirror(url=url, directory=cache / f"{name}-{digest}.git")


def _remove_secrets(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "")
    return text
