"""Bytes as they lie there -> bytes of the report: one layer of gzip or xz off, under a limit, in little memory."""

from __future__ import annotations

import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK: Final = 2**16
"""The most bytes that are held in one piece."""

MEMORY: Final = 96 * 2**20
"""The most bytes that an xz file may want for its dictionary; `xz -9` wants 65 MiB."""

GZIP: Final = b"\x1f\x8b"
XZ: Final = b"\xfd7zXZ\x00"
_AS_GZIP: Final = 16 + zlib.MAX_WBITS


def unpack(stream: BinaryIO, name: str, *, limit: int) -> Iterator[bytes]:
    """The report in blocks of at most `BLOCK` bytes, none empty; CannotReadReport if damaged, or beyond `limit`."""
    size = 0
    for block in _unpack_layer(stream, name):
        size += len(block)
        if size > limit:
            raise problems.make_error(name, f"is larger than {limit} bytes once unpacked, which is the limit")
        yield block


def _unpack_layer(stream: BinaryIO, name: str) -> Iterator[bytes]:
    blocks = _read(stream, name)
    first = next(blocks, b"")
    if first.startswith(GZIP):
        return _gunzip(first, blocks, name)
    if first.startswith(XZ):
        return _unxz(first, blocks, name)
    return _again(first, blocks)


def _again(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
        yield from blocks


def _read(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """Full blocks, whatever amounts the stream gives, so that nothing depends on how the bytes arrive."""
    held = bytearray()
    try:
        while data := stream.read(BLOCK - len(held)):
            held += data
            if len(held) == BLOCK:
                yield bytes(held)
                held.clear()
    except OSError as error:
        raise problems.make_error(name, f"cannot be read: {error.strerror or 'the stream failed'}") from error
    if held:
        yield bytes(held)


def _gunzip(data: bytes, blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Members one after another, as gzip itself joins them."""
    while data:
        if not GZIP.startswith(data[: len(GZIP)]):
            raise problems.make_error(name, "has something else after its gzip data; pack it again")
        member = zlib.decompressobj(_AS_GZIP)
        yield from _inflate(member, data, blocks, name)
        data = member.unused_data or next(blocks, b"")


def _inflate(member: zlib._Decompress, data: bytes, blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    while True:
        try:
            plain = member.decompress(data, BLOCK)
        except zlib.error as error:
            raise problems.make_error(name, "has damaged gzip data; fetch or pack it again") from error
        if plain:
            yield plain
        if member.eof:
            return
        data = member.unconsumed_tail or next(blocks, b"")
        if not data and not plain:
            raise problems.make_error(name, "ends early: its gzip data is cut off; fetch it again")


def _unxz(data: bytes, blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Streams one after another, as xz itself joins them."""
    while data:
        if not XZ.startswith(data[: len(XZ)]):
            raise problems.make_error(name, "has something else after its xz data; pack it again")
        stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)
        yield from _expand(stream, data, blocks, name)
        data = stream.unused_data or next(blocks, b"")


def _expand(stream: lzma.LZMADecompressor, data: bytes, blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    while True:
        try:
            plain = stream.decompress(data, BLOCK)
        except lzma.LZMAError as error:
            raise problems.make_error(name, "has damaged xz data, or such as wants too much memory") from error
        if plain:
            yield plain
        if stream.eof:
            return
        data = next(blocks, b"") if stream.needs_input else b""
        if not data and stream.needs_input:
            raise problems.make_error(name, "ends early: its xz data is cut off; fetch it again")
