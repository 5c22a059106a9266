"""A downloaded file, kept outside of memory for as long as somebody holds it."""

from __future__ import annotations

import contextlib
import tempfile
import weakref
from typing import TYPE_CHECKING, BinaryIO, cast

from covbot.errors import CannotFetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = 512


class Download:
    """Bytes in a temporary file without a name, which ends with this object."""

    def __init__(self, file: BinaryIO) -> None:
        """Take over an open file."""
        self._file = file
        weakref.finalize(self, file.close)

    @property
    def head(self) -> bytes:
        """The first bytes."""
        self._file.seek(0)
        return self._file.read(_HEAD)

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The bytes from their beginning; it may be opened again, but not twice at once."""
        self._file.seek(0)
        yield self._file


def write_download(chunks: Iterable[bytes]) -> Download:
    """Write the chunks as they come; CannotFetch if the disk does not take them."""
    try:
        file = cast("BinaryIO", tempfile.TemporaryFile(prefix="covbot-"))  # noqa: SIM115 -- the spool closes it
        spool = Download(file)
        for chunk in chunks:
            file.write(chunk)
        file.flush()
    except OSError as error:
        raise CannotFetch(f"a download cannot be kept in {tempfile.gettempdir()}: {error.strerror}") from error
    return spool
