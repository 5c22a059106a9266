"""The reports under tests/data/corpus, each with its expected outcome."""

from __future__ import annotations

import functools
import io
import json
import lzma
import tarfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "data" / "corpus"


@functools.cache
def load(name: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the files of an archive, and the expected outcome of each."""
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress((FOLDER / name).read_bytes()))) as archive:
        members = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        files = {path: file.read() for path, file in members.items() if file is not None}
    return files, json.loads(files.pop("expected.json"))
