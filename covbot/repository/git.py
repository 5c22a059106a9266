"""The git repository of a project: revisions, trees, source texts and line maps, read from git's objects alone."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, TypeVar

from attrs import define, field

from covbot.core.builds.build import COMMIT_ID
from covbot.core.linemap import mapping
from covbot.core.linemap.file_versions import SourceFile
from covbot.core.linemap.linemap import LineMap
from covbot.core.source import chunks
from covbot.errors import CannotReachRepository, CannotReadRepository, SourceTooLarge
from covbot.repository import churn, commands, decoding, mirror, tree_diff, trees
from covbot.repository.objects import Objects
from covbot.repository.trees import ObjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from covbot.repository.decoding import DecodedSource
    from covbot.repository.mirror import Mirror
    from covbot.repository.tree_diff import TreeFile
    from covbot.repository.trees import Tree

T = TypeVar("T")

RENAME_LIMIT = 2000
"""The number of files between which git searches for renames; the cost grows with the square."""

CHURN_TIMEOUT = 20.0
"""Seconds within which git must have counted recent changes, which serve only to order the tasks."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_A_REVISION = re.compile(r"-|.*(?:\.\.|@\{|[\s\x00-\x20\x7f:^~?*\[\\])|.{251,}|@?$", re.DOTALL)
_TREES_KEPT = 4
_SOURCES_KEPT = 512


@define(kw_only=True, eq=False)
class Repository:
    """A git repository, read by commit; a context manager, since it keeps a git process running.

    Every method raises CannotReadRepository if what it is asked for is not there, and CannotReachRepository if the
    repository cannot be read as a whole. A mirror in which objects are broken is made anew, and read once more.
    """

    directory: str
    where: str
    origin: Mirror | None = None
    _objects: Objects = field(init=False)
    _trees: dict[str, Tree] = field(init=False, factory=dict)
    _sources: dict[str, DecodedSource] = field(init=False, factory=dict)
    _unknown: set[str] | None = field(init=False, default=None)

    @_objects.default
    def _open_objects(self) -> Objects:
        return Objects(git_dir=self.directory, where=self.where)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and forget the source texts that are cached; the next read starts another."""
        self._objects.close()
        chunks.split_chunks.cache_clear()

    def resolve(self, revision: str) -> str:
        """Return the full id of the commit that a branch, tag or id names; an expression or an option is refused."""
        if _NOT_A_REVISION.match(revision):
            raise CannotReadRepository(f"{self.where}: {revision!r} is not the name of a revision")
        try:
            return self._objects.resolve(f"{revision}^{{commit}}")
        except CannotReadRepository:
            raise CannotReadRepository(f"{self.where}: revision {revision!r} is not there") from None

    def find_commit(self, expression: str) -> str:
        """Return the full id of the commit that a person means: by any expression that git knows, as `HEAD~20`.

        A mirror is fetched if it does not have it. Only for what a person types: the revisions of builds are names.
        """
        with contextlib.suppress(CannotReadRepository):
            return self.obtain(expression)
        arguments = "rev-parse", "--verify", "--quiet", "--end-of-options", f"{expression}^{{commit}}"
        found = ""
        if not _CONTROL.search(expression):
            with contextlib.suppress(CannotReadRepository):
                found = self._read_output(*arguments).decode("ascii", "replace").strip()
        if not COMMIT_ID.fullmatch(found):
            raise CannotReadRepository(f"{self.where}: revision {expression!r} is not there")
        return self.resolve(found)

    def obtain(self, revision: str, *, timeout: float = mirror.FETCH_TIMEOUT) -> str:
        """Return the same as `resolve`, but fetch what a mirror lacks, for at most `timeout` seconds a fetch.

        Branches are fetched once, and so is each unknown commit, until `expire` is called.
        """
        if self.origin is None or _NOT_A_REVISION.match(revision):
            return self.resolve(revision)
        with contextlib.suppress(CannotReadRepository, CannotReachRepository):
            return self.resolve(revision)
        if self._unknown is None:
            self._fetch(timeout=timeout)
            self._unknown = set()
        if COMMIT_ID.fullmatch(revision) and revision not in self._unknown:
            self._unknown.add(revision)
            with contextlib.suppress(CannotReadRepository):
                return self.resolve(revision)
            self._fetch(commit=revision, timeout=timeout)
        try:
            return self.resolve(revision)
        except CannotReachRepository:
            self.origin.remake(timeout=timeout)
            self._objects.close()
            return self.resolve(revision)

    def has(self, revision: str) -> bool:
        """Whether a revision is there already, so that nothing has to be fetched for it."""
        try:
            return bool(self.resolve(revision))
        except (CannotReadRepository, CannotReachRepository):
            return False

    def expire(self) -> None:
        """Let `obtain` look again for what the remote did not have; raise CannotRunGit if its address is refused."""
        if self.origin is not None:
            self.origin.check_address()
        self._unknown = None

    def refresh(self) -> None:
        """Fetch the branches and tags of a mirror; raise CannotReachRepository if that fails."""
        self._fetch(timeout=mirror.FETCH_TIMEOUT)

    def _fetch(self, *, commit: str | None = None, timeout: float) -> None:
        """Fetch into the mirror; a commit that the remote does not have is none that is fetched."""
        assert self.origin  # noqa: S101  for the type checker: callers know that it is a mirror
        with contextlib.suppress(CannotReadRepository):
            self.origin.fetch(commit=commit, timeout=timeout)
        self._objects.close()

    def tree(self, commit: str) -> Tree:
        """Return the content of a commit: path -> entry."""
        if commit not in self._trees:
            self.resolve(self._check_commit_id(commit))
            listing = self._read_sound(lambda: self._read_output("ls-tree", "-r", "-z", "--full-tree", commit))
            if len(self._trees) >= _TREES_KEPT:
                self._trees.clear()
            self._trees[commit] = trees.parse_tree(listing)
        return self._trees[commit]

    def _read_sound(self, read: Callable[[], T]) -> T:
        """Return what is read of objects that the repository must have; if it fails, a mirror is made anew.

        Raise CannotReachRepository if that does not help.
        """
        try:
            return read()
        except SourceTooLarge:
            raise
        except (CannotReadRepository, CannotReachRepository) as error:
            if self.origin is None:
                raise CannotReachRepository(str(error)) from None
        self.origin.remake()
        self._objects.close()
        try:
            return read()
        except CannotReadRepository as error:
            raise CannotReachRepository(str(error)) from None

    def source(self, commit: str, path: str) -> DecodedSource:
        """Return the text of a file; a link or a submodule is refused with that reason, never followed."""
        entry = self.tree(commit).get(path)
        if entry is None:
            raise CannotReadRepository(f"{self.where}: {path!r} is not in {commit[:12]}")
        if entry.kind is not ObjectKind.FILE:
            raise CannotReadRepository(f"{self.where}: {path!r} is a {entry.kind} in {commit[:12]}, not a file")
        return self._decode_blob(entry.id)

    def line_map(self, before: str, after: str, wanted: Collection[str]) -> LineMap:
        """Return where the lines of one commit are in another, for the files whose path before or after is `wanted`.

        Of other changed files only the paths are mapped, none of their lines.
        """
        options = ("-r", "-z", "--raw", "-M", f"-l{RENAME_LIMIT}", "--no-ext-diff", "--no-textconv")
        commits = [self.resolve(self._check_commit_id(commit)) for commit in (before, after)]
        listing = self._read_sound(
            lambda: self._read_output("diff-tree", *options, *commits, "--", *_limit_to_python(wanted))
        )
        changes = tree_diff.sort_changes(tree_diff.resolve_renames(tree_diff.parse_diff(listing)), wanted)
        texts = mapping.map_files(
            ((self._read_source_file(old), self._read_source_file(new)) for old, new in changes.pairs),
            map(self._read_source_file, changes.deleted),
            map(self._read_source_file, changes.added),
        )
        return LineMap(
            files={**texts.files, **changes.unread},
            moved_functions=texts.moved_functions,
            deleted=texts.deleted | changes.deleted_unread,
            added=texts.added | changes.added_unread,
        )

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether one commit is the other or an ancestor of it."""
        commits = [self.resolve(self._check_commit_id(commit)) for commit in (older, newer)]
        return self._read_sound(lambda: self._is_merge_base(*commits))

    def _is_merge_base(self, older: str, newer: str) -> bool:
        done = commands.run_git(
            [f"--git-dir={self.directory}", "merge-base", "--is-ancestor", older, newer], where=self.where
        )
        if done.returncode not in {0, 1}:
            raise CannotReachRepository(f"{self.where}: {commands.find_error_line(done.stderr)}")
        return done.returncode == 0

    def churn(self, commit: str, *, since: datetime, timeout: float = CHURN_TIMEOUT) -> Mapping[str, int]:
        """Return path -> lines of Python added and deleted in the history of a commit since a time, without merges.

        Raise CannotReadRepository if git has not counted them within `timeout` seconds.
        """
        options = ("--no-merges", "--numstat", "-M", "-z", "--format=", "--no-ext-diff", "--no-textconv")
        span = (f"--since={since.isoformat()}", self._check_commit_id(commit), "--", "*.py")
        arguments = [f"--git-dir={self.directory}", "log", *options, *span]
        return churn.parse_churn(commands.read_output(arguments, where=self.where, timeout=timeout))

    def _read_source_file(self, side: TreeFile) -> SourceFile:
        """Return a file with its text; a file that is too large has no lines to map."""
        try:
            return SourceFile(path=side.path, text=self._decode_blob(side.entry.id).text)
        except SourceTooLarge:
            return SourceFile(path=side.path, text="")

    def _decode_blob(self, object_id: str) -> DecodedSource:
        if object_id not in self._sources:
            if len(self._sources) >= _SOURCES_KEPT:
                self._sources.clear()
            self._sources[object_id] = decoding.decode_source(self._read_sound(lambda: self._objects.read(object_id)))
        return self._sources[object_id]

    def _check_commit_id(self, commit: str) -> str:
        if not COMMIT_ID.fullmatch(commit):
            raise CannotReadRepository(f"{self.where}: {commit!r} is not a full commit id")
        return commit

    def _read_output(self, *arguments: str) -> bytes:
        return commands.read_output([f"--git-dir={self.directory}", *arguments], where=self.where)


def open_checkout(directory: Path) -> Repository:
    """Open an existing checkout or bare repository, or a directory within one; nothing in it is written."""
    if not directory.is_dir():
        raise CannotReadRepository(f"{directory}: no such directory")
    found = commands.read_output(
        ["-C", str(directory.resolve()), "rev-parse", "--absolute-git-dir"], where=str(directory)
    )
    return Repository(directory=os.fsdecode(found.removesuffix(b"\n")), where=str(directory))


def open_mirror(address: str, *, cache: Path) -> Repository:
    """Open a remote repository by its copy in a cache directory; `obtain` fetches what the copy lacks."""
    origin = mirror.make_mirror(address, cache=cache)
    return Repository(directory=str(origin.directory), where=origin.where, origin=origin)


def _limit_to_python(wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the pathspecs that limit git's search for renames to Python files, if all wanted files are Python."""
    return ("*.py",) if all(path.endswith(".py") for path in wanted) else ()
