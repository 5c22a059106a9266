"""Reads git objects by their ids through one long-lived `git cat-file --batch`."""

from __future__ import annotations

import os
import subprocess
from typing import IO, TYPE_CHECKING

from attrs import define, field

from covbot.core.builds.build import COMMIT_ID
from covbot.errors import CannotReachRepository, CannotReadRepository, SourceTooLarge
from covbot.repository import commands

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

LARGEST_OBJECT = 16 * 2**20
"""The size in bytes of the largest object that is read; a source file is far smaller."""

_CHUNK_BYTES = 2**16


@define(kw_only=True, eq=False)
class Objects:
    """The objects of one repository; a context manager, since it keeps a process running from the first read on.

    Every method raises CannotReadRepository for an object that is not there, CannotReachRepository if git fails.
    """

    git_dir: str
    where: str
    _process: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, if one runs; the next read starts another."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def read(self, object_id: str) -> bytes:
        """Return the content of a blob or commit; CannotReadRepository if it is missing, SourceTooLarge."""
        if not COMMIT_ID.fullmatch(object_id):
            raise CannotReadRepository(f"{self.where}: {object_id!r} is not an object id")
        return self._request_object(object_id)[1]

    def resolve(self, name: str) -> str:
        """Return the id of a named object, by git's own rules; raise CannotReadRepository if there is none."""
        return self._request_object(name)[0]

    def _request_object(self, name: str) -> tuple[str, bytes]:
        stdin, stdout = self._open_pipes()
        try:
            stdin.write(os.fsencode(name) + b"\n")
            stdin.flush()
            return self._read_content(name, stdout)
        except (OSError, EOFError):
            self.close()
            raise CannotReachRepository(
                f"{self.where}: git cat-file ended early; see whether the disk is sound"
            ) from None

    def _open_pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = commands.start_git(
                [f"--git-dir={self.git_dir}", "cat-file", "--batch"],
                where=self.where,
                stdin=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin  # noqa: S101  for the type checker: both are pipes
        assert stdout  # noqa: S101  the same
        return stdin, stdout

    def _read_content(self, name: str, stdout: IO[bytes]) -> tuple[str, bytes]:
        """Return the id and the content."""
        header = stdout.readline()  # id, type and size, or the name and what is wrong with it
        if header.endswith((b" missing\n", b" ambiguous\n")):
            raise CannotReadRepository(f"{self.where}: object {name} is not there")
        if not header:
            raise EOFError
        object_id, _, digits = header.decode().split()
        size = int(digits)
        if size > LARGEST_OBJECT:
            _skip_bytes(stdout, size + 1)
            raise SourceTooLarge(f"{self.where}: object {name} has {size} bytes, more than {LARGEST_OBJECT}")
        content = stdout.read(size + 1)
        if len(content) <= size:
            raise EOFError
        return object_id, content[:-1]


def _skip_bytes(stdout: IO[bytes], size: int) -> None:
    while size > 0 and (chunk := stdout.read(min(size, _CHUNK_BYTES))):
        size -= len(chunk)
