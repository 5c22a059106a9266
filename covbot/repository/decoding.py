"""Decodes source bytes as Python does: by the byte order mark or the encoding line, else as UTF-8 (PEP 263)."""

from __future__ import annotations

import io
import tokenize

from attrs import frozen


@frozen(kw_only=True)
class DecodedSource:
    """A source text; `sure` is False if the bytes are not in the declared encoding and were read as Latin-1 instead."""

    text: str
    encoding: str
    sure: bool = True


def decode_source(content: bytes) -> DecodedSource:
    """Return the decoded text of a source file; it never fails, so that one odd file cannot stop a comparison."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return DecodedSource(text=content.decode(encoding), encoding=encoding)
    except (SyntaxError, ValueError, LookupError):
        return DecodedSource(text=content.decode("latin-1"), encoding="latin-1", sure=False)
