"""Bodies as they travel -> the bytes that were meant, in small blocks whatever a body claims to unpack to."""

from __future__ import annotations

import itertools
import zlib
from typing import TYPE_CHECKING

from covbot.errors import CannotFetch, CannotFetchNow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK = 64 * 1024
"""The most bytes that are unpacked at once."""

_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
_MAGIC = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MOST_LAYERS = 2
_ANY = zlib.MAX_WBITS | 32


def decode_body(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Take off the layers that a Content-Encoding header names; CannotFetchNow if one is cut or broken.

    CannotFetch for an encoding that covbot did not ask for: it accepts gzip, and deflate where a store insists on it.
    """
    layers = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in _PLAIN]
    if len(layers) > _MOST_LAYERS or not _PACKED.issuperset(layers):
        raise CannotFetch("the answer is packed in a way that covbot did not ask for: whoever runs the server or proxy")
    for _layer in layers:
        chunks = _inflate(chunks)
    return iter(chunks)


def unwrap_layer(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Take off one more gzip or zlib layer if the first bytes say that there is one; CannotFetchNow if it is broken.

    Some servers pack a `.gz` file a second time, and some files lie packed in their store without saying so.
    """
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) > 1:
            break
    whole = itertools.chain([head], rest)
    return _inflate(whole) if head.startswith(_MAGIC) else whole


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj(_ANY)
    try:
        for chunk in chunks:
            # Some writers pad the end of a gzip stream with zeros.
            waiting = chunk.lstrip(b"\0") if engine.eof else chunk
            while waiting:
                if engine.eof:
                    engine = zlib.decompressobj(_ANY)
                yield engine.decompress(waiting, BLOCK)
                waiting = engine.unused_data.lstrip(b"\0") if engine.eof else engine.unconsumed_tail
        yield engine.flush()
    except zlib.error as error:
        raise CannotFetchNow("the answer says that it is packed, and does not unpack; covbot asks again") from error
    if not engine.eof:
        raise CannotFetchNow("the answer was cut off before its end; covbot asks again")
