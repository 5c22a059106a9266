"""Packed reports: one layer of gzip or xz, whole and undamaged, under a limit, in little memory."""

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
from covbot.formats.raw import compression

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import ReadableBuffer

PLAIN = b'<coverage><packages><class filename="a.py"><line number="1" hits="1"/></class></packages></coverage>'
MEBIBYTE = 2**20


def xz(data: bytes) -> bytes:
    return lzma.compress(data)


packings = pytest.mark.parametrize("pack", [gzip.compress, xz])


def unpack(data: bytes, limit: int = MEBIBYTE) -> bytes:
    return b"".join(compression.unpack(io.BytesIO(data), "it", limit=limit))


@packings
def test_one_layer_is_unpacked(pack: Callable[[bytes], bytes]) -> None:
    assert unpack(pack(PLAIN)) == PLAIN


@packings
def test_members_one_after_another_are_joined(pack: Callable[[bytes], bytes]) -> None:
    data = pack(PLAIN[:9]) + pack(b"") * 50 + pack(PLAIN[9:])
    assert unpack(data) == PLAIN


@packings
def test_members_may_end_at_the_end_of_a_block(pack: Callable[[bytes], bytes]) -> None:
    empty = pack(b"")
    assert unpack(empty * (2 * compression.BLOCK_BYTES // len(empty)) + pack(PLAIN)) == PLAIN


@packings
def test_two_layers_are_refused(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(CannotReadReport, match="packed more than once"):
        reading.read(io.BytesIO(pack(pack(PLAIN))), "it")


@packings
def test_a_cut_is_refused_wherever_it_is(pack: Callable[[bytes], bytes]) -> None:
    data = pack(PLAIN)
    for size in range(6, len(data)):
        with pytest.raises(CannotReadReport, match="cut off"):
            unpack(data[:size])


@packings
@pytest.mark.parametrize("rest", [b"\x00", b"garbage, and more of it", PLAIN])
def test_what_follows_the_packed_data_is_refused(pack: Callable[[bytes], bytes], rest: bytes) -> None:
    with pytest.raises(CannotReadReport, match="something else after its"):
        unpack(pack(PLAIN) + rest)


@packings
def test_damage_is_refused(pack: Callable[[bytes], bytes]) -> None:
    data = bytearray(pack(PLAIN))
    data[-10] ^= 0xFF
    with pytest.raises(CannotReadReport, match="damaged"):
        unpack(bytes(data))


def test_an_xz_file_that_wants_too_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2 * compression.XZ_MEMORY_BYTES}]
    with pytest.raises(CannotReadReport, match="wants too much memory"):
        unpack(lzma.compress(PLAIN, filters=filters))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, xz])
def test_the_limit_is_one_of_unpacked_bytes(pack: Callable[[bytes], bytes]) -> None:
    assert unpack(pack(PLAIN), limit=len(PLAIN)) == PLAIN
    with pytest.raises(CannotReadReport, match=f"^it is larger than {len(PLAIN) - 1} bytes"):
        unpack(pack(PLAIN), limit=len(PLAIN) - 1)


@packings
def test_a_bomb_takes_no_more_memory_than_a_report(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b"<coverage><packages>" + b" " * (24 * MEBIBYTE))
    tracemalloc.start()
    with pytest.raises(CannotReadReport, match="is larger than"):
        reading.read(io.BytesIO(bomb), "it", limit=20 * MEBIBYTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * MEBIBYTE


def test_bzip2_is_refused_by_name() -> None:
    with pytest.raises(CannotReadReport, match="bzip2"):
        reading.read(io.BytesIO(bz2.compress(PLAIN)), "it")


class _Breaking(io.RawIOBase):
    """A stream that fails once it has given what it has."""

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
def test_a_stream_that_fails_is_told(error: OSError, words: str) -> None:
    with pytest.raises(CannotReadReport, match=f"^it cannot be read: {words}$"):
        reading.read(io.BufferedReader(_Breaking(PLAIN[:20], error)), "it")
