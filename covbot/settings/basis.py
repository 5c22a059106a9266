"""The settings that decide how a build is read: a suspect build is read again once they are other ones."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from covbot.settings.sources import UrlSource

if TYPE_CHECKING:
    from covbot.settings.values import ProjectSettings

_DIGEST_LENGTH = 16


def digest_settings(chosen: ProjectSettings) -> str:
    """Return the digest of all settings of a project that decide how its builds are read and where their source is."""
    repository, source = chosen.repository, chosen.source
    files = () if isinstance(source, UrlSource) else (source.reports, source.accept)
    parts = (repository.url, repository.prefix, files, source.unpacked_mb)
    return hashlib.sha256(repr(parts).encode(errors="surrogateescape")).hexdigest()[:_DIGEST_LENGTH]
