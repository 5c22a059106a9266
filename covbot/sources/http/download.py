"""A downloaded file, kept outside of memory for as long as an object refers to it."""

from __future__ import annotations

import contextlib
import tempfile
import weakref
from typing import TYPE_CHECKING, BinaryIO, cast

from covbot.errors import CannotFetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD_BYTES = 512


class Download:
    """Bytes in a temporary file without a name, which is deleted with this object."""

    def __init__(self, file: BinaryIO) -> None:
        """Take ownership of an open file."""
        self._file = file
        weakref.finalize(self, file.close)

    @property
    def head(self) -> bytes:
        """The first bytes."""
        self._file.seek(0)
        return self._file.read(_HEAD_BYTES)

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the bytes from their beginning; it may be opened again, but not twice at the same time."""
        self._file.seek(0)
        yield self._file


def write_download(chunks: Iterable[bytes]) -> Download:
    """Write the chunks as they arrive; raise CannotFetch if they cannot be written to the disk."""
    try:
        file = cast("BinaryIO", tempfile.TemporaryFile(prefix="covbot-"))  # noqa: SIM115 -- the download closes it
        download = Download(file)
        for chunk in chunks:
            file.write(chunk)
        file.flush()
    except OSError as error:
        raise CannotFetch(f"a download cannot be kept in {tempfile.gettempdir()}: {error.strerror}") from error
    return download
