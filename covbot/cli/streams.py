"""Standard output and error: what they cannot encode is escaped, and an output that cannot be written is named."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from covbot.errors import CannotWrite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class OutputStream:
    """A standard stream, None if the process was started without it; click finds no binary stream beneath it.

    Unless it is `required`, what cannot be written is dropped. Writing raises CannotWrite, or BrokenPipeError once the
    reader of a pipe has left.
    """

    def __init__(self, stream: TextIO | None, name: str, *, required: bool) -> None:
        """Write to a stream, which has this name in messages."""
        self.stream, self.name, self.required = stream, name, required
        self._failure: OSError | None = None

    @property
    def encoding(self) -> str:
        """The encoding of the stream."""
        return getattr(self.stream, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str:
        """How characters are written that the stream cannot encode."""
        return "backslashreplace"

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.stream is not None and self.stream.isatty()

    def fileno(self) -> int:
        """Return its descriptor; raise OSError if it has none."""
        if self.stream is None:
            raise OSError(f"{self.name} is closed")
        return self.stream.fileno()

    def write(self, text: str) -> int:
        """Write a text, and return its length; raise TypeError for bytes, by which click recognizes a text stream."""
        if not isinstance(text, str):
            raise TypeError("only text can be written")
        if text:
            self._attempt(lambda stream: stream.write(self._escape(text)))
        return len(text)

    def writelines(self, texts: Iterable[str]) -> None:
        """Write several texts."""
        for text in texts:
            self.write(text)

    def flush(self) -> None:
        """Write what is buffered."""
        if self.stream is not None:
            self._attempt(lambda stream: stream.flush())

    def _escape(self, text: str) -> str:
        return text if text.isascii() else text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def _attempt(self, write: Callable[[TextIO], object]) -> None:
        """Write to the stream; after one failure every later attempt fails, too, should somebody suppress the first."""
        if self._failure is None:
            try:
                write(self._get_stream())
            except OSError as error:
                self._failure = error
                self._discard_rest()
        if self._failure is None or not self.required:
            return
        if isinstance(self._failure, BrokenPipeError):
            raise self._failure
        reason = str(self._failure.strerror or self._failure)
        message = f"{self.name}: {reason[:1].lower()}{reason[1:]}; what covbot did until then is done"
        raise CannotWrite(message) from self._failure

    def _get_stream(self) -> TextIO:
        if self.stream is None:
            raise OSError(errno.EBADF, "it is closed")
        return self.stream

    def _discard_rest(self) -> None:
        """Drop what is buffered and cannot be written, which Python would report at its exit once more."""
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())


@contextlib.contextmanager
def guard_streams() -> Iterator[None]:
    """Write through `OutputStream`s; a closed descriptor is kept, so that no file which is opened gets its number."""
    before = sys.stdout, sys.stderr
    _fill_descriptors()
    sys.stdout = cast("TextIO", OutputStream(sys.stdout, "standard output", required=True))
    sys.stderr = cast("TextIO", OutputStream(sys.stderr, "standard error", required=False))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _fill_descriptors() -> None:
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
