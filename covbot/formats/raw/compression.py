"""Remove one layer of gzip or xz compression from a report, up to a limit of its size, in little memory."""

from __future__ import annotations

import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_BYTES: Final = 2**16
"""The most bytes in one block."""

XZ_MEMORY_BYTES: Final = 96 * 2**20
"""The most bytes of memory that decompressing an xz file may need; a file written by `xz -9` needs 65 MiB."""

GZIP_MAGIC: Final = b"\x1f\x8b"
XZ_MAGIC: Final = b"\xfd7zXZ\x00"
_AS_GZIP: Final = 16 + zlib.MAX_WBITS


def unpack(stream: BinaryIO, *, limit: int) -> Iterator[bytes]:
    """Yield the report in blocks of at most `BLOCK_BYTES` bytes, none of them empty.

    Raise BadReport if the data is damaged, or larger than `limit` bytes.
    """
    size = 0
    for block in _unpack_layer(stream):
        size += len(block)
        if size > limit:
            raise problems.make_error(f"is larger than {limit} bytes once unpacked, which is the limit")
        yield block


def _unpack_layer(stream: BinaryIO) -> Iterator[bytes]:
    blocks = _read_blocks(stream)
    first = next(blocks, b"")
    if first.startswith(GZIP_MAGIC):
        return _decompress_gzip(first, blocks)
    if first.startswith(XZ_MAGIC):
        return _decompress_xz(first, blocks)
    return _prepend_block(first, blocks)


def _prepend_block(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
        yield from blocks


def _read_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield full blocks whatever the sizes of the stream's reads, so that nothing depends on how the bytes arrive."""
    buffer = bytearray()
    try:
        while data := stream.read(BLOCK_BYTES - len(buffer)):
            buffer += data
            if len(buffer) == BLOCK_BYTES:
                yield bytes(buffer)
                buffer.clear()
    except OSError as error:
        raise problems.make_error(f"cannot be read: {error.strerror or 'the stream failed'}") from error
    if buffer:
        yield bytes(buffer)


def _decompress_gzip(data: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of all members one after another, as gzip itself concatenates them."""
    while data:
        if not GZIP_MAGIC.startswith(data[: len(GZIP_MAGIC)]):
            raise problems.make_error("has something else after its gzip data; pack it again")
        member = zlib.decompressobj(_AS_GZIP)
        yield from _decompress_member(member, data, blocks)
        data = member.unused_data or next(blocks, b"")


def _decompress_member(member: zlib._Decompress, data: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        try:
            output = member.decompress(data, BLOCK_BYTES)
        except zlib.error as error:
            raise problems.make_error("has damaged gzip data; fetch or pack it again") from error
        if output:
            yield output
        if member.eof:
            return
        data = member.unconsumed_tail or next(blocks, b"")
        if not data and not output:
            raise problems.make_error("ends early: its gzip data is cut off; fetch it again")


def _decompress_xz(data: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of all streams one after another, as xz itself concatenates them."""
    while data:
        if not XZ_MAGIC.startswith(data[: len(XZ_MAGIC)]):
            raise problems.make_error("has something else after its xz data; pack it again")
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)
        yield from _decompress_stream(stream, data, blocks)
        data = stream.unused_data or next(blocks, b"")


def _decompress_stream(stream: lzma.LZMADecompressor, data: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        try:
            output = stream.decompress(data, BLOCK_BYTES)
        except lzma.LZMAError as error:
            raise problems.make_error("has damaged xz data, or such as wants too much memory") from error
        if output:
            yield output
        if stream.eof:
            return
        data = next(blocks, b"") if stream.needs_input else b""
        if not data and stream.needs_input:
            raise problems.make_error("ends early: its xz data is cut off; fetch it again")
