"""Compressed reports: one layer of gzip or xz, whole and undamaged, up to a limit, in little memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from covbot.errors import CannotReadReport
from covbot.formats import reading
from covbot.formats.problems import BadReport
from covbot.formats.raw import compression

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

PLAIN = b'<coverage><packages><class filename="a.py"><line number="1" hits="1"/></class></packages></coverage>'
MEBIBYTE = 2**20


def compress_xz(data: bytes) -> bytes:
    return lzma.compress(data)


compressions = pytest.mark.parametrize("compress", [gzip.compress, compress_xz])


def decompress(data: bytes, limit: int = MEBIBYTE) -> bytes:
    return b"".join(compression.unpack(io.BytesIO(data), limit=limit))


@compressions
def test_one_layer_is_decompressed(compress: Callable[[bytes], bytes]) -> None:
    assert decompress(compress(PLAIN)) == PLAIN


@compressions
def test_members_one_after_another_are_joined(compress: Callable[[bytes], bytes]) -> None:
    data = compress(PLAIN[:9]) + compress(b"") * 50 + compress(PLAIN[9:])
    assert decompress(data) == PLAIN


@compressions
def test_members_may_end_at_the_end_of_a_block(compress: Callable[[bytes], bytes]) -> None:
    empty = compress(b"")
    assert decompress(empty * (2 * compression.BLOCK_BYTES // len(empty)) + compress(PLAIN)) == PLAIN


@compressions
def test_two_layers_are_refused(compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(CannotReadReport, match="packed more than once"):
        reading.read(io.BytesIO(compress(compress(PLAIN))), "it")


@compressions
def test_data_cut_off_anywhere_is_refused(compress: Callable[[bytes], bytes]) -> None:
    data = compress(PLAIN)
    for size in range(6, len(data)):
        with pytest.raises(BadReport, match="cut off"):
            decompress(data[:size])


@compressions
@pytest.mark.parametrize("rest", [b"\x00", b"garbage, and more of it", PLAIN])
def test_data_after_the_compressed_data_is_refused(compress: Callable[[bytes], bytes], rest: bytes) -> None:
    with pytest.raises(BadReport, match="something else after its"):
        decompress(compress(PLAIN) + rest)


@compressions
def test_damaged_data_is_refused(compress: Callable[[bytes], bytes]) -> None:
    data = bytearray(compress(PLAIN))
    data[-10] ^= 0xFF
    with pytest.raises(BadReport, match="damaged"):
        decompress(bytes(data))


def test_an_xz_file_that_needs_too_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2 * compression.XZ_MEMORY_BYTES}]
    with pytest.raises(BadReport, match="wants too much memory"):
        decompress(lzma.compress(PLAIN, filters=filters))


@pytest.mark.parametrize("compress", [bytes, gzip.compress, compress_xz])
def test_the_limit_counts_decompressed_bytes(compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadReport, match=f"is larger than {len(PLAIN) - 1} bytes"):
        decompress(compress(PLAIN), limit=len(PLAIN) - 1)


@pytest.mark.heavy
@compressions
def test_a_compression_bomb_needs_no_more_memory_than_a_report(compress: Callable[[bytes], bytes]) -> None:
    bomb = compress(b"<coverage><packages>" + b" " * (24 * MEBIBYTE))
    tracemalloc.start()
    with pytest.raises(CannotReadReport, match="is larger than"):
        reading.read(io.BytesIO(bomb), "it", limit=20 * MEBIBYTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * MEBIBYTE


def test_bzip2_is_refused_by_name() -> None:
    with pytest.raises(CannotReadReport, match="bzip2"):
        reading.read(io.BytesIO(bz2.compress(PLAIN)), "it")


class _FailingStream(io.RawIOBase):
    """A stream that fails once all of its data is read."""

    def __init__(self, data: bytes, error: OSError) -> None:
        super().__init__()
        self._data, self._error = data, error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: ReadableBuffer) -> int:
        if not self._data:
            raise self._error
        given, self._data = self._data[: len(memoryview(buffer))], b""
        memoryview(buffer)[: len(given)] = given
        return len(given)


@pytest.mark.parametrize(
    ("error", "words"), [(OSError(5, "Input/output error"), "Input/output error"), (OSError(), "the stream failed")]
)
def test_a_failing_stream_is_reported(error: OSError, words: str) -> None:
    with pytest.raises(CannotReadReport, match=f"^it cannot be read: {words}$"):
        reading.read(io.BufferedReader(_FailingStream(PLAIN[:20], error)), "it")
