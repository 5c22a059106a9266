"""Decodes source bytes as Python does: by its byte order mark or its encoding line, else as UTF-8 (PEP 263)."""

from __future__ import annotations

import io
import tokenize

from attrs import frozen


@frozen(kw_only=True)
class DecodedSource:
    """A source text: `sure` is False where the bytes are not what they declare, and were read as Latin-1 instead."""

    text: str
    encoding: str
    sure: bool = True


def decode_source(content: bytes) -> DecodedSource:
    """Decode the bytes of a source file; never fails, so that one odd file cannot stop a comparison."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return DecodedSource(text=content.decode(encoding), encoding=encoding)
    except (SyntaxError, ValueError, LookupError):
        return DecodedSource(text=content.decode("latin-1"), encoding="latin-1", sure=False)
