"""How to reach Launchpad, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from pathlib import Path


@frozen(kw_only=True)
class Access:
    """How to reach Launchpad: its API's root, the credentials file, seconds to wait for answers and before retries."""

    service_root: str
    credentials: Path
    timeout: float = 60.0
    patience: float = 1.0
    read_only: bool = True
