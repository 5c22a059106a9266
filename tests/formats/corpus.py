"""The reports under tests/data/corpus, each with what is expected of it."""

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
    """The files of an archive, and what is expected of each."""
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress((FOLDER / name).read_bytes()))) as archive:
        members = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        files = {path: file.read() for path, file in members.items() if file is not None}
    return files, json.loads(files.pop("expected.json"))
