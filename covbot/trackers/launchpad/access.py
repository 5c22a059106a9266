"""The parameters of access to Launchpad, as a value."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from pathlib import Path


CONSUMER_NAME = "covbot"
"""The name by which Launchpad's operators can recognise covbot's requests; it is in every User-Agent."""

API_VERSION = "devel"
"""The version of the API: the only one that has everything that covbot reads."""


SERVICE_ROOTS = MappingProxyType(
    {
        "production": "https://api.launchpad.net/",
        "staging": "https://api.staging.launchpad.net/",
        "qastaging": "https://api.qastaging.launchpad.net/",
    }
)
"""The roots of the services by the names that launchpadlib gives them."""


def make_address(service_root: str, project: str) -> str:
    """Return the address of a project on Launchpad: the same however the settings spell its service."""
    return f"{SERVICE_ROOTS.get(service_root, service_root).rstrip('/').lower()}/{project}"


@frozen(kw_only=True)
class Access:
    """How to reach Launchpad: its API's root, the credentials file, seconds to wait for a response and for a retry."""

    service_root: str
    credentials: Path
    timeout: float = 60.0
    retry_wait: float = 1.0
    read_only: bool = True
