"""Reads git objects through one long-lived `git cat-file --batch`, by their ids alone."""

from __future__ import annotations

import os
import subprocess
from typing import IO, TYPE_CHECKING

from attrs import define, field

from covbot.core.builds.build import COMMIT_ID
from covbot.errors import CannotReadRepository
from covbot.repository import commands

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

LARGEST = 16 * 2**20
"""Bytes of an object that are still read; a source file is far smaller."""

_CHUNK = 2**16


@define(kw_only=True, eq=False)
class Objects:
    """The objects of one repository; a context manager, since a process waits behind it from the first read on."""

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
        """The content of a blob or commit; CannotReadRepository if it is not there or larger than `LARGEST`."""
        if not COMMIT_ID.fullmatch(object_id):
            raise CannotReadRepository(f"{self.where}: {object_id!r} is not an object id")
        return self._ask(object_id)[1]

    def resolve(self, name: str) -> str:
        """The id of what an object is called, by git's own rules; CannotReadRepository if nothing is called so."""
        return self._ask(name)[0]

    def _ask(self, name: str) -> tuple[str, bytes]:
        ask, answer = self._pipes()
        try:
            ask.write(os.fsencode(name) + b"\n")
            ask.flush()
            return self._content(name, answer)
        except (OSError, EOFError):
            self.close()
            raise CannotReadRepository(
                f"{self.where}: git cat-file ended early; see whether the disk is sound"
            ) from None

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  the arguments are ours
                commands.make_command(f"--git-dir={self.git_dir}", "cat-file", "--batch"),
                env=commands.make_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        ask, answer = self._process.stdin, self._process.stdout
        assert ask  # noqa: S101  for the type checker: both are pipes
        assert answer  # noqa: S101  the same
        return ask, answer

    def _content(self, name: str, answer: IO[bytes]) -> tuple[str, bytes]:
        """The id and the content."""
        about = answer.readline()  # id, type and size, or the name and what is wrong with it
        if about.endswith((b" missing\n", b" ambiguous\n")):
            raise CannotReadRepository(f"{self.where}: object {name} is not there")
        if not about:
            raise EOFError
        object_id, _, digits = about.decode().split()
        size = int(digits)
        if size > LARGEST:
            _skip(answer, size + 1)
            raise CannotReadRepository(f"{self.where}: object {name} has {size} bytes, more than {LARGEST}")
        content = answer.read(size + 1)
        if len(content) <= size:
            raise EOFError
        return object_id, content[:-1]


def _skip(answer: IO[bytes], size: int) -> None:
    while size > 0 and (chunk := answer.read(min(size, _CHUNK))):
        size -= len(chunk)
