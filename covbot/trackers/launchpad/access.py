"""The parameters of access to Launchpad, as a value."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from covbot import errors

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
    """How to reach Launchpad: its API's root, the credentials file, seconds to wait for a response and for a retry.

    A whole request takes `longest` seconds at most, however slowly the server sends. `cache` is the folder in which the
    service's description is kept between runs, None for none. `ca_file` has certificates of authorities that are
    trusted beside the system's.
    """

    service_root: str
    credentials: Path
    cache: Path | None = None
    ca_file: Path | None = None
    timeout: float = 60.0
    longest: float = 300.0
    retry_wait: float = 1.0
    read_only: bool = True


def find_service_root(name: str) -> str:
    """Return the root of the API for `production`, `staging`, `qastaging` or a URL; raise CannotUseTracker else."""
    root = SERVICE_ROOTS.get(name, name)
    if not root.startswith(("https://", "http://")):
        raise errors.CannotUseTracker(f"service_root {name!r}: give a URL, production, staging or qastaging")
    return root.rstrip("/") + "/"
