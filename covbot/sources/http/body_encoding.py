"""Decodes response bodies in small blocks, however large the unpacked content is."""

from __future__ import annotations

import itertools
import zlib
from typing import TYPE_CHECKING

from covbot.errors import CannotFetch, CannotFetchNow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK_BYTES = 64 * 1024
"""The greatest number of bytes that are unpacked at once."""

_IDENTITY_ENCODINGS = frozenset({"", "identity"})
_PACKED_ENCODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_MAGIC_NUMBERS = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MOST_LAYERS = 2
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def decode_body(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Remove the layers that a Content-Encoding header names; raise CannotFetchNow if one is cut off or broken.

    Raise CannotFetch for an encoding that covbot did not request: it accepts gzip, and deflate where a store insists on
    it.
    """
    layers = [
        name for name in (part.strip().lower() for part in encoding.split(",")) if name not in _IDENTITY_ENCODINGS
    ]
    if len(layers) > _MOST_LAYERS or not _PACKED_ENCODINGS.issuperset(layers):
        raise CannotFetch("the answer is packed in a way that covbot did not ask for: whoever runs the server or proxy")
    for _layer in layers:
        chunks = _inflate_chunks(chunks)
    return iter(chunks)


def unwrap_layer(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Remove one more gzip or zlib layer if the first bytes show one; raise CannotFetchNow if it is broken.

    Some servers pack a `.gz` file a second time, and some files are packed in their store without a header for it.
    """
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) > 1:
            break
    whole = itertools.chain([head], rest)
    return _inflate_chunks(whole) if head.startswith(_MAGIC_NUMBERS) else whole


def _inflate_chunks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for chunk in chunks:
            # Some writers pad the end of a gzip stream with zeros.
            pending = chunk.lstrip(b"\0") if inflater.eof else chunk
            while pending:
                if inflater.eof:
                    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
                yield inflater.decompress(pending, BLOCK_BYTES)
                pending = inflater.unused_data.lstrip(b"\0") if inflater.eof else inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise CannotFetchNow("the answer says that it is packed, and does not unpack; covbot asks again") from error
    if not inflater.eof:
        raise CannotFetchNow("the answer was cut off before its end; covbot asks again")
